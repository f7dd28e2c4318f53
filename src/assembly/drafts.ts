/** What assembly works on between facts and spans. Plain data; every step adds to it and none looks at a clock. */
import type { AgentTraits } from '../agents/agent.ts';
import type { AgentId } from '../core/agent-id.ts';
import type { Attributes } from '../core/attributes.ts';
import type { Fact, FactOf, ToolRequest } from '../core/fact.ts';
import type { Repository } from '../core/repository.ts';
import type { Session } from '../core/session.ts';
import type { Outcome, Span } from '../core/span.ts';
import type { TimeSource } from '../core/time.ts';
import type { KnownSpan } from '../store/store.ts';

export interface AssemblyInput {
  agent: AgentId;
  traits: AgentTraits;
  /** All facts of a family: a session, its subagents, what it was forked from and what was forked from it. Any order, any repetition. */
  facts: readonly Fact[];
  /** The identity table: what a native key was resolved to before. */
  lookup: (key: string) => KnownSpan | undefined;
  /** Whether the bounded wait of the turn with this root span id is over: then nothing more is expected of it. */
  isExpired: (rootSpanId: string) => boolean;
  /** Whether texts or spans of the stored turn with this root were let go of: nothing is written to it any more. Absent: of none. */
  isDropped?: (rootSpanId: string) => boolean;
  /** The long texts of the spans are not what they will be: no digest is worked out of them. */
  outlineOnly?: boolean;
  /** How many turns of a session are stored that its history dropped. Absent: none. */
  countDropped?: (sessionId: string) => number;
  /** A turn's spans → the same with what they cost: part of the digest, so that other prices are a change. Pure. Absent: without prices. */
  price?: (spans: readonly Span[]) => Span[];
}

export interface AssembledTurn {
  sessionId: string;
  turnIndex: number;
  /** Parents before children, then by start. The first is the turn's root. */
  spans: Span[];
  /** Equal digests mean equal spans. Empty under `outlineOnly`. */
  digest: string;
  live: boolean;
  hasHistory: boolean;
  closed: boolean;
  settled: boolean;
  /** The shell that its agent ran in. */
  shell?: string;
}

export interface Assembly {
  sessions: AssembledSession[];
  turns: AssembledTurn[];
}

/** A session with how its facts came: parents before children. */
export interface AssembledSession extends Session {
  contextWindowTokens?: number;
  extra?: Record<string, unknown>;
  /** When the history's records were last written. */
  writtenAt?: bigint;
}

/** A span of time whose ends may be known, guessed or missing. */
export interface Window {
  start?: bigint;
  end?: bigint;
  source: TimeSource;
}

export interface ToolDraft {
  /** From the history, if it has the call. */
  called?: FactOf<'tool.called'>;
  started?: FactOf<'tool.started'>;
  /** From a hook. */
  ended?: FactOf<'tool.ended'>;
  /** From the history. */
  result?: FactOf<'tool.ended'>;
  request: ToolRequest;
  outcome: Outcome;
  /** It will not go on: it has a verdict, or what came after it began. */
  isOver: boolean;
  /** In the order of the asking. */
  waits: WaitDraft[];
  /** Alike calls of its turn lack a hook: which one its hooks belong to is a guess. */
  isAmbiguous: boolean;
  /** Index of the answer that asked for it; -1: unknown. */
  answerIndex: number;
  /** What the agent's own telemetry told of it. */
  native?: NativeTiming;
  window: Window;
  seed: string;
  keys: string[];
  spanId: string;
}

/** A call's clocks as the agent's own telemetry tells them. `durationNano`: how long it ran, without waiting for a person. */
export interface NativeTiming {
  startedAt?: bigint;
  endedAt?: bigint;
  durationNano?: bigint;
  outcome?: Outcome;
  extra: Attributes;
}

/** A person was asked whether a call may run. */
export interface WaitDraft {
  asked: FactOf<'permission.asked'>;
  answered?: FactOf<'permission.answered'>;
  /** Nobody tells the answer: what became of the call says it. */
  isAnswerUntold?: boolean;
  window: Window;
}

export interface AnswerDraft {
  fact: FactOf<'model.answered'>;
  /** The id that telemetry gives it, where another source tells of it as well. */
  alias?: string;
  tools: ToolDraft[];
  credits?: number;
  window: Window;
  keys: string[];
  spanId: string;
}

export interface TurnDraft {
  sessionId: string;
  index: number;
  /** The agent's own id of it, where that is told. */
  turnKey?: string;
  /** The prompt as the hook told it, and as the history has it. */
  hookStart?: FactOf<'turn.started'>;
  historyStart?: FactOf<'turn.started'>;
  hookTools: (FactOf<'tool.started'> | FactOf<'tool.ended'>)[];
  /** Answers that hooks told of: used where the history has none of the turn. */
  hookAnswers: AnswerDraft[];
  /** A person was asked, as hooks told it: about which call must be found out. */
  hookAsks: FactOf<'permission.asked'>[];
  hookEnd?: FactOf<'turn.ended'>;
  historyEnd?: FactOf<'turn.ended'>;
  answers: AnswerDraft[];
  calls: FactOf<'tool.called'>[];
  results: FactOf<'tool.ended'>[];
  permissions: (FactOf<'permission.asked'> | FactOf<'permission.answered'>)[];
  changes: FactOf<'context.changed'>[];
  models: FactOf<'model.seen'>[];
  metered: FactOf<'turn.metered'>[];
  /** A process of the agent left the session, before anything of another turn. */
  leftAt?: bigint;
  /** One entry a model request, in order. */
  requestCredits?: number[];
  tools: ToolDraft[];
  /** Another turn of the session came after it. */
  isFollowed: boolean;
  /** Our hooks ran in the session by then, though perhaps none in this turn: of an agent that has none for the prompt. */
  isHooked: boolean;
  /** It was forked off: the last message it shares with its parent. */
  forkOf?: { sessionId: string; messageId: string };
  window: Window;
  closed: boolean;
  outcome: Outcome;
  seed: string;
  keys: string[];
  spanId: string;
  traceId: string;
  /** Something of its trace may have been sent: the trace stays. */
  isPinned: boolean;
  parentSpanId?: string;
  /** The call that started it, where it can no longer be its parent. */
  startedBy?: { traceId: string; spanId: string };
  /** A subagent's name, as its parent asked for it. */
  spawnName?: string;
  /** Of a subagent: the turn that started it, and the call. */
  host?: TurnDraft;
  hostCall?: ToolDraft;
  /** The call that started it is named, not guessed. */
  isPlaceTold?: boolean;
  /** The shell that its agent ran in. */
  shell?: string;
  /** The tree under version control that it worked in. */
  repository?: Repository;
}

export interface SessionDraft {
  session: AssembledSession;
  turns: TurnDraft[];
  /** The agent's own telemetry told of it. */
  hasNative: boolean;
}
