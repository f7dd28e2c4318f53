/** All spans of a session and of its subagents as columns in the order of their tree. */
import type { Outcome } from '../../core/span.ts';
import type { SqlValue } from '../../store/database.ts';
import { decodeText } from '../../store/sqlite/text.ts';
import type { SpanColumnsJson, SpanDetails } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { isFilled, toDetails, type RowData } from './span-details.ts';
import { toTreeOrder } from './tree-order.ts';

/** Durations in µs, moments in µs after the given one: both fit a double, which nanoseconds since the epoch do not. */
const spansOf = (data: string): string => `SELECT span_id, parent_span_id, kind, (start_unix_nano - ?) / 1000, (end_unix_nano - start_unix_nano) / 1000, outcome, tool_name, model,
  span.session, span.turn, changed, ${data} FROM span WHERE session IN (SELECT value FROM json_each(?)) AND kind <> 'session'`;
const WHOLE = spansOf('data');
/** Of a long session only what names the runs of agents: the rest of the JSON is three quarters of the time. */
const LIGHT = spansOf("CASE WHEN kind = 'agent' THEN data ELSE '{}' END");
const AT = { spanId: 0, parentId: 1, kind: 2, start: 3, duration: 4, outcome: 5, tool: 6, model: 7, session: 8, turn: 9, changed: 10, data: 11 } as const;

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

interface Unordered {
  columns: SpanColumnsJson;
  parentIds: (string | null)[];
  details: (SpanDetails | undefined)[];
}

/** Reads them. Throws SyntaxError when a row is broken. */
export function readSessionSpans(reading: ReadDatabase, owner: SpanOwner): SessionSpans {
  const only = owner.turns === undefined ? [] : [JSON.stringify(owner.turns)];
  const all = owner.isLight ? LIGHT : WHOLE;
  const text = owner.turns === undefined ? all : `${all} AND span.turn IN (SELECT value FROM json_each(?))`;
  const read: Unordered = { columns: emptyColumns(), parentIds: [], details: [] };
  // One by one: a hundred thousand rows that are all kept cost the collector of garbage as much as reading them.
  for (const row of reading.arrays(text, owner.startUnixNano, JSON.stringify([...owner.sessionIds.keys()]), ...only)) addRow(read, row, owner);
  const { columns, parentIds } = read;
  const { order, parents, tops } = toTreeOrder({ ids: columns.id, parentIds, starts: columns.start, ranks: columns.kind.map((kind) => RANKS[kind] ?? 5) });
  const spans = toOrdered(columns, order);
  spans.parent = Array.from(parents);
  const details: Record<number, SpanDetails> = {};
  for (const [place, index] of order.entries()) {
    const found = read.details[index];
    if (found) details[place] = found;
  }
  nameWaits(spans);
  addWaits(spans, details);
  dropSumsOfTurns(spans, details);
  return { spans, details, tops };
}

const NO_DATA: RowData = {};

function emptyColumns(): SpanColumnsJson {
  return { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] };
}

function addRow({ columns, parentIds, details }: Unordered, row: readonly SqlValue[], owner: SpanOwner): void {
  const kind = row[AT.kind] as string;
  const text = row[AT.data] as string;
  const data = text === '{}' ? NO_DATA : (JSON.parse(text) as RowData);
  const found = data === NO_DATA ? {} : toDetails(kind, data, owner.startUnixNano);
  const sessionId = kind === 'agent' ? owner.sessionIds.get(row[AT.session] as number) : undefined;
  if (sessionId !== undefined && sessionId !== owner.sessionId) found.sessionId = sessionId;
  if (row[AT.changed] !== 0) found.changed = true;
  details.push(isFilled(found) ? found : undefined);
  parentIds.push(row[AT.parentId] as string | null);
  columns.id.push(row[AT.spanId] as string);
  columns.kind.push(kind);
  columns.name.push(kind === 'agent' ? (data.values?.agentName ?? owner.agent) : toName(kind, row));
  columns.start.push((row[AT.start] as number) / 1000);
  columns.duration.push(row[AT.duration] === null ? -1 : Math.max(0, (row[AT.duration] as number) / 1000));
  columns.outcome.push(row[AT.outcome] as Outcome);
  columns.turn.push((row[AT.turn] as number | null) ?? -1);
}

function toName(kind: string, row: readonly SqlValue[]): string {
  const column = row[kind === 'chat' ? AT.model : AT.tool] as string | null;
  return column === null ? (kind === 'chat' ? 'model' : kind) : decodeText(column);
}

function toOrdered(columns: SpanColumnsJson, order: Int32Array): SpanColumnsJson {
  const inOrder = <T>(list: readonly T[]): T[] => Array.from(order, (index) => list[index] as T);
  const { id, kind, name, start, duration, outcome, turn } = columns;
  return { id: inOrder(id), parent: [], kind: inOrder(kind), name: inOrder(name), start: inOrder(start), duration: inOrder(duration), outcome: inOrder(outcome), turn: inOrder(turn) };
}

/** A wait is told by what it was asked for. */
function nameWaits({ kind, name, parent }: SpanColumnsJson): void {
  for (const [place, one] of kind.entries()) if (one === 'permission') name[place] = name[parent[place] ?? -1] ?? 'permission';
}

/** An open wait has no end yet, and is seen as the open span that it is. */
function addWaits({ kind, parent, start, duration }: SpanColumnsJson, details: Record<number, SpanDetails>): void {
  for (const [place, one] of kind.entries()) {
    const above = parent[place] ?? -1;
    const [from = 0, length = -1] = [start[place], duration[place]];
    if (one !== 'permission' || above < 0 || length < 0) continue;
    const detailsOfCall = (details[above] ??= {});
    (detailsOfCall.waits ??= []).push([from, from + length]);
  }
}

/** What a turn of the session itself used stands on the row of the turn, with what its subagents used. */
function dropSumsOfTurns({ kind, parent }: SpanColumnsJson, details: Record<number, SpanDetails>): void {
  for (const [place, one] of kind.entries()) {
    const found = details[place];
    if (one !== 'agent' || (parent[place] ?? -1) >= 0 || !found || found.sessionId !== undefined) continue;
    delete found.tokens;
    delete found.cost;
    if (!isFilled(found)) delete details[place];
  }
}
