/** What is known of a pi session while its entries are read one after the other. They are a tree: a branch begins where an entry has a sibling. */
import type { Attributes } from '../../core/attributes.ts';
import type { Fact, FactOf, ToolRequest } from '../../core/fact.ts';
import type { Instant } from '../../core/time.ts';

export type Values = Record<string, unknown>;

/** One entry: its own id and its parent's, unique in its session; `key` is unique in pi, and a fork's copy has the same. */
export interface Entry {
  id: string;
  key: string;
  parentId?: string;
  order: number;
  at?: Instant;
  values: Values;
}

export interface AnswerReading {
  fact: FactOf<'model.answered'>;
  entry: Entry;
  stopReason?: string;
  errorMessage?: string;
  /** This version tells how long each call ran. */
  isTimed: boolean;
  /** By native call id. */
  requests: Map<string, ToolRequest>;
}

export interface TurnReading {
  /** Native: the prompt's key. */
  key: string;
  sessionId: string;
  order: number;
  prompt?: string;
  at?: Instant;
  hasPrompt: boolean;
  extra: Attributes;
  answers: AnswerReading[];
  facts: Fact[];
  /** The person stopped it, after its last answer. */
  abortedAt?: bigint;
  endedAt?: bigint;
}

export interface SessionReading {
  sessionId: string;
  turns: TurnReading[];
  /** By entry id: the turn it stands in, and what kind it is. */
  turnOf: Map<string, TurnReading>;
  /** Entries after which a word of the person steers the turn that runs. */
  running: Set<string>;
  /** By native call id: the newest answer that asked for it. */
  askedBy: Map<string, AnswerReading>;
  thinkingLevel?: string;
  header?: Values;
  title?: string;
  startedAt?: bigint;
  model?: string;
}

/** Nothing read yet. */
export function newReading(sessionId: string): SessionReading {
  return { sessionId, turns: [], turnOf: new Map(), running: new Set(), askedBy: new Map() };
}

/** Opens a turn at an entry. */
export function openTurn(reading: SessionReading, entry: Entry): TurnReading {
  const turn: TurnReading = { key: entry.key, sessionId: reading.sessionId, order: entry.order, at: entry.at, hasPrompt: false, extra: {}, answers: [], facts: [] };
  reading.turns.push(turn);
  return turn;
}

/** The turn that an entry belongs to: its parent's; one without its prompt where there is none. */
export function turnFor(reading: SessionReading, entry: Entry): TurnReading {
  return reading.turnOf.get(entry.parentId ?? '') ?? reading.turns.at(-1) ?? openTurn(reading, entry);
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'order' | 'at' | 'turnKey'> & { source: 'history' };

/** The part that all facts of an entry share. */
export function baseOf(turn: TurnReading, { order, at }: Pick<Entry, 'order' | 'at'>): Base {
  return { agent: 'pi', sessionId: turn.sessionId, source: 'history', order, at, turnKey: turn.key };
}
