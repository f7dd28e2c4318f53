/** What is known of a Gemini CLI session while its records are read one after the other. */
import type { Fact, FactOf, ToolResult } from '../../core/fact.ts';
import type { Instant } from '../../core/time.ts';

export type Values = Record<string, unknown>;

/** One record: its own id, its place, its clock, what it says. */
export interface ChatRecord {
  id: string;
  order: number;
  at?: Instant;
  values: Values;
}

export interface AnswerReading {
  fact: FactOf<'model.answered'>;
  /** By call id, in the order of the asking. A record is written again when its calls are through: the newest counts. */
  calls: Map<string, CallReading>;
}

export interface CallReading {
  called: FactOf<'tool.called'>;
  result?: ToolResult;
  /** When the calls of the answer were written down as done: all of them at once. */
  doneAt?: bigint;
}

export interface TurnReading {
  started?: FactOf<'turn.started'>;
  answers: AnswerReading[];
  /** The person stopped it, or the request failed: over, unless more follows. */
  stop?: { reason: 'cancelled' | 'error'; at?: Instant; message?: string };
  /** The person stopped it when it seemed answered: calls that were then still running show that it was not. */
  isStopDoubtful?: boolean;
}

export interface SessionReading {
  sessionId: string;
  /** A subagent answers to one prompt: what else is said to it is said by its own agent. */
  isSubagent: boolean;
  /** Facts that are complete as they come; those of turns grow until the end. */
  facts: Fact[];
  turns: TurnReading[];
  answerOf: Map<string, AnswerReading>;
  turnOf: Map<string, TurnReading>;
  /** By call id: the answer that asked for it first. */
  askedBy: Map<string, AnswerReading>;
  seenIds: Set<string>;
  /** When the next request can have begun at the earliest: its prompt, or the results it takes, were written down. */
  requestAt?: bigint;
  /** A stop that was written down before the prompt that it stopped. */
  earlyStop?: Instant;
  title?: string;
  cwd?: string;
  startedAt?: bigint;
  model?: string;
}

/** Nothing read yet. */
export function newReading(sessionId: string, isSubagent: boolean): SessionReading {
  return { sessionId, isSubagent, facts: [], turns: [], answerOf: new Map(), turnOf: new Map(), askedBy: new Map(), seenIds: new Set() };
}

/** The turn that runs; one without its prompt where none was opened. */
export function currentTurn(reading: SessionReading): TurnReading {
  const last = reading.turns.at(-1);
  if (last) return last;
  const turn: TurnReading = { answers: [] };
  reading.turns.push(turn);
  return turn;
}

/** Whether its newest answer asks for no tool. While tools run that have not been written down, an answer with words looks so, too. */
export function isAnswered({ answers }: TurnReading): boolean {
  const last = answers.at(-1);
  return last !== undefined && last.calls.size === 0 && last.fact.text !== undefined;
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'order' | 'at'> & { source: 'history' };

/** The part that all facts of a record share. */
export function baseOf(reading: SessionReading, record: ChatRecord, key: string): Base {
  return { agent: 'gemini', sessionId: reading.sessionId, source: 'history', key, order: record.order, at: record.at };
}
