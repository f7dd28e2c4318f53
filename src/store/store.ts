/**
 * The store's contracts. Types only. Members: `sqlite/` and `memory.ts`; the suite `test/contracts/store.ts` runs over both.
 * The store is an archive: rows are migrated, never recreated. All calls are synchronous and throw only on a broken disk.
 */
import type { AgentId } from '../core/agent-id.ts';
import type { ConfigPart } from '../core/config-part.ts';
import type { CostSum } from '../core/cost.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { Repository } from '../core/repository.ts';
import type { Session } from '../core/session.ts';
import type { ShellSettings } from '../core/shell.ts';
import type { Span } from '../core/span.ts';
import type { SessionGrouping, TracePlace } from '../core/trace-grouping.ts';
import type { PastTurns } from './past.ts';
import type { Retention } from './retention.ts';

/** What a native key resolves to. */
export interface KnownSpan {
  spanId: string;
  traceId: string;
  /** The session that owns it. */
  sessionId: string;
  /** Something of its trace is final, so it may have been sent: its id can change no more. */
  pinned: boolean;
}

/** A turn as assembled: its root span's id is its id. */
export interface StoredTurn {
  agent: AgentId;
  sessionId: string;
  turnIndex: number;
  rootSpanId: string;
  /** Hash of its spans and the assembler's version: equal digest, equal spans. Of an outline (`core/ids.ts`): equal to no other. */
  digest: string;
  /** Hooks told of it: it may be delivered by itself. */
  live: boolean;
  hasHistory: boolean;
  /** Over: nothing of it is open. */
  closed: boolean;
  /** Closed, and every span of it final. */
  settled: boolean;
  /** The history told how it ended. Absent: no. */
  hasEnd?: boolean;
  /** It was assembled with the history's records, not only with what stands beside them. Absent: no. */
  hasRecords?: boolean;
  /** When waiting for what never comes ends (Unix ms). Kept through restarts. */
  deadlineMillis?: number;
  startUnixNano: bigint;
  endUnixNano?: bigint;
  /** The shell that its agent ran in, by its key; see `saveShell`. */
  shell?: string;
  /** Something of it was let go of (`retention.ts`): nothing is written to it any more. Only told, never saved. Absent: no. */
  isDropped?: boolean;
}

export interface SaveResult {
  /** Spans that became final with this call, children before parents: the ones to deliver. */
  finalised: Span[];
  /** Span rows that are new, changed or removed. 0: nothing was written. */
  written: number;
}

/**
 * A turn with its spans as the rows they will be, made by `packTurn` away from the store: texts compressed, ids hashed. Plain data, so
 * that another thread can make it.
 */
export interface PackedTurn {
  turn: StoredTurn;
  spans: PackedSpan[];
  /** Only with `texts`: its outline, which must be the stored one. */
  outline?: string;
  /** The first characters of the prompt, for lists. */
  prompt?: string;
  /** See `turn-summary.ts`. */
  summary: string;
  /** What its row counts of its spans, in the store's own order. */
  counts: (null | number | bigint | string)[];
  /** The hashes and the compressed texts of all spans, one behind the other. */
  bytes: Uint8Array;
}

export interface PackedSpan {
  spanId: string;
  sessionId: string;
  /** Values of the row, in the store's own order; those that refer to other rows are null. */
  columns: (null | number | bigint | string)[];
  keys: string[];
  contents: PackedContent[];
}

export interface PackedContent {
  kind: string;
  /** Where its hash begins in `bytes`. */
  hashAt: number;
  /** As it is, or where it stands in `bytes`, compressed. */
  body: string | { from: number; to: number };
}

/** A hook that was taken in. */
export interface RanHook {
  /** Unix ms. */
  atMillis: number;
  /** ms; absent: its shell has no clock. */
  tookMillis?: number;
}

/** The hooks of one agent that were ever taken in. */
export interface HooksSeen {
  agent: AgentId;
  hooks: number;
  /** When the newest ran (Unix ms). */
  lastMillis: number;
  /** How long the newest of them took (ms), the oldest first. */
  tookMillis: number[];
}

