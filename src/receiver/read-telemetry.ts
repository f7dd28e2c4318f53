/** Reads `telemetry.db` for pages: read-only, each list by pages of its key. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Signal } from '../otlp/to-response.ts';
import { openTelemetryReadOnly } from './telemetry-database.ts';

export interface ServiceCount {
  signal: Signal;
  /** '': none is told. */
  service: string;
  /** That came in; of them `merged` gave facts for an agent's tree, and `kept` were written as they are. The rest were here before. */
  records: number;
  merged: number;
  kept: number;
  lastMillis: number;
}

interface Raw {
  id: number;
  service?: string;
  scope?: string;
  /** The agent whose it is. */
  agent?: string;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface RawLog extends Raw {
  receivedMillis: number;
  atUnixNano?: bigint;
  name?: string;
  severity?: number;
  severityText?: string;
  body?: string;
  traceId?: string;
  spanId?: string;
}

export interface RawMetric extends Raw {
  receivedMillis: number;
  atUnixNano?: bigint;
  startUnixNano?: bigint;
  name: string;
  unit?: string;
  kind: string;
  temporality?: string;
  value?: number;
  count?: number;
  /** Borders, buckets, quantiles. */
  detail?: Record<string, unknown>;
}

export interface ForeignTrace {
  id: number;
  traceId: string;
  /** 0n: no span of it tells a time. */
  startUnixNano: bigint;
  endUnixNano: bigint;
  spans: number;
  errors: number;
  /** Absent: the span without a parent has not come. */
  rootName?: string;
  service?: string;
}

export interface ForeignSpan extends Raw {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  /** 0n: not told, here and below. */
  startUnixNano: bigint;
  endUnixNano: bigint;
  /** OTLP: 0 unset, 1 ok, 2 error. */
  status: number;
  statusMessage?: string;
  traceState?: string;
  events: unknown[];
  links: unknown[];
}

/** `beforeId`: below this `id`; newest first. */
export interface RawPage {
  service?: string;
  beforeId?: number;
  limit: number;
}

/** Behind this one, by start: newest first. */
export interface TracePage {
  service?: string;
  before?: Pick<ForeignTrace, 'startUnixNano' | 'id'>;
  limit: number;
}

export interface TelemetryReader {
  readServices(): ServiceCount[];
  readLogs(page: RawPage): RawLog[];
  readMetrics(page: RawPage): RawMetric[];
  readTraces(page: TracePage): ForeignTrace[];
  /** Spans of one trace by their start, agents' own among them; at most `limit`. What is no trace id has none. */
  readTrace(traceId: string, limit: number): ForeignSpan[];
  close(): void;
}

/** Undefined: nothing was ever received. Throws StoreOpenError where the file is none of this version's. */
export function openTelemetryReader(path: string): TelemetryReader | undefined {
  const db = openTelemetryReadOnly(path);
  if (!db) return undefined;
  const all = createQuery(db);
  const readRaw = (table: 'telemetry_log' | 'telemetry_metric', { service, beforeId, limit }: RawPage): Row[] =>
    all(
      `SELECT r.*, s.service, s.scope, s.agent, s.resource FROM ${table} r JOIN telemetry_source s ON s.id = r.source_id
       WHERE r.id < ? ${service === undefined ? '' : `AND r.source_id IN (SELECT id FROM telemetry_source WHERE service = ?)`} ORDER BY r.id DESC LIMIT ?`,
      [beforeId ?? Number.MAX_SAFE_INTEGER, ...(service === undefined ? [] : [service]), limit],
    );
  return {
    readServices: () => all('SELECT * FROM telemetry_count ORDER BY service, signal', []).map((row) => ({ signal: row.signal as Signal, service: String(row.service), records: Number(row.records), merged: Number(row.merged), kept: Number(row.kept), lastMillis: Number(row.last_millis) })),
    readLogs: (page) => readRaw('telemetry_log', page).map(toLog),
    readMetrics: (page) => readRaw('telemetry_metric', page).map(toMetric),
    readTraces: ({ service, before, limit }) =>
      all(
        `SELECT t.*, s.service FROM foreign_trace t JOIN telemetry_source s ON s.id = t.source_id
         WHERE ${before ? '(t.start_unix_nano, t.id) < (?, ?)' : 'true'} ${service === undefined ? '' : 'AND s.service = ?'} ORDER BY t.start_unix_nano DESC, t.id DESC LIMIT ?`,
        [...(before ? [before.startUnixNano, before.id] : []), ...(service === undefined ? [] : [service]), limit],
      ).map(toTrace),
    readTrace: (traceId, limit) =>
      /^[0-9a-f]{32}$/.test(traceId)
        ? all(
            `SELECT f.*, s.service, s.scope, s.agent, s.resource FROM foreign_span f JOIN telemetry_source s ON s.id = f.source_id
             WHERE f.trace_id = ? ORDER BY f.start_unix_nano, f.id LIMIT ?`,
            [Buffer.from(traceId, 'hex'), limit],
          ).map(toSpan)
        : [],
    close: () => db.close(),
  };
}

type Row = Record<string, unknown>;

/** Integers come as bigint: times have more digits than a number holds. */
function createQuery(db: DatabaseSync): (sql: string, values: SQLInputValue[]) => Row[] {
  return (sql, values) => {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all(...values);
  };
}

const toHex = (value: unknown): string => Buffer.from(value as Uint8Array).toString('hex');
const toObject = (value: unknown): Record<string, unknown> => JSON.parse(value as string) as Record<string, unknown>;
const toList = (value: unknown): unknown[] => (value === null ? [] : (JSON.parse(value as string) as unknown[]));

/** The columns that are there, under these names. */
function pick<T extends object>(row: Row, columns: { [K in keyof T]: [column: string, read: (value: unknown) => T[K]] }): Partial<T> {
  const picked: Partial<T> = {};
  for (const name of Object.keys(columns) as (keyof T)[]) {
    const [column, read] = columns[name];
    if (row[column] !== null && row[column] !== undefined) picked[name] = read(row[column]);
  }
  return picked;
}

function toRaw(row: Row): Raw {
  const { service, scope, agent } = pick<{ service: string; scope: string; agent: string }>(row, { service: ['service', String], scope: ['scope', String], agent: ['agent', String] });
  return { id: Number(row.id), ...(service === undefined ? {} : { service }), ...(scope === undefined ? {} : { scope }), ...(agent === undefined ? {} : { agent }), attributes: toObject(row.attributes), resource: toObject(row.resource) };
}

function toLog(row: Row): RawLog {
  type Told = Required<Pick<RawLog, 'atUnixNano' | 'name' | 'severity' | 'severityText' | 'body' | 'traceId' | 'spanId'>>;
  return {
    ...toRaw(row),
    receivedMillis: Number(row.received_millis),
    ...pick<Told>(row, { atUnixNano: ['at_unix_nano', (value) => value as bigint], name: ['name', String], severity: ['severity', Number], severityText: ['severity_text', String], body: ['body', String], traceId: ['trace_id', toHex], spanId: ['span_id', toHex] }),
  };
}

function toMetric(row: Row): RawMetric {
  type Told = Required<Pick<RawMetric, 'atUnixNano' | 'startUnixNano' | 'unit' | 'temporality' | 'value' | 'count' | 'detail'>>;
  return {
    ...toRaw(row),
    receivedMillis: Number(row.received_millis), name: String(row.name), kind: String(row.kind),
    ...pick<Told>(row, { atUnixNano: ['at_unix_nano', (value) => value as bigint], startUnixNano: ['start_unix_nano', (value) => value as bigint], unit: ['unit', String], temporality: ['temporality', String], value: ['value', Number], count: ['count', Number], detail: ['detail', toObject] }),
  };
}

function toTrace(row: Row): ForeignTrace {
  return {
    id: Number(row.id), traceId: toHex(row.trace_id), startUnixNano: row.start_unix_nano as bigint, endUnixNano: row.end_unix_nano as bigint, spans: Number(row.spans), errors: Number(row.errors),
    ...pick<Required<Pick<ForeignTrace, 'rootName' | 'service'>>>(row, { rootName: ['root_name', String], service: ['service', String] }),
  };
}

function toSpan(row: Row): ForeignSpan {
  type Told = Required<Pick<ForeignSpan, 'parentSpanId' | 'statusMessage' | 'traceState'>>;
  return {
    ...toRaw(row),
    traceId: toHex(row.trace_id), spanId: toHex(row.span_id), name: String(row.name), kind: Number(row.kind),
    startUnixNano: row.start_unix_nano as bigint, endUnixNano: row.end_unix_nano as bigint, status: Number(row.status),
    ...pick<Told>(row, { parentSpanId: ['parent_span_id', toHex], statusMessage: ['status_message', String], traceState: ['trace_state', String] }),
    events: toList(row.events), links: toList(row.links),
  };
}
