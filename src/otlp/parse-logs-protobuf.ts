/** Decodes an ExportLogsServiceRequest (also LogsData, which has the same bytes). Untrusted: never throws. */
import type { Attributes } from '../core/attributes.ts';
import type { Parsed } from '../core/problem.ts';
import * as tags from './generated/tags.ts';
import { toIdHex } from './hex.ts';
import { setBody, setLogIds, setMoment, setSeverity } from './log-checks.ts';
import type { LogBatch, WireLog, WireResourceLogs } from './log.ts';
import { parseRequest, type Reading, readMessage } from './protobuf-fields.ts';
import { readAnyValue, readKeyValue, readResourceField, readScopeField } from './protobuf-values.ts';

/** Bytes → the records in them. Unknown fields are skipped and counted; bytes that are not such a message at all give no value. */
export function parseLogsProtobuf(bytes: Uint8Array): Parsed<LogBatch> {
  const value: LogBatch = { resourceLogs: [] };
  return parseRequest(bytes, { message: 'EXPORT_LOGS_SERVICE_REQUEST', what: 'log', target: value, readField: readRequestField });
}

function readRequestField(reading: Reading, tag: number, batch: LogBatch): boolean {
  if (tag !== tags.EXPORT_LOGS_SERVICE_REQUEST.resourceLogs) return false;
  const { groups } = readMessage(reading, 'RESOURCE_LOGS', { resource: {}, groups: [] }, readResourceLogsField);
  for (const group of groups) batch.resourceLogs.push(group);
  return true;
}

/** The resource may follow its records: every group holds the same object. */
function readResourceLogsField(reading: Reading, tag: number, into: { resource: Attributes; groups: WireResourceLogs[] }): boolean {
  if (tag === tags.RESOURCE_LOGS.resource) readMessage(reading, 'RESOURCE', into.resource, readResourceField);
  else if (tag === tags.RESOURCE_LOGS.scopeLogs) {
    const group: WireResourceLogs = { resource: into.resource, scope: { name: '' }, logs: [] };
    into.groups.push(readMessage(reading, 'SCOPE_LOGS', group, readScopeLogsField));
  } else return false;
  return true;
}

function readScopeLogsField(reading: Reading, tag: number, group: WireResourceLogs): boolean {
  if (tag === tags.SCOPE_LOGS.scope) readMessage(reading, 'INSTRUMENTATION_SCOPE', group.scope, readScopeField);
  else if (tag === tags.SCOPE_LOGS.logRecords) group.logs.push(readLog(reading));
  else return false;
  return true;
}

interface Slot {
  log: WireLog;
  traceId: string;
  spanId: string;
}

function readLog(reading: Reading): WireLog {
  const { log, traceId, spanId } = readMessage<Slot>(reading, 'LOG_RECORD', { log: { attributes: {} }, traceId: '', spanId: '' }, readLogField);
  setLogIds(log, { traceId, spanId }, reading.problems);
  return log;
}

function readLogField(reading: Reading, tag: number, slot: Slot): boolean {
  const { reader } = reading;
  const { log } = slot;
  switch (tag) {
    case tags.LOG_RECORD.timeUnixNano: setMoment(log, 'atUnixNano', BigInt(reader.fixed64())); return true;
    case tags.LOG_RECORD.observedTimeUnixNano: setMoment(log, 'observedUnixNano', BigInt(reader.fixed64())); return true;
    case tags.LOG_RECORD.severityNumber: setSeverity(log, reader.int32()); return true;
    case tags.LOG_RECORD.severityText: log.severityText = reader.string() || undefined; return true;
    case tags.LOG_RECORD.eventName: log.eventName = reader.string() || undefined; return true;
    case tags.LOG_RECORD.body: setBody(log, readAnyValue(reading)); return true;
    case tags.LOG_RECORD.attributes: return readKeyValue(reading, log.attributes);
    case tags.LOG_RECORD.traceId: slot.traceId = toIdHex(reader.bytes()); return true;
    case tags.LOG_RECORD.spanId: slot.spanId = toIdHex(reader.bytes()); return true;
    default: return false;
  }
}
