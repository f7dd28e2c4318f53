/** All spans of a session and of its subagents as columns in the order of their tree. */
import type { Outcome } from '../../core/span.ts';
import { decodeText } from '../../store/sqlite/text.ts';
import type { SpanColumnsJson, SpanDetails } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { isFilled, toDetails, type RowData } from './span-details.ts';
import { toTreeOrder } from './tree-order.ts';

const OF_SESSIONS = "FROM span WHERE session IN (SELECT value FROM json_each(?)) AND kind <> 'session'";
const OF_TURNS = ' AND span.turn IN (SELECT value FROM json_each(?))';
/**
 * Each column as one JSON text: a row for each span would take three times as long. Durations in µs, moments in µs after the given one: both fit a
 * double, which nanoseconds since the epoch do not.
 */
const COLUMNS = `SELECT json_group_array(span_id), json_group_array(parent_span_id), json_group_array(kind), json_group_array((start_unix_nano - ?) / 1000),
  json_group_array((end_unix_nano - start_unix_nano) / 1000), json_group_array(outcome), json_group_array(CASE kind WHEN 'chat' THEN model ELSE tool_name END), json_group_array(turn) ${OF_SESSIONS}`;
const DETAILS = `SELECT span_id, kind, session, changed, data ${OF_SESSIONS}`;
/** Of a long session only what names the runs of agents, and what was changed: the rest of the JSON is three quarters of the time. */
const FEW_DETAILS = `SELECT span_id, kind, session, changed, CASE kind WHEN 'agent' THEN data ELSE '{}' END ${OF_SESSIONS} AND (kind = 'agent' OR changed <> 0)`;

/** What stands first of those that begin at once: a turn, a wait, an answer, then the calls that it asked for. */
const RANKS: Readonly<Record<string, number>> = { agent: 0, permission: 1, chat: 2, policy: 3, tool: 4 };

export interface SessionSpans {
  /** `turn`: the store's own row of the turn, -1 where it has none. */
  spans: SpanColumnsJson;
  /** Of each row of `spans`. */
  details: Record<number, SpanDetails>;
  /** Of each row, the row at the top above it. */
  tops: Int32Array;
}

export interface SpanOwner {
  agent: string;
  sessionId: string;
  /** Rows of sessions → their native ids: its own, and its subagents'. */
  sessionIds: ReadonlyMap<number, string>;
  /** From where moments are counted. */
  startUnixNano: bigint;
  /** Only spans of these rows of turns; absent: all. */
  turns?: readonly number[];
  /** Without the details of calls and requests. */
  isLight?: boolean;
}

/** Reads them. Throws SyntaxError when a row is broken. */
export function readSessionSpans(reading: ReadDatabase, owner: SpanOwner): SessionSpans {
  const { columns, parentIds } = readColumns(reading, owner);
  const { order, parents, tops } = toTreeOrder({ ids: columns.id, parentIds, starts: columns.start, ranks: columns.kind.map((kind) => RANKS[kind] ?? 5) });
  const spans = toOrdered(columns, order);
  spans.parent = Array.from(parents);
  const details = readDetails(reading, spans, owner);
  nameWaits(spans);
  addWaits(spans, details);
  dropSumsOfTurns(spans, details);
  return { spans, details, tops };
}

function selectOf(text: string, { sessionIds, turns }: SpanOwner): [text: string, ...values: string[]] {
  const sessions = JSON.stringify([...sessionIds.keys()]);
  return turns === undefined ? [text, sessions] : [text + OF_TURNS, sessions, JSON.stringify(turns)];
}

/** In whatever order the store has them. */
function readColumns(reading: ReadDatabase, owner: SpanOwner): { columns: SpanColumnsJson; parentIds: (string | null)[] } {
  const [text, ...values] = selectOf(COLUMNS, owner);
  const [row = []] = reading.arrays(text, owner.startUnixNano, ...values);
  const parse = <T>(at: number): T[] => JSON.parse(row[at] as string) as T[];
  const kind = parse<string>(2);
  const names = new Map<string | null, string>();
  const toName = (name: string | null, index: number): string => {
    if (name === null) return NAMES[kind[index] ?? ''] ?? kind[index] ?? '';
    const known = names.get(name) ?? decodeText(name);
    names.set(name, known);
    return known;
  };
  const columns: SpanColumnsJson = {
    id: parse<string>(0),
    parent: [],
    kind,
    name: parse<string | null>(6).map((name, index) => (kind[index] === 'agent' ? owner.agent : toName(name, index))),
    start: parse<number>(3).map(toMillis),
    duration: parse<number | null>(4).map((micros) => (micros === null ? -1 : Math.max(0, toMillis(micros)))),
    outcome: parse<Outcome>(5),
    turn: parse<number | null>(7).map((turn) => turn ?? -1),
  };
  return { columns, parentIds: parse<string | null>(1) };
}

