/** Rows of the database → rows of the columns. */
import { tellsWaits } from '../../agents/wait-sources.ts';
import { toProject } from '../../core/repository-label.ts';
import { isProbe } from '../../core/probe.ts';
import { ABSENT, CALL, CHAT, ERROR, LOAD, OK, TIMEOUT, TURN, UNKNOWN } from '../../store/summary-layout.ts';
import { fromTurnSummary, type TurnSummary } from '../../store/turn-summary.ts';
import { CLOSED, COSTS, NO_COST, NO_TOKENS, OPEN_LIVE, OPEN_TOLD, type Columns } from './columns.ts';
import { NO_DURATION, toDuration } from './durations.ts';
import { addRow, MOST_NARROW, widenWords, type Layout } from './table.ts';

export type Row = Record<string, unknown>;

export const SESSION_FIELDS = `id, agent, session_id, root, cwd, coalesce(end_unix_nano, start_unix_nano, 0) / 1000 AS told_micros,
  (SELECT fingerprint FROM session_config JOIN config ON config.id = session_config.config WHERE session_config.session = session.id) AS config`;
/** Microseconds: nanoseconds since 1970 are more than a number of JavaScript holds. */
export const TURN_FIELDS = `id, session, start_unix_nano / 1000 AS start_micros, (end_unix_nano - start_unix_nano) / 1000 AS duration_micros, last_unix_nano / 1000 AS last_micros,
  closed, live, tool_calls, errors, denied, credits, cost_usd, equivalent_usd, premium_requests, summary`;

/** Takes in a session that is new or changed. */
export function setSession(columns: Columns, row: Row): void {
  const { sessions, sessionOf, words } = columns;
  const id = Number(row.id);
  const at = sessionOf.get(id) ?? addRow(sessions);
  sessionOf.set(id, at);
  const { of } = sessions;
  of.row[at] = id;
  of.alive[at] = 1;
  of.root[at] = Number(row.root);
  of.agent[at] = words.add(String(row.agent));
  of.cwd[at] = words.add(typeof row.cwd === 'string' ? toProject(undefined, row.cwd) : undefined);
  of.isProbe[at] = Number(isProbe(String(row.session_id)));
  of.config[at] = words.add(typeof row.config === 'string' ? row.config : undefined);
  of.told[at] = Number(row.told_micros) / 1000;
}

/** Takes in a turn that is new or changed; what was there of it is dead from now on. */
export function setTurn(columns: Columns, row: Row): void {
  const { turns, turnOf, sessionOf } = columns;
  const id = Number(row.id);
  endTurn(columns, id);
  const session = sessionOf.get(Number(row.session));
  if (session === undefined) return;
  const summary = typeof row.summary === 'string' ? fromTurnSummary(row.summary) : undefined;
  const at = addRow(turns);
  turnOf.set(id, at);
  const { of } = turns;
  const startMicros = Number(row.start_micros);
  of.row[at] = id;
  of.alive[at] = 1;
  of.session[at] = session;
  of.start[at] = startMicros / 1000;
  of.active[at] = row.duration_micros === null ? ABSENT : Math.max(0, Number(row.duration_micros)) / 1000;
  of.last[at] = Number(row.last_micros) / 1000;
  of.openness[at] = row.closed === 1 ? CLOSED : row.live === 1 ? OPEN_LIVE : OPEN_TOLD;
  of.tools[at] = Number(row.tool_calls);
  of.errors[at] = Number(row.errors);
  of.denied[at] = Number(row.denied);
  [of.model[at], of.tool[at], of.wait[at]] = [ABSENT, ABSENT, ABSENT];
  [of.fromCall[at], of.fromChat[at]] = [columns.calls.length, columns.chats.length];
  if (summary) {
    addSummary(columns, summary, { at, startMicros });
    const agent = columns.words.wordOf(columns.sessions.of.agent[session] ?? 0) ?? '';
    if (of.wait[at] === 0 && !tellsWaits(agent, row.live === 1)) of.wait[at] = ABSENT;
  }
  else addSums(columns, row, at);
  [of.toCall[at], of.toChat[at]] = [columns.calls.length, columns.chats.length];
}

