/** Decodes an ExportLogsServiceRequest (also a line of LogsData) in OTLP's JSON. Untrusted: never throws. */
import type { Parsed } from '../core/problem.ts';
import { toInteger, toList, toObject, toRecords, toText } from './json-fields.ts';
import { parseAnyValue, parseAttributes, parseRoot, parseScope, parseTime } from './json-values.ts';
import { setBody, setLogIds, setMoment, setSeverity } from './log-checks.ts';
import type { LogBatch, WireLog, WireResourceLogs } from './log.ts';
import { createProblemCounter, type ProblemCounter } from './problem-counter.ts';

/** JSON text → the records in it. A field of a wrong type is taken as absent and counted; text that is no JSON object gives no value. */
export function parseLogsJson(text: string): Parsed<LogBatch> {
  const root = parseRoot(text, 'log');
  if ('problems' in root) return root;
  const problems = createProblemCounter();
  const request = toObject(root.value, 'EXPORT_LOGS_SERVICE_REQUEST', problems);
  const resourceLogs = toList(request.resourceLogs, problems).flatMap((item) => parseResourceLogs(item, problems));
  return { value: { resourceLogs }, problems: problems.list() };
}

function parseResourceLogs(value: unknown, problems: ProblemCounter): WireResourceLogs[] {
  const message = toObject(value, 'RESOURCE_LOGS', problems);
  const resource = parseAttributes(toObject(message.resource, 'RESOURCE', problems).attributes, problems);
  return toList(message.scopeLogs, problems).map((item) => {
    const group = toObject(item, 'SCOPE_LOGS', problems);
    return { resource, scope: parseScope(group.scope, problems), logs: toRecords(group.logRecords, problems).map((log) => parseLog(log, problems)) };
  });
}

function parseLog(value: unknown, problems: ProblemCounter): WireLog {
  const message = toObject(value, 'LOG_RECORD', problems);
  const log: WireLog = { attributes: parseAttributes(message.attributes, problems) };
  const eventName = toText(message.eventName, problems);
  const severityText = toText(message.severityText, problems);
  if (eventName) log.eventName = eventName;
  if (severityText) log.severityText = severityText;
  setMoment(log, 'atUnixNano', parseTime(message.timeUnixNano, problems));
  setMoment(log, 'observedUnixNano', parseTime(message.observedTimeUnixNano, problems));
  if (message.severityNumber !== undefined && message.severityNumber !== null) setSeverity(log, Number(toInteger(message.severityNumber, problems) ?? 0n));
  if (message.body !== undefined && message.body !== null) setBody(log, parseAnyValue(message.body, 0, problems));
  setLogIds(log, { traceId: toText(message.traceId, problems).toLowerCase(), spanId: toText(message.spanId, problems).toLowerCase() }, problems);
  return log;
}