/** Of kinds that are not their own names, where nothing else is known. */
const NAMES: Readonly<Record<string, string>> = { chat: 'model' };

function toMillis(micros: number): number {
  return micros / 1000;
}

const NO_DATA: RowData = {};

/** By row of `spans`; names the runs of agents there. */
function readDetails(reading: ReadDatabase, spans: SpanColumnsJson, owner: SpanOwner): Record<number, SpanDetails> {
  const [text, ...values] = selectOf(owner.isLight ? FEW_DETAILS : DETAILS, owner);
  const found = new Map<string, { details: SpanDetails; agentName: string | undefined }>();
  // One by one: a hundred thousand rows that are all kept cost the collector of garbage as much as reading them.
  for (const [id, kind, session, changed, json] of reading.arrays(text, ...values)) {
    const data = json === '{}' ? NO_DATA : (JSON.parse(json as string) as RowData);
    const details = data === NO_DATA ? {} : toDetails(kind as string, data, owner.startUnixNano);
    const sessionId = kind === 'agent' ? owner.sessionIds.get(session as number) : undefined;
    if (sessionId !== undefined && sessionId !== owner.sessionId) details.sessionId = sessionId;
    if (changed !== 0) details.changed = true;
    const agentName = kind === 'agent' ? data.values?.agentName : undefined;
    if (isFilled(details) || agentName !== undefined) found.set(id as string, { details, agentName });
  }
  const byRow: Record<number, SpanDetails> = {};
  for (let row = 0; row < spans.id.length; row++) {
    const own = found.get(spans.id[row] ?? '');
    if (!own) continue;
    if (isFilled(own.details)) byRow[row] = own.details;
    if (own.agentName !== undefined) spans.name[row] = own.agentName;
  }
  return byRow;
}

function toOrdered(columns: SpanColumnsJson, order: Int32Array): SpanColumnsJson {
  const inOrder = <T>(list: readonly T[]): T[] => {
    const ordered = list.slice();
    for (let place = 0; place < order.length; place++) ordered[place] = list[order[place] ?? 0] as T;
    return ordered;
  };
  const { id, kind, name, start, duration, outcome, turn } = columns;
  return { id: inOrder(id), parent: [], kind: inOrder(kind), name: inOrder(name), start: inOrder(start), duration: inOrder(duration), outcome: inOrder(outcome), turn: inOrder(turn) };
}

/** A wait is told by what it was asked for. */
function nameWaits({ kind, name, parent }: SpanColumnsJson): void {
  for (let place = 0; place < kind.length; place++) if (kind[place] === 'permission') name[place] = name[parent[place] ?? -1] ?? 'permission';
}

/** An open wait has no end yet, and is seen as the open span that it is. */
function addWaits({ kind, parent, start, duration }: SpanColumnsJson, details: Record<number, SpanDetails>): void {
  for (let place = 0; place < kind.length; place++) {
    const above = parent[place] ?? -1;
    if (kind[place] !== 'permission' || above < 0) continue;
    const [from = 0, length = -1] = [start[place], duration[place]];
    if (length < 0) continue;
    const detailsOfCall = (details[above] ??= {});
    (detailsOfCall.waits ??= []).push([from, from + length]);
  }
}

/** What a turn of the session itself used stands on the row of the turn, with what its subagents used. */
function dropSumsOfTurns({ kind, parent }: SpanColumnsJson, details: Record<number, SpanDetails>): void {
  for (let place = 0; place < kind.length; place++) {
    if (kind[place] !== 'agent' || (parent[place] ?? -1) >= 0) continue;
    const found = details[place];
    if (!found || found.sessionId !== undefined) continue;
    delete found.tokens;
    delete found.cost;
    if (!isFilled(found)) delete details[place];
  }
}