/** The turn with this number in the database went, or is another now. */
export function endTurn(columns: Columns, id: number): void {
  const at = columns.turnOf.get(id);
  if (at === undefined) return;
  columns.turns.of.alive[at] = 0;
  columns.turnOf.delete(id);
}

export function endSession(columns: Columns, id: number): void {
  const at = columns.sessionOf.get(id);
  if (at === undefined) return;
  columns.sessions.of.alive[at] = 0;
  columns.sessionOf.delete(id);
}

interface Place {
  /** The turn's row here. */
  at: number;
  startMicros: number;
}

function addSummary(columns: Columns, { turn, words, callIds, calls, chats, loads }: TurnSummary, place: Place): void {
  const { of } = columns.turns;
  const { at, startMicros } = place;
  const numbers = words.map((word) => columns.words.add(word));
  if (columns.words.size() > MOST_NARROW && columns.calls.of.tool instanceof Uint16Array) for (const table of [columns.calls, columns.chats]) widenWords<Layout>(table);
  const word = (index: number | undefined): number => numbers[index ?? 0] ?? 0;
  for (const name of ['model', 'tool', 'wait'] as const) of[name][at] = (turn[TURN[name]] ?? 0) / 1000;
  const active = turn[TURN.active] ?? ABSENT;
  of.active[at] = active === ABSENT ? ABSENT : active / 1000;
  of.repository[at] = word(turn[TURN.repository]);
  of.branch[at] = word(turn[TURN.branch]);
  of.modelName[at] = word(turn[TURN.modelName]);
  for (let from = 0, id = 0; from < calls.length; from += CALL.length, id += 16) {
    addCall(columns, calls, { at, startMicros, from, word, callIds, id });
    const outcome = calls[from + CALL.outcome];
    if (outcome === OK) of.succeeded[at] = (of.succeeded[at] ?? 0) + 1;
    else if (outcome === ERROR || outcome === TIMEOUT) of.failed[at] = (of.failed[at] ?? 0) + 1;
  }
  for (let from = 0; from < chats.length; from += CHAT.length) addChat(columns, chats, { startMicros, from, word });
  for (let from = 0; from < loads.length; from += LOAD.length) addLoad(columns, loads, { at, startMicros, from, word });
}

interface Part extends Place {
  /** Where its row begins. */
  from: number;
  word(index: number | undefined): number;
}

function addCall({ calls }: Columns, row: readonly number[], { at, startMicros, from, word, callIds, id }: Part & { callIds: string; id: number }): void {
  const to = addRow(calls);
  const { of } = calls;
  of.turn[to] = at;
  of.start[to] = (startMicros + (row[from + CALL.start] ?? 0)) / 1000;
  of.run[to] = toDuration(row[from + CALL.run] ?? ABSENT);
  of.wait[to] = toDuration(row[from + CALL.wait] ?? ABSENT);
  of.outcome[to] = row[from + CALL.outcome] ?? 0;
  of.isNested[to] = row[from + CALL.isNested] ?? 0;
  of.tool[to] = word(row[from + CALL.tool]);
  of.server[to] = word(row[from + CALL.server]);
  of.family[to] = word(row[from + CALL.family]);
  of.errorType[to] = word(row[from + CALL.errorType]);
  of.idHigh[to] = Number.parseInt(callIds.slice(id, id + 8), 16);
  of.idLow[to] = Number.parseInt(callIds.slice(id + 8, id + 16), 16);
}

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;

