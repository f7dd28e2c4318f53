/** What is known of a session while its transcript is read, line by line. */
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Outcome } from '../../core/span.ts';
import type { Instant } from '../../core/time.ts';
import { parseRfc3339 } from '../../core/time.ts';
import type { FarTexts } from '../far-texts.ts';
import { asRecord, asText } from '../untrusted.ts';

export type Values = Record<string, unknown>;

/** How and when a turn ended, by the last record that says so. */
export interface TurnEnd {
  reason: Outcome;
  order: number;
  at?: Instant;
  errorType?: string;
  errorMessage?: string;
}

export interface TurnReading {
  started?: FactOf<'turn.started'>;
  firstAnswerId?: string;
  lastAnswer?: FactOf<'model.answered'>;
  /** When its last record was written. */
  last?: { order: number; at?: Instant };
  end?: TurnEnd;
  durationNano?: bigint;
  /** A stop hook sent the agent back to work: what tells of the hooks' end is not the turn's. */
  isSentBack: boolean;
}

/** A slash command: a turn only if a model answers it. */
export interface PendingCommand {
  fact: FactOf<'turn.started'>;
}

export interface SessionReading {
  sessionId: string;
  isSubagent: boolean;
  /** In the order of reading; answers and calls still grow while their lines come. */
  facts: Fact[];
  /** The turn that runs, and those before it. */
  turns: TurnReading[];
  pending?: PendingCommand;
  answers: Map<string, FactOf<'model.answered'>>;
  calls: Map<string, FactOf<'tool.called'>>;
  results: Set<string>;
  /** A result may stand before its call: what it says of the call waits here. */
  fileOperations: Map<string, string>;
  skillFolders: Map<string, string>;
  /** When requests to a model began, by the request's id. */
  requestStarts: Map<string, bigint>;
  seenIds: Set<string>;
  /** Where long texts of a large transcript are left. */
  far: FarTexts;
  about: { title?: string; cwd?: string; version?: string; agentName?: string };
}

/** Nothing read yet. */
export function newReading(sessionId: string, isSubagent: boolean, far: FarTexts): SessionReading {
  return {
    sessionId, isSubagent, facts: [], turns: [], answers: new Map(), calls: new Map(), results: new Set(),
    fileOperations: new Map(), skillFolders: new Map(), requestStarts: new Map(), seenIds: new Set(), far, about: {},
  };
}

/** One line: its own id, its place, its clock. */
export interface RecordPlace {
  id: string;
  order: number;
  at?: Instant;
}

/** The place of a record; without an id of its own, its line is one. A copy in a fork has that of its original. */
export function toPlace(values: Values, order: number): RecordPlace {
  const unixNano = parseRfc3339(values.timestamp);
  return { id: asText(asRecord(values.forkedFrom)?.messageUuid) ?? asText(values.uuid) ?? `line:${order}`, order, ...(unixNano === undefined ? {} : { at: { unixNano, source: 'transcript', resolutionNano: 1_000_000 } }) };
}

type Base = Pick<Fact, 'agent' | 'sessionId' | 'key' | 'order' | 'at'> & { source: 'history' };

/** The part that all facts of a record share. */
export function baseOf({ sessionId }: SessionReading, place: RecordPlace, key: string): Base {
  return { agent: 'claude-code', sessionId, source: 'history', key, order: place.order, ...(place.at ? { at: place.at } : {}) };
}

/** Opens a turn; the one before it is over then. `fact` stands where the prompt stood. */
export function openTurn(reading: SessionReading, fact?: FactOf<'turn.started'>): TurnReading {
  const turn: TurnReading = { isSentBack: false };
  if (fact) {
    turn.started = fact;
    turn.last = { order: fact.order, at: fact.at };
    reading.facts.push(fact);
  }
  reading.turns.push(turn);
  return turn;
}

/** The turn that runs; one without its prompt where none was opened: the transcript begins in the middle. */
export function currentTurn(reading: SessionReading): TurnReading {
  return reading.turns.at(-1) ?? openTurn(reading);
}

/** The turn goes on: what seemed its end was none. */
export function touchTurn(turn: TurnReading, place: RecordPlace): void {
  turn.last = { order: place.order, at: place.at };
  delete turn.end;
}
