/** A neutral span as a row of `span` and back. Its longer texts stand in their own table (content.ts). */
import { fromJson, toJson } from '../../core/json.ts';
import type { Span } from '../../core/span.ts';
import type { SqlRow, SqlValue } from '../database.ts';
import type { StoredSpan } from '../store.ts';
import { decodeText, encodeText } from './text.ts';

/** The columns a span fills, in the order of `toSpanColumns`; `final` is the last but one. */
export const SPAN_COLUMNS = [
  'span_id',
  'trace_id',
  'parent_span_id',
  'session',
  'turn',
  'turn_index',
  'kind',
  'start_unix_nano',
  'end_unix_nano',
  'outcome',
  'tool_name',
  'model',
  'credits',
  'final',
  'data',
] as const;

export type SpanColumns = Record<(typeof SPAN_COLUMNS)[number], SqlValue>;

/** What of a span has no column of its own. Empty parts are left out. */
type SpanRest = Partial<Pick<Span, 'values' | 'content' | 'events' | 'links' | 'provenance' | 'extra' | 'keys' | 'incomplete'>>;

/** Span, with only its short content, → columns. `session` and `turn` are the rows it belongs to, where they are known; an envelope is of no turn. */
export function toSpanColumns(span: Span, session: number | null, turn: number | null): SpanColumns {
  const { values } = span;
  return {
    span_id: span.spanId,
    trace_id: span.traceId,
    parent_span_id: span.parentSpanId ?? null,
    session,
    turn,
    turn_index: span.turnIndex,
    kind: span.kind,
    start_unix_nano: toColumnNano(span.startUnixNano),
    end_unix_nano: span.endUnixNano === undefined ? null : toColumnNano(span.endUnixNano),
    outcome: span.outcome,
    tool_name: toTextColumn(values.toolName),
    model: toTextColumn(values.responseModel ?? values.requestModel),
    credits: values.credits ?? null,
    final: Number(span.final),
    data: toJson(toRest(span)),
  };
}

/** A row of `span` joined with its session's `agent` and `session_id`, read with bigints, and its longer texts → span. */
export function fromSpanRow(row: SqlRow, long: Span['content']): StoredSpan {
  const rest = fromJson<SpanRest>(String(row.data));
  const span: StoredSpan = {
    spanId: String(row.span_id),
    traceId: String(row.trace_id),
    kind: row.kind as Span['kind'],
    agent: String(row.agent),
    sessionId: decodeText(String(row.session_id)),
    turnIndex: Number(row.turn_index),
    startUnixNano: row.start_unix_nano as bigint,
    outcome: row.outcome as Span['outcome'],
    values: rest.values ?? {},
    content: { ...rest.content, ...long },
    events: rest.events ?? [],
    links: rest.links ?? [],
    provenance: rest.provenance ?? { times: 'estimated' },
    extra: rest.extra ?? {},
    keys: rest.keys ?? [],
    final: row.final === 1n,
    changed: row.changed !== 0n,
  };
  if (row.parent_span_id !== null) span.parentSpanId = String(row.parent_span_id);
  if (row.end_unix_nano !== null) span.endUnixNano = row.end_unix_nano as bigint;
  if (rest.incomplete !== undefined) span.incomplete = rest.incomplete;
  return span;
}

function toRest(span: Span): SpanRest {
  const rest: SpanRest = { values: span.values, provenance: span.provenance, keys: span.keys };
  if (Object.keys(span.content).length > 0) rest.content = span.content;
  if (span.events.length > 0) rest.events = span.events;
  if (span.links.length > 0) rest.links = span.links;
  if (Object.keys(span.extra).length > 0) rest.extra = span.extra;
  if (span.incomplete !== undefined) rest.incomplete = span.incomplete;
  return rest;
}

function toTextColumn(text: string | undefined): SqlValue {
  return text === undefined ? null : encodeText(text);
}

const MAX_NANO = 2n ** 63n - 1n;

/** A time as SQLite's 64-bit integer. Only a forged time lies outside (beyond the years 1677 and 2262): it becomes the nearest. */
export function toColumnNano(unixNano: bigint): bigint {
  if (unixNano > MAX_NANO) return MAX_NANO;
  return unixNano < -MAX_NANO ? -MAX_NANO : unixNano;
}
