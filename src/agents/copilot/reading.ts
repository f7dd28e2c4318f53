/** What is known of a session of Copilot while its events are read one after the other. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Repository } from '../../core/repository.ts';
import type { Outcome } from '../../core/span.ts';
import type { Instant } from '../../core/time.ts';
import { AGENT } from './names.ts';

export type Values = Record<string, unknown>;

/** One event: its own id, its place, its clock, what it says, and which subagent it is about. */
export interface CopilotEvent {
  type: string;
  id: string;
  order: number;
  at?: Instant;
  data: Values;
  agentId?: string;
}

export interface AnswerReading {
  fact: FactOf<'model.answered'>;
  apiCallId?: string;
}

export interface CallReading {
  called: FactOf<'tool.called'>;
  ended?: FactOf<'tool.ended'>;
}

/** Where a turn stopped for good, unless more of it follows. */
export interface Stop {
  reason: Outcome;
  at?: Instant;
  errorType?: string;
  errorMessage?: string;
}

export interface TurnReading {
  /** What the agent calls an interaction; of a turn whose beginning is not there, a name made of its first event. */
  scope: string;
  started?: FactOf<'turn.started'>;
  answers: AnswerReading[];
  /** By the agent's own call id, in the order of the asking. */
  calls: Map<string, CallReading>;
  /** Questions to the person, compactions, steering: complete as they come. */
  facts: Fact[];
  stop?: Stop;
  /** The agent left the session behind it: nothing of it follows. */
  isOver: boolean;
  /** Place and moment of its newest event. */
  lastOrder: number;
  lastAt?: Instant;
  extra: Attributes;
  /** Sums of what the session's meters rose by in it. */
  credits?: number;
  premiumRequests?: number;
}

/** The conversation of the agent itself, or of one of its subagents: each is a session here. */
export interface ThreadReading {
  sessionId: string;
  isSubagent: boolean;
  /** The call that started it, and whose it is. */
  host?: { sessionId: string; callId: string; call: CallReading };
  agentName?: string;
  model?: string;
  turns: TurnReading[];
  answerOf: Map<string, AnswerReading>;
  /** When the next request can have begun at the earliest. */
  requestAt?: bigint;
  startedAt?: bigint;
}

export interface UsageReading {
  values: Values;
  event: CopilotEvent;
  thread: ThreadReading;
  turn: TurnReading;
}

export interface SessionReading {
  sessionId: string;
  root: ThreadReading;
  threads: Map<string, ThreadReading>;
  seenIds: Set<string>;
  /** What requests used whose answer did not come yet, by the request's id. */
  usages: Map<string, UsageReading>;
  answerByRequest: Map<string, AnswerReading>;
  /** The newest call of this native id: the agent's own ids are only unique within a turn. */
  calls: Map<string, { thread: ThreadReading; turn: TurnReading; call: CallReading }>;
  /** Whose events its own begin with: they were copied with all else, and name it. */
  forkOf?: string;
  /** What each prompt is told with: modes. */
  extra: Attributes;
  /** Where it works, as it was told last. */
  repository: Repository;
  cwd?: string;
  title?: string;
  agentVersion?: string;
  model?: string;
  startedAt?: bigint;
  /** The session's meters as they stood last. */
  meter: { nanoAiu: number; premiumRequests: number; turns: number };
}

/** Nothing read yet. */
export function newReading(sessionId: string): SessionReading {
  return {
    sessionId, root: newThread(sessionId, false), threads: new Map(), seenIds: new Set(), usages: new Map(), answerByRequest: new Map(), calls: new Map(), extra: {}, repository: {},
    meter: { nanoAiu: 0, premiumRequests: 0, turns: 0 },
  };
}

function newThread(sessionId: string, isSubagent: boolean): ThreadReading {
  return { sessionId, isSubagent, turns: [], answerOf: new Map() };
}

/** The conversation that an event is about. */
export function threadOf(reading: SessionReading, { agentId }: Pick<CopilotEvent, 'agentId'>): ThreadReading {
  if (agentId === undefined || agentId === reading.sessionId) return reading.root;
  let thread = reading.threads.get(agentId);
  if (!thread) reading.threads.set(agentId, (thread = newThread(agentId, true)));
  return thread;
}

/** A new turn at this event. */
export function openTurn(thread: ThreadReading, event: CopilotEvent, scope: string): TurnReading {
  const turn: TurnReading = { scope, answers: [], calls: new Map(), facts: [], isOver: false, lastOrder: event.order, lastAt: event.at, extra: {} };
  thread.turns.push(turn);
  return turn;
}

/** The turn that an event belongs to: the one of its interaction, else the one that runs, else one without its prompt. */
export function turnOf(thread: ThreadReading, event: CopilotEvent): TurnReading {
  const scope = event.data.interactionId;
  const named = typeof scope === 'string' ? thread.turns.findLast((turn) => turn.scope === scope) : undefined;
  return named ?? thread.turns.at(-1) ?? openTurn(thread, event, typeof scope === 'string' ? scope : event.id);
}

/** Notes that the turn lasted until this event. Returns the place of the event in it: what comes late stands before the next turn. */
export function touch(thread: ThreadReading, turn: TurnReading, event: CopilotEvent): number {
  if (turn === thread.turns.at(-1)) turn.lastOrder = event.order;
  if (event.at) turn.lastAt = event.at;
  return turn.lastOrder;
}

/** Whether the newest answer of a turn asks for no tool. */
export function isAnswered({ answers }: TurnReading): boolean {
  const last = answers.at(-1)?.fact;
  return last !== undefined && last.callIds.length === 0;
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'order' | 'at' | 'turnKey'> & { source: 'history' };

/** The part that all facts of a turn share. */
export function baseOf(thread: ThreadReading, turn: TurnReading, place: { key: string; order: number; at?: Instant }): Base {
  return { agent: AGENT, sessionId: thread.sessionId, source: 'history', turnKey: turn.scope, key: place.key, order: place.order, ...(place.at ? { at: place.at } : {}) };
}

/** A call's id that no other call has: providers number as they like. */
export function toCallId(turn: TurnReading, nativeCallId: string): string {
  return `${turn.scope}:${nativeCallId}`;
}

