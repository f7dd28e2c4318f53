/** `GET /api/telemetry…`: what came in over OTLP and is no agent's tree, as it came. */
import { nanoToMillis } from '../../core/time.ts';
import type { Page } from '../../query/api/figures.ts';
import type { ForeignSpanRow, ForeignTraceRow, LogRow, MetricRow, TelemetryQuery } from '../../query/api/telemetry.ts';
import type { ForeignSpan, ForeignTrace, RawLog, RawMetric } from '../../receiver/read-telemetry.ts';
import { AnswerError } from '../answer-error.ts';
import { tell } from '../ask.ts';
import { parseQuery, text, whole, type Fields } from '../parse-query.ts';
import type { Route } from '../route.ts';

const LIMIT = 100;
const MOST_ROWS = 500;
/** Of one trace: what a browser can draw. */
const MOST_SPANS = 20_000;

const FIELDS: Fields<TelemetryQuery> = { service: text, limit: whole(1, MOST_ROWS), after: text };

export const telemetry: Route = {
  path: '/api/telemetry',
  summary: 'which services sent telemetry, and what became of it',
  answer: (sources) => tell(() => ({ services: sources.readTelemetry((reader) => reader.readServices()) ?? [] })),
};

export const telemetryLogs: Route = {
  path: '/api/telemetry/logs',
  summary: 'logs as they came',
  answer: (sources, { search }) => {
    const { limit = LIMIT, ...query } = parseQuery(search, FIELDS);
    return tell(() => toPage(sources.readTelemetry((reader) => reader.readLogs({ ...toRawPage(query), limit })) ?? [], limit, toLogRow));
  },
};

export const telemetryMetrics: Route = {
  path: '/api/telemetry/metrics',
  summary: 'points of metrics as they came',
  answer: (sources, { search }) => {
    const { limit = LIMIT, ...query } = parseQuery(search, FIELDS);
    return tell(() => toPage(sources.readTelemetry((reader) => reader.readMetrics({ ...toRawPage(query), limit })) ?? [], limit, toMetricRow));
  },
};

export const foreignTraces: Route = {
  path: '/api/telemetry/traces',
  summary: 'traces of other services',
  answer: (sources, { search }) => {
    const { limit = LIMIT, service, after } = parseQuery(search, FIELDS);
    const before = parseTracePlace(after);
    const page = { limit, ...(service === undefined ? {} : { service }), ...(before ? { before } : {}) };
    return tell(() => {
      const traces = sources.readTelemetry((reader) => reader.readTraces(page)) ?? [];
      const last = traces.at(-1);
      return { items: traces.map(toTraceRow), ...(traces.length === limit && last ? { next: `${last.startUnixNano}_${last.id}` } : {}) };
    });
  },
};

export const foreignTrace: Route = {
  path: '/api/telemetry/traces/:traceId',
  summary: 'one of them',
  answer: (sources, { params: { traceId = '' } }) =>
    tell(() => {
      const spans = sources.readTelemetry((reader) => reader.readTrace(traceId, MOST_SPANS + 1)) ?? [];
      if (spans.length === 0) throw new AnswerError(404, 'No such trace is kept.', 'It may be older than store.keep allows.');
      return { traceId, spans: spans.slice(0, MOST_SPANS).map(toSpanRow), isCut: spans.length > MOST_SPANS };
    }),
};

function toRawPage({ service, after }: TelemetryQuery): { service?: string; beforeId?: number } {
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new AnswerError(400, '"after" is no place in this list.', 'Take it from the answer before.');
  return { ...(service === undefined ? {} : { service }), ...(after === undefined ? {} : { beforeId: Number(after) }) };
}

function parseTracePlace(after: string | undefined): { startUnixNano: bigint; id: number } | undefined {
  if (after === undefined) return undefined;
  const match = /^(-?\d{1,19})_(\d{1,15})$/.exec(after);
  const startUnixNano = BigInt(match?.[1] ?? 0);
  if (!match || BigInt.asIntN(64, startUnixNano) !== startUnixNano) throw new AnswerError(400, '"after" is no place in this list.', 'Take it from the answer before.');
  return { startUnixNano, id: Number(match[2]) };
}

function toPage<R extends { id: number }, T>(rows: readonly R[], limit: number, toRow: (row: R) => T): Page<T> {
  const last = rows.at(-1);
  return { items: rows.map(toRow), ...(rows.length === limit && last ? { next: String(last.id) } : {}) };
}

function toLogRow({ atUnixNano, severity, severityText, ...row }: RawLog): LogRow {
  const level = severityText ?? severity?.toString();
  return { ...row, ...(atUnixNano === undefined ? {} : { atMillis: nanoToMillis(atUnixNano) }), ...(level === undefined ? {} : { severity: level }) };
}

function toMetricRow({ atUnixNano, startUnixNano: _start, detail: _detail, ...row }: RawMetric): MetricRow {
  return { ...row, ...(atUnixNano === undefined ? {} : { atMillis: nanoToMillis(atUnixNano) }) };
}

/** A trace that ends where it begins is one whose end was not told. */
function toTraceRow({ traceId, service, rootName, startUnixNano, endUnixNano, spans, errors }: ForeignTrace): ForeignTraceRow {
  return { traceId, ...(service === undefined ? {} : { service }), ...(rootName === undefined ? {} : { name: rootName }), ...toTimes(startUnixNano, endUnixNano === startUnixNano ? 0n : endUnixNano), spans, errors };
}

/** A time of 0 is one that was not told. */
function toTimes(startUnixNano: bigint, endUnixNano: bigint): Pick<ForeignSpanRow, 'startMillis' | 'durationMillis'> {
  if (startUnixNano === 0n) return {};
  return { startMillis: nanoToMillis(startUnixNano), ...(endUnixNano < startUnixNano ? {} : { durationMillis: Number(endUnixNano - startUnixNano) / 1e6 }) };
}

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto: Span.SpanKind and Status.StatusCode */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'] as const;

function toSpanRow({ id: _id, traceId: _traceId, traceState: _state, kind, status, startUnixNano, endUnixNano, agent: _agent, ...span }: ForeignSpan): ForeignSpanRow {
  return { ...span, kind: KINDS[kind] ?? 'unspecified', status: STATUSES[status] ?? 'unset', ...toTimes(startUnixNano, endUnixNano) };
}
