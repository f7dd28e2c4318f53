/** What the makers of a family share: who works on what, where a turn stands, and how a span of it is begun. */
import type { ConfigPart } from '#spoor/core/config-part.ts';
import { hashOf, toSpanId } from '#spoor/core/ids.ts';
import type { Session } from '#spoor/core/session.ts';
import type { Outcome, Span, SpanEvent } from '#spoor/core/span.ts';
import { millisToNano } from '#spoor/core/time.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import type { Dice, Words } from '../words.ts';
import type { AgentKind } from './people-and-tools.ts';

export interface GeneratedTurn {
  turn: StoredTurn;
  spans: Span[];
}

export interface Family {
  sessions: Session[];
  turns: GeneratedTurn[];
  /** Of those that hooks told of. */
  configs: { agent: string; sessionId: string; parts: ConfigPart[] }[];
}

/** Dice and texts, made once: a family sets the dice anew, so that it is the same whatever was made before it. */
export interface Workbench {
  seed: number;
  dice: Dice;
  words: Words;
  /** Texts that come again and again, as files do that are read often. */
  results: readonly string[];
}

/** Who works on what, the same in all turns of a family. */
export interface Scene {
  bench: Workbench;
  kind: AgentKind;
  project: string;
  branch: string;
  model: string;
  /** Charged by the month: dollars are what it would have cost. */
  isSubscription: boolean;
  /** Hooks ran: else it is of the agent's history alone. */
  isLive: boolean;
  progress: number;
  family: Family;
}

export interface TurnPlan {
  sessionId: string;
  turnIndex: number;
  /** With those of its subagents, at least two. */
  spans: number;
  startMillis: number;
  contextTokens: number;
  /** Unique: ids and keys are made of it. */
  key: string;
  traceId: string;
  spanId: string;
  /** Of a subagent: the call that started it. */
  parentSpanId?: string;
  /** Stand in the prompt. */
  searchWords: string;
  open?: 'running' | 'waiting';
}

/** Where a turn stands while it is being made. */
export interface TurnState {
  plan: TurnPlan;
  spans: Span[];
  /** Spans still to be made. */
  left: number;
  atMillis: number;
  contextTokens: number;
  /** For ids: counts what was made. */
  made: number;
  events: SpanEvent[];
}

export interface SpanDraft {
  kind: Span['kind'];
  parentSpanId: string;
  startMillis: number;
  endMillis?: number;
  outcome: Outcome;
  values: Span['values'];
  content?: Span['content'];
  keys?: string[];
  provenance?: Partial<Span['provenance']>;
}

/** A span of this turn with an id and a key of its own. Counts it. */
export function toSpan(scene: Scene, state: TurnState, draft: SpanDraft): Span {
  const { plan } = state;
  const key = `${plan.key}:${state.made}`;
  state.made += 1;
  return {
    spanId: toSpanId(key),
    traceId: plan.traceId,
    parentSpanId: draft.parentSpanId,
    kind: draft.kind,
    agent: scene.kind.agent,
    sessionId: plan.sessionId,
    turnIndex: plan.turnIndex,
    startUnixNano: millisToNano(draft.startMillis),
    endUnixNano: draft.endMillis === undefined ? undefined : millisToNano(draft.endMillis),
    outcome: draft.outcome,
    values: draft.values,
    content: draft.content ?? {},
    events: [],
    links: [],
    provenance: { times: scene.isLive ? 'hook' : 'transcript', ...draft.provenance },
    extra: {},
    keys: draft.keys ?? [`msg:${key}`],
    final: true,
  };
}

/** Session's row; of a subagent with its parent. */
export function toSession(scene: Scene, { sessionId, startMillis, endMillis, parent }: { sessionId: string; startMillis: number; endMillis?: number; parent?: Session['parent'] }): Session {
  const { dice, words } = scene.bench;
  const session: Session = {
    agent: scene.kind.agent,
    sessionId,
    cwd: `/home/dev/${scene.project}`,
    agentVersion: scene.kind.versions[Math.min(scene.kind.versions.length - 1, Math.floor(scene.progress * scene.kind.versions.length))],
    model: scene.model,
    startUnixNano: millisToNano(startMillis),
  };
  if (dice.percent(60)) session.title = words.prose(30).slice(9, 60);
  if (endMillis !== undefined) session.endUnixNano = millisToNano(endMillis);
  if (parent) session.parent = parent;
  return session;
}

/** One of these, the more often the larger its share. */
export function pickShared<T extends { share: number }>(dice: Dice, items: readonly T[]): T {
  let at = (dice.below(1e9) / 1e9) * items.reduce((sum, { share }) => sum + share, 0);
  return items.find(({ share }) => (at -= share) < 0) ?? (items.at(-1) as T);
}

/** Of its key: ids must not meet by chance, as numbers of a small dice would among so many. */
export function toUuid(key: string): string {
  const hex = hashOf('session', key);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
