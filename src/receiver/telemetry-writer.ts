/** Writes what came in, each request whole, several in one commit. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Signal } from '../otlp/to-response.ts';
import { createRawBound } from './raw-bound.ts';
import { createSourceRows } from './source-rows.ts';
import { createSpanRows } from './span-rows.ts';
import type { TelemetryGroup } from './telemetry-group.ts';
import { toAttributeJson, scrubText } from './to-attribute-json.ts';
import { countRecords, toLogName } from './to-records.ts';
import { toInt64, toIdBytes } from './row-values.ts';

export interface TelemetryRequest {
  signal: Signal;
  groups: readonly TelemetryGroup[];
}

export interface TelemetryWriter {
  /** One durable commit; nothing of it where it throws. */
  write(requests: readonly TelemetryRequest[], nowMillis: number): void;
  /** While `dropRows` lets go of old rows nothing else does; then senders go of whom nothing is left. Rejects as it does. */
  letGo(dropRows: () => Promise<unknown>): Promise<void>;
}

const INSERT_LOG = 'INSERT INTO telemetry_log (received_millis, source_id, at_unix_nano, name, severity, severity_text, body, attributes, trace_id, span_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const INSERT_METRIC = 'INSERT INTO telemetry_metric (received_millis, source_id, at_unix_nano, start_unix_nano, name, unit, kind, temporality, value, count, attributes, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const ADD_COUNT = `
  INSERT INTO telemetry_count (signal, service, records, merged, kept, last_millis) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (signal, service) DO UPDATE SET
    records = records + excluded.records, merged = merged + excluded.merged, kept = kept + excluded.kept, last_millis = max(last_millis, excluded.last_millis)`;

/** A trace's sender is that of one of its spans. */
const DROP_SOURCES = `
  DELETE FROM telemetry_source WHERE NOT EXISTS (SELECT 1 FROM foreign_span WHERE source_id = telemetry_source.id)
    AND NOT EXISTS (SELECT 1 FROM telemetry_log WHERE source_id = telemetry_source.id) AND NOT EXISTS (SELECT 1 FROM telemetry_metric WHERE source_id = telemetry_source.id)`;

/** Writes into an open `telemetry.db`, which stays its owner's. `mostRawBytes`: of logs and metrics. */
export function createTelemetryWriter(db: DatabaseSync, mostRawBytes?: number): TelemetryWriter {
  const rawBound = createRawBound(db, mostRawBytes);
  const sources = createSourceRows(db);
  const spans = createSpanRows(db);
  const insertLog = db.prepare(INSERT_LOG);
  const insertMetric = db.prepare(INSERT_METRIC);
  const addCount = db.prepare(ADD_COUNT);
  const writeGroup = (group: TelemetryGroup, signal: Signal, nowMillis: number): void => {
    const left = countRecords(group);
    if (left + group.merged === 0) return;
    let kept = 0;
    if (left > 0) {
      const sourceId = sources.idOf(group.source, group.agent);
      kept += spans.insert(group.spans, { sourceId, isTraced: group.agent === undefined });
      for (const log of group.logs) writeLog(insertLog, log, { sourceId, nowMillis });
      for (const metric of group.metrics) writeMetric(insertMetric, metric, { sourceId, nowMillis });
      kept += left - group.spans.length;
    }
    addCount.run(signal, scrubText(group.source.service ?? ''), left + group.merged, group.merged, kept, nowMillis);
  };
  return {
    write(requests, nowMillis) {
      db.exec('BEGIN IMMEDIATE');
      let undoBound: (() => void) | undefined;
      try {
        for (const { signal, groups } of requests) for (const group of groups) writeGroup(group, signal, nowMillis);
        if (requests.some(({ signal }) => signal !== 'traces')) undoBound = rawBound.keep();
        db.exec('COMMIT');
      } catch (error) {
        // A disk that fails may have rolled everything back already.
        if (db.isTransaction) db.exec('ROLLBACK');
        sources.forget();
        undoBound?.();
        throw error;
      }
    },
    async letGo(dropRows) {
      rawBound.pause();
      try {
        await dropRows();
        db.exec(DROP_SOURCES);
        sources.forget();
      } finally {
        rawBound.forget();
      }
    },
  };
}

interface Place {
  sourceId: number;
  nowMillis: number;
}

function writeLog(insert: StatementSync, log: TelemetryGroup['logs'][number], { sourceId, nowMillis }: Place): void {
  const name = toLogName(log);
  insert.run(
    nowMillis, sourceId, toInt64(log.atUnixNano ?? log.observedUnixNano), name === undefined ? null : scrubText(name), log.severityNumber ?? null, log.severityText === undefined ? null : scrubText(log.severityText),
    log.body === undefined ? null : scrubText(log.body), toAttributeJson(log.attributes), toIdBytes(log.traceId), toIdBytes(log.spanId),
  );
}

function writeMetric(insert: StatementSync, { name, unit, kind, temporality, isMonotonic, points }: TelemetryGroup['metrics'][number], { sourceId, nowMillis }: Place): void {
  for (const { attributes, unixNano, startUnixNano, value, count, min, max, bounds, counts, scale, zeroCount, positive, negative, quantiles } of points) {
    // In one order, in whichever they came.
    const detail = JSON.stringify({ isMonotonic, min, max, bounds, counts, scale, zeroCount, positive, negative, quantiles });
    insert.run(
      nowMillis, sourceId, toInt64(unixNano), toInt64(startUnixNano), scrubText(name), unit === undefined ? null : scrubText(unit), kind, temporality ?? null, value ?? null,
      count === undefined ? null : Math.min(count, Number.MAX_SAFE_INTEGER), toAttributeJson(attributes), detail === '{}' ? null : detail,
    );
  }
}
