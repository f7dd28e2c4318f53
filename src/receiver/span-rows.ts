/** Spans of strangers, and the line of each of their traces. */
import type { DatabaseSync } from 'node:sqlite';
import type { WireSpan } from '../otlp/trace.ts';
import { toIdBytes, toInt64 } from './row-values.ts';
import { scrubText, toAttributeJson } from './to-attribute-json.ts';

/** A span that was sent twice is the one that came first. */
const INSERT_SPAN = `
  INSERT INTO foreign_span (trace_id, span_id, parent_span_id, source_id, name, kind, start_unix_nano, end_unix_nano, status, status_message, trace_state, attributes, events, links)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (trace_id, span_id) DO NOTHING`;
const ADD_TO_TRACE = `
  INSERT INTO foreign_trace (trace_id, start_unix_nano, end_unix_nano, spans, errors, root_name, source_id) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (trace_id) DO UPDATE SET
    start_unix_nano = CASE WHEN start_unix_nano = 0 OR excluded.start_unix_nano = 0 THEN max(start_unix_nano, excluded.start_unix_nano) ELSE min(start_unix_nano, excluded.start_unix_nano) END,
    end_unix_nano = max(end_unix_nano, excluded.end_unix_nano),
    spans = spans + excluded.spans, errors = errors + excluded.errors,
    source_id = CASE WHEN root_name IS NULL AND excluded.root_name IS NOT NULL THEN excluded.source_id ELSE source_id END,
    root_name = coalesce(root_name, excluded.root_name)`;

/** 0n: nobody told any time of it. */
interface Line {
  startUnixNano: bigint;
  endUnixNano: bigint;
  spans: number;
  errors: number;
  rootName: string | null;
}

export interface SpanRows {
  /** Returns how many were not here before. `isTraced`: they count to the list of traces. Inside a transaction. */
  insert(spans: readonly WireSpan[], place: { sourceId: number; isTraced: boolean }): number;
}

export function createSpanRows(db: DatabaseSync): SpanRows {
  const insert = db.prepare(INSERT_SPAN);
  const addToTrace = db.prepare(ADD_TO_TRACE);
  const insertOne = (span: WireSpan, sourceId: number): boolean => {
    const { traceId, spanId, parentSpanId, name, kind, startUnixNano, endUnixNano, status, traceState, attributes, events, links } = span;
    const { changes } = insert.run(
      toIdBytes(traceId), toIdBytes(spanId), toIdBytes(parentSpanId), sourceId, scrubText(name), kind, toInt64(startUnixNano), toInt64(endUnixNano), status.code,
      status.message === undefined ? null : scrubText(status.message), traceState === undefined ? null : scrubText(traceState), toAttributeJson(attributes), toEventsJson(events), toLinksJson(links),
    );
    return changes !== 0;
  };
  return {
    insert(spans, { sourceId, isTraced }) {
      const lines = new Map<string, Line>();
      let kept = 0;
      for (const span of spans) {
        if (!insertOne(span, sourceId)) continue;
        kept += 1;
        if (isTraced) addToLine(lines, span);
      }
      for (const [traceId, { startUnixNano, endUnixNano, spans: count, errors, rootName }] of lines) {
        addToTrace.run(toIdBytes(traceId), toInt64(startUnixNano), toInt64(endUnixNano), count, errors, rootName, sourceId);
      }
      return kept;
    },
  };
}

/** A time that is not told (0) is no moment of the trace; of a span with one of the two that one is both. */
function addToLine(lines: Map<string, Line>, { traceId, parentSpanId, name, startUnixNano, endUnixNano, status }: WireSpan): void {
  const line = lines.get(traceId) ?? { startUnixNano: 0n, endUnixNano: 0n, spans: 0, errors: 0, rootName: null };
  if (line.spans === 0) lines.set(traceId, line);
  const start = startUnixNano || endUnixNano;
  if (start !== 0n && (line.startUnixNano === 0n || start < line.startUnixNano)) line.startUnixNano = start;
  if (endUnixNano > line.endUnixNano) line.endUnixNano = endUnixNano;
  if (start > line.endUnixNano) line.endUnixNano = start;
  line.spans += 1;
  if (status.code === 2) line.errors += 1;
  if (parentSpanId === undefined) line.rootName ??= scrubText(name);
}

function toEventsJson(events: WireSpan['events']): string | null {
  if (events.length === 0) return null;
  return `[${events.map(({ name, unixNano, attributes }) => `{"name":${JSON.stringify(scrubText(name))},"unixNano":"${unixNano}","attributes":${toAttributeJson(attributes)}}`).join(',')}]`;
}

function toLinksJson(links: WireSpan['links']): string | null {
  if (links.length === 0) return null;
  return `[${links.map(({ traceId, spanId, attributes }) => `{"traceId":"${traceId}","spanId":"${spanId}","attributes":${toAttributeJson(attributes)}}`).join(',')}]`;
}
