/** What is known of a Qwen Code session while its records are read one after the other. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Instant } from '../../core/time.ts';

export type Values = Record<string, unknown>;

export interface ChatRecord {
  /** `uuid`; a fork's copy repeats it. */
  id: string;
  order: number;
  at?: Instant;
  values: Values;
  /** `systemPayload`, an object at least. */
  payload: Values;
}

/** What the agent measured of a request, written down just before its answer. */
export interface Measure {
  order: number;
  id: string;
  at?: Instant;
  values: Values;
}

export interface AnswerReading {
  fact: FactOf<'model.answered'>;
  /** By call id, in the order of the asking. */
  calls: Map<string, CallReading>;
  /** It was no answer to the prompt. */
  isAside?: boolean;
}

export interface CallReading {
  called: FactOf<'tool.called'>;
  ended?: FactOf<'tool.ended'>;
}

export interface TurnReading {
  started?: FactOf<'turn.started'>;
  answers: AnswerReading[];
  extra: Attributes;
  /** Where the newest request failed: over, unless more follows. */
  failure?: { at?: Instant; errorType: string; message?: string };
}

export interface SessionReading {
  sessionId: string;
  isSubagent: boolean;
  /** By the call that started it: a subagent's session. */
  spawned: ReadonlyMap<string, string>;
  meta?: Values;
  /** Facts that are complete as they come; those of turns grow until the end. */
  facts: Fact[];
  turns: TurnReading[];
  /** By run and round, for subagents, whose answers stand in several records. */
  answerOfRound: Map<string, AnswerReading>;
  callOf: Map<string, CallReading>;
  seenIds: Set<string>;
  /** What the agent measured of calls, by call id. */
  measures: Map<string, Values>;
  /** Of the request whose answer comes next. */
  pending?: Measure;
  requestAt?: bigint;
  /** A command of the person that became the next prompt. */
  command?: string;
  extra: Attributes;
  title?: string;
  cwd?: string;
  agentName?: string;
  agentVersion?: string;
  startedAt?: bigint;
  model?: string;
  contextWindowTokens?: number;
}

export interface ReadingOptions {
  isSubagent: boolean;
  spawned: ReadonlyMap<string, string>;
  meta?: Values;
}

/** Nothing read yet. */
export function newReading(sessionId: string, options: ReadingOptions): SessionReading {
  return { sessionId, ...options, facts: [], turns: [], answerOfRound: new Map(), callOf: new Map(), seenIds: new Set(), measures: new Map(), extra: {} };
}

/** The turn that runs; one without its prompt where none was opened. */
export function currentTurn(reading: SessionReading): TurnReading {
  return reading.turns.at(-1) ?? openTurn(reading);
}

/** A new turn, the newest. */
export function openTurn(reading: SessionReading): TurnReading {
  const turn: TurnReading = { answers: [], extra: { ...reading.extra } };
  reading.turns.push(turn);
  return turn;
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'order' | 'at'> & { source: 'history' };

/** The part that all facts of a record share. */
export function baseOf(reading: SessionReading, record: Pick<ChatRecord, 'order' | 'at'>, key: string): Base {
  return { agent: 'qwen-code', sessionId: reading.sessionId, source: 'history', key, order: record.order, at: record.at };
}
