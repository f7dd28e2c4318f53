/** What is known of a rollout while its lines are read one after the other. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf, ToolRequest, ToolResult } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { Instant } from '../../core/time.ts';
import { toUniqueId } from './call-id.ts';
import type { RunRecord } from './results.ts';
import type { TokenUsage } from './usage.ts';

export type Values = Record<string, unknown>;

/** One line. */
export interface RolloutRecord {
  /** Its line number, from 0. */
  order: number;
  at?: Instant;
  type: string;
  payload: Values;
}

/** One request to the model: what it answered, until its tokens are told. */
export interface RequestReading {
  order: number;
  startedAt?: bigint;
  endedAt?: bigint;
  at?: Instant;
  texts: string[];
  reasonings: string[];
  callIds: string[];
  model?: string;
  usage?: TokenUsage;
  responseId?: string;
  /** Results of its calls came: what the model says next is another request's. */
  hasOutput: boolean;
}

export interface CallReading {
  order: number;
  at?: Instant;
  tool: ToolRequest;
  nativeId: string;
  result?: ToolResult;
  resultAt?: Instant;
  resultOrder?: number;
  run?: RunRecord;
}

export interface TurnReading {
  turnKey?: string;
  /** Made of its place where it has no key. */
  messageId: string;
  order: number;
  at?: Instant;
  /** Its own record says when it began, so another will say when it ends. */
  isTask: boolean;
  prompt?: string;
  hasPrompt: boolean;
  requests: RequestReading[];
  /** The request that is not measured yet. */
  open?: RequestReading;
  /** Each request is measured in a record of its own: the running totals say nothing more. */
  hasUsageRecords: boolean;
  calls: Map<string, CallReading>;
  lastInputAt?: bigint;
  changes: FactOf<'context.changed'>[];
  end?: { order: number; at?: Instant; reason: Outcome; answer?: string; durationMillis?: number };
  error?: { type: string; message?: string };
  contextWindowTokens?: number;
  model?: string;
  /** Under our prefix, without it. */
  extra: Map<string, Attributes[string]>;
  skills: Set<string>;
  counts: Map<string, number>;
}

export interface RolloutReading {
  sessionId: string;
  turns: TurnReading[];
  meta?: Values;
  /** Of the requests that come. */
  model?: string;
  title?: string;
  /** The running total at the last count, to tell a new count from a repeated one. */
  lastTotal: string;
  /** Lines below this are a copy of the parent's. */
  firstOwnOrdinal: number;
  /** When the thread's own first line was written. */
  begunAt?: bigint;
  /** Of a fork: what was written until then and names no turn was copied from its origin. */
  copiedUntil?: bigint;
  /** A rollout of the first versions, which had no events: then messages are all there is. */
  isBare: boolean;
  /** Which turn asked for a call: what comes of it may be told in a later one. */
  turnOfCall: Map<string, TurnReading>;
}

/** Nothing read yet. */
export function newReading(sessionId: string): RolloutReading {
  return { sessionId, turns: [], lastTotal: '', firstOwnOrdinal: 0, isBare: false, turnOfCall: new Map() };
}

/** A new turn, the newest. */
export function openTurn(reading: RolloutReading, { order, at }: RolloutRecord, turnKey?: string): TurnReading {
  const messageId = turnKey ?? toUniqueId(reading.sessionId, `turn-${reading.turns.length}`);
  const turn: TurnReading = {
    turnKey, messageId, order, at, isTask: turnKey !== undefined, hasPrompt: false, requests: [], hasUsageRecords: false, calls: new Map(), changes: [],
    extra: new Map(), skills: new Set(), counts: new Map(),
  };
  reading.turns.push(turn);
  return turn;
}

/** The turn that runs; one without its prompt where none was opened. */
export function currentTurn(reading: RolloutReading, record: RolloutRecord): TurnReading {
  return reading.turns.at(-1) ?? openTurn(reading, record);
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'order' | 'at' | 'turnKey'> & { source: 'history' };

/** The part that all facts of a turn share. */
export function baseOf(reading: RolloutReading, turn: TurnReading, { order, at }: { order: number; at?: Instant }): Base {
  return { agent: 'codex', sessionId: reading.sessionId, source: 'history', order, at, turnKey: turn.turnKey };
}
