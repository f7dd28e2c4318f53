/** What each of Cursor's stores is read to, before it becomes facts: they tell one thing in three forms. */
import type { Attributes } from '../../core/attributes.ts';
import type { ToolRequest, ToolResult } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { SessionParent } from '../../core/session.ts';
import type { Usage } from '../../core/usage.ts';

export interface CallReading {
  request: ToolRequest & { callId: string };
  at?: bigint;
  result?: ToolResult;
}

export interface AnswerReading {
  id: string;
  /** The agent's own id of it, where it has one. */
  responseId?: string;
  at?: bigint;
  endedAt?: bigint;
  text?: string;
  reasoning?: string;
  model?: string;
  usage?: Usage;
  /** Of the model, by which its calls are known to belong together. */
  requestId?: string;
  calls: CallReading[];
}

export interface TurnEnd {
  reason: Outcome;
  endedAt?: bigint;
  durationNano?: bigint;
  errorMessage?: string;
  contextUsagePercent?: number;
  extra?: Attributes;
}

export interface TurnReading {
  /** The prompt's; absent: what stands before the first prompt. */
  id?: string;
  prompt?: string;
  at?: bigint;
  /** How coarse `at` is (ns); absent: a millisecond. */
  resolutionNano?: number;
  model?: string;
  answers: AnswerReading[];
  /** Ids of compactions in it. */
  compactions: string[];
  extra: Attributes;
  /** What its records tell of its end, should it be over. */
  told: Pick<TurnEnd, 'endedAt' | 'durationNano'>;
  end?: TurnEnd;
}

export interface SessionReading {
  sessionId: string;
  parent?: SessionParent;
  title?: string;
  cwd?: string;
  agentName?: string;
  model?: string;
  contextWindowTokens?: number;
  startedAt?: bigint;
  /** When its file was last written. */
  writtenAt?: bigint;
  /** Each end is told, or was told before: no answer is taken for the last one. */
  isEndTold: boolean;
  turns: TurnReading[];
}

/** An empty turn. */
export function newTurn(): TurnReading {
  return { answers: [], compactions: [], extra: {}, told: {} };
}
