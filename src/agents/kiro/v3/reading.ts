/** What is known of a V3 session while its records are read one after the other. */
import type { Fact, FactOf } from '../../../core/fact.ts';
import type { Outcome } from '../../../core/span.ts';
import type { Instant } from '../../../core/time.ts';

export type Values = Record<string, unknown>;

/** One record: its own id, its place, its clock, what it says. */
export interface V3Record {
  id: string;
  order: number;
  at?: Instant;
  payload: Values;
}

/** One request to a model. A `contextUsage` record measures and so closes it. */
export interface AnswerReading {
  fact: FactOf<'model.answered'>;
  isMeasured: boolean;
  hasResult: boolean;
  /** Words and thoughts by the record they stand in: a record may be written again as it grows. */
  texts: Map<string, string>;
  thoughts: Map<string, string>;
  lastWordAt?: bigint;
}

/** What `usage_summary` says of one execution. Written again, it replaces. */
export interface UsageReading {
  credits?: number;
  /** The entries behind them, as they were read. */
  metered: readonly unknown[];
  requestIds: string[];
  elapsedMillis?: number;
  status?: string;
}

export interface TurnReading {
  started?: FactOf<'turn.started'>;
  answers: AnswerReading[];
  calls: Map<string, FactOf<'tool.called'>>;
  results: Map<string, FactOf<'tool.ended'>>;
  usage: Map<string, UsageReading>;
  /** Sessions that it started, with the place of the record that says so, and what they were told where it says that. */
  spawned: { sessionId: string; order: number; prompt?: string }[];
  /** What the person was shown of a failure. */
  errorMessage?: string;
  contextUsagePercent?: number;
  lastResultAt?: bigint;
  turnKey?: string;
  end?: { order: number; at?: Instant; reason?: string };
  reason?: Outcome;
}

export interface SessionReading {
  sessionId: string;
  /** Facts that are complete as they come; those of turns, answers and calls grow until the end. */
  facts: Fact[];
  turns: TurnReading[];
  agentType?: string;
  /** Which option of a question means what: option id → its kind. */
  options: Map<string, Map<string, string>>;
  seenIds: Set<string>;
  /** By the record that holds words of it, by the call that it asked for, and by execution: sessions are long. */
  answerOfWords: Map<string, AnswerReading>;
  answerOfCall: Map<string, AnswerReading>;
  turnOfCall: Map<string, TurnReading>;
  turnOfExecution: Map<string, TurnReading>;
}

/** Nothing read yet. */
export function newReading(sessionId: string): SessionReading {
  return { sessionId, facts: [], turns: [], options: new Map(), seenIds: new Set(), answerOfWords: new Map(), answerOfCall: new Map(), turnOfCall: new Map(), turnOfExecution: new Map() };
}

/** The turn that runs; one without its prompt where none was opened (a subagent's). */
export function currentTurn(reading: SessionReading): TurnReading {
  return reading.turns.at(-1) ?? openTurn(reading);
}

/** A new turn, the newest. */
export function openTurn(reading: SessionReading): TurnReading {
  const turn: TurnReading = { answers: [], calls: new Map(), results: new Map(), usage: new Map(), spawned: [] };
  reading.turns.push(turn);
  return turn;
}

/** The turn of an execution; the running one where none is known by that id. */
export function turnOf(reading: SessionReading, executionId: string | undefined): TurnReading {
  return (executionId === undefined ? undefined : reading.turnOfExecution.get(executionId)) ?? currentTurn(reading);
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'source' | 'key' | 'order' | 'at' | 'turnKey'>;

/** The part that all facts of a record share. */
export function baseOf(reading: SessionReading, record: V3Record, key: string): Base & { source: 'history' } {
  return { agent: 'kiro', sessionId: reading.sessionId, source: 'history', key, order: record.order, at: record.at, turnKey: reading.turns.at(-1)?.turnKey };
}
