/** Sessions as rows of a list. Their sums are those of `spoor sessions`: one statement counts for both. */
import { tellsWaits } from '../../agents/wait-sources.ts';
import { nanoToMillis } from '../../core/time.ts';
import { toProject } from '../../core/repository-label.ts';
import { readSummaries, type ListedSession } from '../../store/sqlite/read-sessions.ts';
import { fromTurnSummary } from '../../store/turn-summary.ts';
import type { CostFigures } from '../api/figures.ts';
import type { SessionRow, SessionState } from '../api/sessions.ts';
import type { ReadDatabase } from '../open-reading.ts';
import { readStates } from './read-states.ts';
import { isGoingOn } from './session-state.ts';
import { sumTurns, toOwnShares, toSessionShares, type ShareTurn } from './session-figures.ts';

const TURNS = `SELECT member.root, turn.id, turn.session, turn.start_unix_nano / 1000 AS start_micros, (coalesce(turn.end_unix_nano, turn.last_unix_nano) - turn.start_unix_nano) / 1000 AS length_micros, turn.end_unix_nano IS NULL AS is_endless, closed, live, member.agent, summary
  FROM json_each(?) AS wanted JOIN session AS member ON member.root = wanted.value JOIN turn ON turn.session = member.id ORDER BY turn.start_unix_nano, turn.id`;
const CONFIGS = 'SELECT session, fingerprint FROM json_each(?) AS wanted JOIN session_config ON session_config.session = wanted.value JOIN config ON config.id = session_config.config';
const FAMILIES = 'SELECT root, count(*) - 1 AS subagents FROM session WHERE root IN (SELECT value FROM json_each(?)) GROUP BY root';

/** What a row is made of, of one turn. */
export interface RowTurn extends ShareTurn {
  /** It has no end, and may still go on. */
  isOpen: boolean;
}

/** `roots`: rows of `session`, at the top of their families. In the same order; those that are not there are left out. `given`: their turns, where they are read already. */
export function readSessionRows(reading: ReadDatabase, roots: readonly number[], nowMillis: number, given?: ReadonlyMap<number, RowTurn[]>): SessionRow[] {
  return [...readRowsByRoot(reading, roots, nowMillis, given).values()];
}

/** As `readSessionRows`, each under its row of `session`. */
export function readRowsByRoot(reading: ReadDatabase, roots: readonly number[], nowMillis: number, given?: ReadonlyMap<number, RowTurn[]>): Map<number, SessionRow> {
  const wanted = JSON.stringify(roots);
  const turns = given ?? readTurnsByRoot(reading, roots, nowMillis);
  const states = readStates(reading, roots, nowMillis);
  const subagents = new Map(reading.sql(FAMILIES).all(wanted).map((row) => [Number(row.root), Number(row.subagents)]));
  const configs = new Map(reading.sql(CONFIGS).all(wanted).map((row) => [Number(row.session), String(row.fingerprint)]));
  return new Map(readSummaries(reading, roots).map((listed) => {
    const { row } = listed;
    return [row, toRow(listed, { turns: turns.get(row) ?? [], state: states.get(row) ?? 'unknown', subagents: subagents.get(row) ?? 0, configFingerprint: configs.get(row) })];
  }));
}

/** `id`: its row in the database. */
export type FamilyTurn = RowTurn & { id: number };

/** The turns of these rows of `session` at the top, with their subagents', by start. */
export function readTurnsByRoot(reading: ReadDatabase, roots: readonly number[], nowMillis: number): Map<number, FamilyTurn[]> {
  const byRoot = new Map<number, FamilyTurn[]>();
  for (const row of reading.sql(TURNS).all(JSON.stringify(roots))) {
    const root = Number(row.root);
    const [startMillis, lengthMillis, isLive] = [Number(row.start_micros) / 1000, Math.max(0, Number(row.length_micros) / 1000), row.live === 1];
    const turn: FamilyTurn = {
      id: Number(row.id),
      isOwn: row.session === row.root,
      startMillis,
      lengthMillis,
      isOpen: row.is_endless === 1 && isGoingOn({ isClosed: row.closed === 1, isLive }, nowMillis - startMillis - lengthMillis),
      hasWaits: tellsWaits(String(row.agent), isLive),
      summary: row.summary === null ? undefined : fromTurnSummary(String(row.summary)),
    };
    const known = byRoot.get(root);
    if (known) known.push(turn);
    else byRoot.set(root, [turn]);
  }
  return byRoot;
}

interface RowParts {
  turns: readonly RowTurn[];
  state: SessionState;
  subagents: number;
  configFingerprint: string | undefined;
}

function toRow({ summary, lastUnixNano }: ListedSession, { turns, state, subagents, configFingerprint }: RowParts): SessionRow {
  const own = turns.filter(({ isOwn }) => isOwn);
  const sums = sumTurns(turns.flatMap((turn) => turn.summary ?? []));
  // What an agent says of a session may be later than its first prompt, and what it did is.
  const starts = [summary.startUnixNano === undefined ? undefined : nanoToMillis(summary.startUnixNano), own[0]?.startMillis].filter((start) => start !== undefined);
  const lastMillis = nanoToMillis(lastUnixNano);
  const startMillis = starts.length > 0 ? Math.min(...starts) : lastMillis;
  const wallMillis = nanoToMillis(summary.wallNano ?? 0n);
  const title = summary.title ?? summary.firstPrompt;
  const about = { title, project: toProject(sums.repository, summary.cwd), cwd: summary.cwd, branch: sums.branch, agentVersion: summary.agentVersion, contextPercent: sums.contextPercent, configFingerprint };
  return {
    agent: summary.agent,
    sessionId: summary.sessionId,
    state,
    ...(Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined)) as typeof about),
    models: toModels(sums.models, summary.model),
    startMillis,
    lastMillis,
    ...toActive(summary.activeNano, own),
    wallMillis,
    shares: toSessionShares(toOwnShares(turns).values(), wallMillis),
    turns: summary.turns,
    toolCalls: summary.toolCalls,
    modelCalls: summary.modelCalls,
    errors: summary.errors,
    denied: summary.denied,
    subagents,
    tokens: sums.tokens,
    cost: toCost(summary, sums.cost),
    skills: [...sums.skills].sort(),
  };
}

/** Turns that are over, and what is there of those that go on. */
function toActive(activeNano: bigint | undefined, own: readonly RowTurn[]): Pick<SessionRow, 'activeMillis'> {
  const open = own.filter(({ isOpen }) => isOpen);
  if (activeNano === undefined && open.length === 0) return {};
  return { activeMillis: open.reduce((sum, { lengthMillis }) => sum + lengthMillis, nanoToMillis(activeNano ?? 0n)) };
}

/** The most used first; where no request tells its model, the session's own. */
function toModels(models: ReadonlyMap<string, number>, model: string | undefined): string[] {
  if (models.size === 0) return model === undefined ? [] : [model];
  return [...models].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
}

/** Sums of the store; only where figures come from, and what the unpriced used, is told by the requests. */
function toCost({ cost, credits, premiumRequests }: ListedSession['summary'], told: CostFigures): CostFigures {
  const sums = { usd: cost?.usd, equivalentUsd: cost?.equivalentUsd, credits, premiumRequests, unpriced: told.unpriced ?? cost?.unpriced, provenance: told.provenance };
  return Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== undefined)) as CostFigures;
}
