/** The turns of a session, each with what its subagents did below it. */
import type { Outcome } from '../../core/span.ts';
import { decodeText } from '../../store/sqlite/text.ts';
import { ABSENT, OUTCOMES, TURN } from '../../store/summary-layout.ts';
import { fromTurnSummary, type TurnSummary } from '../../store/turn-summary.ts';
import type { CostFigures } from '../api/figures.ts';
import type { TurnRow } from '../api/session.ts';
import type { ReadDatabase } from '../open-reading.ts';
import type { TimeShares } from '../api/sessions.ts';
import { sumTurns } from './session-figures.ts';

/** A turn as the store has it, of the session or of a subagent. */
export interface StoredTurnRow {
  id: number;
  session: number;
  rootSpanId: string;
  index: number;
  startMillis: number;
  endMillis?: number;
  /** Its end, else the last that is known of it. */
  lastMillis: number;
  toolCalls: number;
  modelCalls: number;
  errors: number;
  denied: number;
  cost: CostFigures;
  prompt?: string;
  revision: number;
  summary: TurnSummary | undefined;
  /** Of its root span. */
  outcome: Outcome;
  isClosed: boolean;
  /** Hooks told of it. */
  isLive: boolean;
}

const TURNS = `SELECT turn.id, turn.session, turn.root_span_id, turn_index, turn.start_unix_nano / 1000, turn.end_unix_nano / 1000, max(turn.last_unix_nano, coalesce(turn.end_unix_nano, 0)) / 1000,
    tool_calls, model_calls, errors, denied, credits, cost_usd, equivalent_usd, premium_requests, prompt, turn.revision, summary, closed, live
  FROM json_each(?) AS wanted JOIN turn ON turn.session = wanted.value ORDER BY turn.start_unix_nano, turn_index, turn.id`;

/** All turns of these rows of sessions, by start. */
export function readStoredTurns(reading: ReadDatabase, sessions: readonly number[]): StoredTurnRow[] {
  const turns: StoredTurnRow[] = [];
  for (const row of reading.arrays(TURNS, JSON.stringify(sessions))) {
    const [id, session, rootSpanId, index, start, end, last, toolCalls, modelCalls, errors, denied, credits, usd, equivalentUsd, premiumRequests, prompt, revision, text, closed, live] = row;
    const summary = typeof text === 'string' ? fromTurnSummary(text) : undefined;
    const sums = { usd, equivalentUsd, credits, premiumRequests };
    turns.push({
      id: Number(id),
      session: Number(session),
      rootSpanId: String(rootSpanId),
      index: Number(index),
      startMillis: Number(start) / 1000,
      ...(end === null ? {} : { endMillis: Number(end) / 1000 }),
      lastMillis: Number(last) / 1000,
      toolCalls: Number(toolCalls),
      modelCalls: Number(modelCalls),
      errors: Number(errors),
      denied: Number(denied),
      cost: Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== null)) as CostFigures,
      ...(typeof prompt === 'string' ? { prompt: decodeText(prompt) } : {}),
      revision: Number(revision),
      summary,
      outcome: OUTCOMES[summary?.turn[TURN.outcome] ?? -1] ?? 'unknown',
      isClosed: closed === 1,
      isLive: live === 1,
    });
  }
  return turns;
}

/** `all`: the turn itself and the turns of subagents that stand below it. */
export function toTurnRow(turn: StoredTurnRow, all: readonly StoredTurnRow[], shares: TimeShares): TurnRow {
  const sums = sumTurns(all.flatMap(({ summary }) => summary ?? []));
  const add = (read: (one: StoredTurnRow) => number): number => all.reduce((sum, one) => sum + read(one), 0);
  const [model] = [...sums.models].sort(([, m], [, n]) => n - m)[0] ?? [];
  return {
    spanId: turn.rootSpanId,
    index: turn.index,
    ...(turn.prompt === undefined ? {} : { prompt: turn.prompt }),
    startMillis: turn.startMillis,
    ...(turn.endMillis === undefined ? { lastMillis: Math.max(...all.map(({ lastMillis }) => lastMillis)) } : { endMillis: turn.endMillis }),
    ...toActive(turn),
    outcome: turn.outcome,
    toolCalls: add(({ toolCalls }) => toolCalls),
    modelCalls: add(({ modelCalls }) => modelCalls),
    errors: add(({ errors }) => errors),
    denied: add(({ denied }) => denied),
    tokens: sums.tokens,
    cost: toCost(all, sums.cost),
    shares,
    ...(model === undefined ? {} : { model }),
  };
}

/** Of one without a summary from its start to its end. */
function toActive({ summary, startMillis, endMillis }: StoredTurnRow): Pick<TurnRow, 'activeMillis'> {
  const micros = summary?.turn[TURN.active];
  if (micros !== undefined) return micros === ABSENT ? {} : { activeMillis: micros / 1000 };
  return endMillis === undefined ? {} : { activeMillis: Math.max(0, endMillis - startMillis) };
}

/** As the row of the session adds them: the store's sums, and from the requests where they come from. */
function toCost(all: readonly StoredTurnRow[], { unpriced, provenance }: CostFigures): CostFigures {
  const cost: CostFigures = {};
  for (const name of ['usd', 'equivalentUsd', 'credits', 'premiumRequests'] as const) {
    for (const { cost: one } of all) if (one[name] !== undefined) cost[name] = (cost[name] ?? 0) + one[name];
  }
  return { ...cost, ...(unpriced ? { unpriced } : {}), ...(provenance ? { provenance } : {}) };
}