function addChat({ chats }: Columns, row: readonly number[], { startMicros, from, word }: Omit<Part, 'at'>): void {
  const to = addRow(chats);
  const { of } = chats;
  of.start[to] = (startMicros + (row[from + CHAT.start] ?? 0)) / 1000;
  of.duration[to] = toDuration(row[from + CHAT.duration] ?? ABSENT);
  of.firstChunk[to] = toDuration(row[from + CHAT.firstChunk] ?? ABSENT);
  of.outcome[to] = row[from + CHAT.outcome] ?? 0;
  of.isRest[to] = row[from + CHAT.isRest] ?? 0;
  of.provenance[to] = row[from + CHAT.provenance] ?? 0;
  of.model[to] = word(row[from + CHAT.model]);
  of.provider[to] = word(row[from + CHAT.provider]);
  of.unpriced[to] = word(row[from + CHAT.unpriced]);
  for (const name of TOKENS) of[name][to] = toTokens(row[from + CHAT[name]]);
  addCosts(chats, to, (name) => row[from + CHAT[name]] ?? ABSENT);
}

/** A request of more than four billion tokens is forged. */
function toTokens(count: number | undefined): number {
  return count === undefined || count < 0 ? NO_TOKENS : Math.min(count, NO_TOKENS - 1);
}

function addLoad({ loads }: Columns, row: readonly number[], { at, startMicros, from, word }: Part): void {
  const to = addRow(loads);
  const { of } = loads;
  of.turn[to] = at;
  of.start[to] = (startMicros + (row[from + LOAD.start] ?? 0)) / 1000;
  const scope = row[from + LOAD.scope] ?? ABSENT;
  of.scope[to] = scope === ABSENT ? ABSENT : scope / 1000;
  of.name[to] = word(row[from + LOAD.name]);
  of.trigger[to] = row[from + LOAD.trigger] ?? 0;
  for (const name of ['tools', 'succeeded', 'failed'] as const) of[name][to] = row[from + LOAD[name]] ?? 0;
  for (const name of COSTS) of[name][to] = row[from + LOAD[name]] ?? ABSENT;
}

/** What is known of a request but what it cost, in a row behind it that is no request. */
function addRest(chats: Columns['chats'], like: number): number {
  const to = addRow(chats);
  const { of } = chats;
  of.start[to] = of.start[like] ?? 0;
  of.duration[to] = NO_DURATION;
  of.firstChunk[to] = NO_DURATION;
  of.outcome[to] = of.outcome[like] ?? UNKNOWN;
  of.isRest[to] = 1;
  of.model[to] = of.model[like] ?? 0;
  of.provider[to] = of.provider[like] ?? 0;
  for (const name of TOKENS) of[name][to] = NO_TOKENS;
  return to;
}

/** The first cost that is told goes to this row, which is the last one; each other one to a row of its own. */
function addCosts(chats: Columns['chats'], row: number, costOf: (name: (typeof COSTS)[number]) => number): void {
  let to = row;
  for (const [place, name] of COSTS.entries()) {
    const cost = costOf(name);
    if (cost < 0) continue;
    if (chats.of.unit[to] !== NO_COST) to = addRest(chats, row);
    chats.of.amount[to] = cost;
    chats.of.unit[to] = place + 1;
  }
}

/** Of a turn without a summary the sums of its row are known: as what it tells beyond its requests. */
function addSums({ chats, turns }: Columns, row: Row, at: number): void {
  const sums = { usd: row.cost_usd, equivalentUsd: row.equivalent_usd, credits: row.credits, premium: row.premium_requests };
  if (Object.values(sums).every((sum) => sum === null)) return;
  const to = addRow(chats);
  const { of } = chats;
  of.start[to] = turns.of.start[at] ?? 0;
  of.duration[to] = NO_DURATION;
  of.firstChunk[to] = NO_DURATION;
  of.outcome[to] = UNKNOWN;
  of.isRest[to] = 1;
  for (const name of TOKENS) of[name][to] = NO_TOKENS;
  addCosts(chats, to, (name) => (sums[name] === null ? ABSENT : Number(sums[name])));
}