export interface SpanWriter {
  /** One transaction, committed durably (synchronous=FULL) when `work` returns; rolled back when it throws. Nesting joins; an inner call that throws takes back only its own part. */
  transaction<T>(work: () => T): T;
  /** While this work goes on, the last commits may be lost with the machine's power (in their order, none of them half): for what can be read again. */
  inBulk<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps live facts; a key already there is ignored. Returns how many were new. */
  addFacts(facts: readonly Fact[]): number;
  /**
   * Gives facts to other sessions: fact key → session id; keys that `from` has no fact of are ignored. A session that is left with no
   * fact goes, and its turns with the last of its facts; they are assembled anew there.
   */
  moveFacts(agent: AgentId, from: string, places: ReadonlyMap<string, string>): void;
  /** Marks a session as in need of assembly at a time (Unix ms; the past: at once). The time given last counts. */
  markDue(agent: AgentId, sessionId: string, atMillis: number): void;
  clearDue(agent: AgentId, sessionId: string): void;
  /** Marks every session with a live turn that is not settled (Unix ms). */
  markUnsettledDue(atMillis: number): void;
  /** Keeps what a shell said under its key, which turns point at. Equal keys say the same. */
  saveShell(key: string, settings: ShellSettings): void;
  /** Adds what is told to what is known: an absent field keeps its value, for agents delete their history and the store is an archive. */
  saveSession(session: Session): void;
  /** Keeps what a session works with, in place of what was kept before; its model is added as soon as one is told. */
  saveSessionConfig(agent: AgentId, sessionId: string, parts: readonly ConfigPart[]): void;
  /**
   * Writes one turn with all its spans: inserts or updates each row, keeps content by hash, adds every key of every span to
   * the identity table, removes rows of this turn that are no longer in it and were never final. A row that was final keeps
   * being final; when its values differ now it is updated and marked `changed`, and is not returned as finalised again.
   */
  saveTurn(turn: StoredTurn, spans: readonly Span[]): SaveResult;
  /**
   * Writes a turn of which nothing is there, in a third of the time. False, and nothing was written: something of it is there (a span, a
   * key), so it has to go through `saveTurn`. `joins`: the caller takes its own transaction back on a false, in which something may be written.
   */
  insertTurn(packed: PackedTurn, options?: { joins: boolean }): boolean;
  /** Adds the long texts to a turn that was inserted as its outline. False, and nothing was written: it is not there, or another one. `joins`: see there. */
  fillTurn(packed: PackedTurn, options?: { joins: boolean }): boolean;
  /** Removes a turn that no source tells of any more. Final spans stay. */
  removeTurn(rootSpanId: string): void;
  addProblems(agent: AgentId, problems: readonly Problem[]): void;
  /** Counts hooks that ran, oldest first, and keeps how long the newest took. */
  noteHooks(agent: AgentId, hooks: readonly RanHook[]): void;
  /** Remembers that this file was read at this stamp, so that an import with nothing new reads nothing. */
  saveFileStamp(agent: AgentId, path: string, stamp: string): void;
  /**
   * Deletes a session (its subagents' too) and leaves tombstones: facts, sessions and turns that come later are not taken in.
   * Returns how many sessions went.
   */
  forget(agent: AgentId, sessionId: string): number;
  /** Deletes a session as if it had never been: no tombstone. For the probes of `doctor`; what a person had is forgotten, not erased. */
  erase(agent: AgentId, sessionId: string): void;
}

export interface SessionFilter {
  agent?: AgentId;
  /** This folder or one below it. */
  cwd?: string;
  /** Something happened in it since (Unix ms). */
  sinceMillis?: number;
  limit?: number;
}

/** A row of `spoor sessions`. Calls, errors, credits and costs include subagents. Sums of what is not known are absent. */
export interface SessionSummary extends Session {
  /** Its own: a subagent's run is part of one. */
  turns: number;
  toolCalls: number;
  modelCalls: number;
  /** Tool calls that ended in error or timeout. */
  errors: number;
  denied: number;
  /** Its last turn ended in an error, whether a call of it did or not. */
  isFailed?: boolean;
  /** Sum of its own turns' active times: the agent's own measure, else from start to end. Absent: of no turn is it known. To the microsecond. */
  activeNano?: bigint;
  /** From the first to the last moment of its turns and of its subagents'; without any, as it says of itself. Absent: nothing tells when it was. */
  wallNano?: bigint;
  credits?: number;
  /** Dollars that are charged, dollars that are not, and what could not be priced. */
  cost?: CostSum;
  premiumRequests?: number;
  pending: number;
  /** The first 200 characters of it. */
  firstPrompt?: string;
}

/** A span with what only the store knows. `changed`: since it was final. */
export interface StoredSpan extends Span {
  changed: boolean;
}

export interface SpanReader {
  readFacts(agent: AgentId, sessionIds: readonly string[]): Fact[];
  lookup(agent: AgentId, key: string): KnownSpan | undefined;
  readTurns(agent: AgentId, sessionIds: readonly string[]): StoredTurn[];
  readSession(agent: AgentId, sessionId: string): Session | undefined;
  /** What it worked with, as it was when it began; undefined: nobody looked then. */
  readSessionConfig(agent: AgentId, sessionId: string): { fingerprint: string; parts: ConfigPart[] } | undefined;
  /** The session and everything joined to it by parent links, root first. */
  readFamily(agent: AgentId, sessionId: string): Session[];
  readHooksSeen(): HooksSeen[];
  /** Sessions whose assembly is due at or before this time (Unix ms). */
  readDue(atMillis: number): { agent: AgentId; sessionId: string; atMillis: number }[];
  /** The next due time after which `readDue` would give something; undefined: nothing waits. */
  nextDueMillis(): number | undefined;
  /** Sessions (a subagent's counts with its parent's) and spans still open, of one agent or of all. */
  readTotals(agent?: AgentId): { sessions: number; pendingSpans: number };
  /** Newest first. A subagent's session is not listed beside the one it belongs to; a probe of `doctor` (`core/probe.ts`) is not at all. */
  listSessions(filter: SessionFilter): SessionSummary[];
  /** Sessions whose native id, or a span's trace id, begins with this text. Newest first. */
  findSessions(idPrefix: string): Session[];
  /** All spans of a session and of its subagents, by start, no child before its parent. */
  readSpans(agent: AgentId, sessionId: string): StoredSpan[];
  readSpan(spanId: string): StoredSpan | undefined;
  /** Those of these rows of spans that are there, each with the key of the shell that its turn ran in; see `readShellKeyOf`. Throws SyntaxError when one of them is broken. */
  readSpanRows(rows: readonly number[]): { span: StoredSpan; shell?: string }[];
  readShell(key: string): ShellSettings | undefined;
  /** The tree under version control that a turn worked in; undefined where nothing tells. */
  readRepository(agent: AgentId, sessionId: string, turnIndex: number): Repository | undefined;
  /** What the shell said that the span's turn ran in; of an envelope, the first turn below it. */
  readShellOf(spanId: string): ShellSettings | undefined;
  /** Its key. */
  readShellKeyOf(spanId: string): string | undefined;
  /** Names of destinations that shells described and that turns or envelopes still open may go to. */
  readAwaitedDestinations(): string[];
  readFileStamp(agent: AgentId, path: string): string | undefined;
  /** Every stamp of an agent's files, by path: one question for all. */
  readFileStamps(agent: AgentId): ReadonlyMap<string, string>;
  isForgotten(agent: AgentId, sessionId: string): boolean;
  /** Whether the store knows nothing of any of these sessions: no row, no fact, no child, and nobody had it deleted. */
  isUntouched(agent: AgentId, sessionIds: readonly string[]): boolean;
  /** Whether long texts of a session, or of its subagents, are still to come (see `fillTurn`). */
  isTextPending(agent: AgentId, sessionId: string): boolean;
  /** Another number than before: another process has written meanwhile. */
  dataVersion(): number;
  readProblems(): { agent: AgentId; code: string; detail: string; count: number }[];
}

/** An `agent_session` span: what holds the turns of a session together where a destination wants one trace a session. */
export interface Envelope {
  /** Of the kind `session`; its session is the one at the top of the family. Its trace and span id are fixed when it is first saved. */
  span: Span;
  /** For which destinations it is. */
  grouping: SessionGrouping;
  /** When the process of the agent began that its trace began with (Unix ns); empty: none is told, or none counts. */
  spawn: string;
  /** The shell that the first turn below it ran in, by its key. */
  shell?: string;
  /** When to look whether its session is over (Unix ms). Absent: it is, and the span is final. */
  dueMillis?: number;
}

/** What the turns below an envelope say of it. */
export interface EnvelopeContent {
  startUnixNano: bigint;
  endUnixNano: bigint;
  /** The root of the turn that began last. */
  lastTurn?: Span;
}

/**
 * The traces of sessions. Envelopes are for delivery alone: `readSpans` does not give them and no count has them; `readSpan` does,
 * and they go with their session.
 */
export interface SessionTraces {
  readTracePlace(traceId: string, grouping: SessionGrouping): TracePlace | undefined;
  /** Puts the trace of a turn under a saved envelope, for good: a place that it has stays. */
  saveTracePlace(traceId: string, envelope: Envelope): void;
  /** The one that began last; with `spawn`, of those of this start of an agent's process. */
  readNewestEnvelope(agent: AgentId, sessionId: string, kind: { grouping: SessionGrouping; spawn?: string }): Envelope | undefined;
  /** Inserts or updates it. One that is final stays as it is. */
  saveEnvelope(envelope: Envelope): void;
  /** Those to be looked at at or before this time (Unix ms; Infinity: all that are not final), the longest due first. */
  readDueEnvelopes(atMillis: number): Envelope[];
  /** Has all that are not final looked at at this time at the latest (Unix ms). */
  markEnvelopesDue(atMillis: number): void;
  /** Undefined: nothing stands below it. */
  readEnvelopeContent(spanId: string): EnvelopeContent | undefined;
}

export interface Store extends SpanWriter, SpanReader, SessionTraces, PastTurns, Retention {
  close(): void;
}
