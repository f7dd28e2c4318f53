/**
 * A session's family → assembled → written. Everything that can change a trace goes through here: a drained hook, a history that
 * grew, a deadline that passed, an import. Assembly and writing happen in one transaction, so that two processes never give one
 * thing two ids.
 */
import type { Agent, AgentEnvironment } from '../agents/agent.ts';
import { assemble } from '../assembly/assemble.ts';
import type { AssembledTurn, Assembly } from '../assembly/drafts.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { ShellSettings } from '../core/shell.ts';
import type { Span } from '../core/span.ts';
import { earliestOf, nanoToMillis } from '../core/time.ts';
import { priceTurn } from '../processors/price.ts';
import type { KnownSpan, Store, StoredTurn } from '../store/store.ts';
import type { HistoryReader } from './history-cache.ts';
import { restoreTexts } from './restore-texts.ts';
import { createEvidence, type Evidence } from './evidence.ts';
import { createRunningCheck, deadlineOf, isExpired, lastHeardOf, type Expiry } from './expiry.ts';
import { readFamilyFacts, type FamilyFacts, type SourceIndex } from './family.ts';

/** A stopped turn's history is looked for this often: it usually comes within milliseconds. */
const HISTORY_POLL_MILLIS = 200;
/** An open turn is looked at this often, in case its agent died or was cancelled without a hook. */
const OPEN_POLL_MILLIS = 30_000;

/** What delivery must know of the turn whose spans it gets. */
export interface EndedTurn {
  /** When it ended; of a turn that still runs, when it was last heard of (Unix ms). */
  endMillis: number;
  /** What the shell said that it ran in. */
  shell?: ShellSettings;
}

/** What bringing a family up to date asks of the store. */
export type ReconcileStore = Pick<
  Store,
  'transaction' | 'readFacts' | 'readFamily' | 'readTurns' | 'readShell' | 'lookup' | 'isForgotten' | 'addFacts' | 'saveSession' | 'saveTurn' | 'removeTurn' | 'markDue' | 'clearDue'
>;

export interface ReconcileContext {
  store: ReconcileStore;
  environment: AgentEnvironment;
  /** Called inside the transaction with what became final and may be delivered by itself. */
  enqueue(spans: readonly Span[], turn: EndedTurn): void;
  readHistory: HistoryReader;
  /** Takes what waits in the spool into the store (see `family.ts`); returns how many events came in. */
  drain?(): number;
  /** An import whose first look leaves the long texts for a second one. */
  outlineOnly?: boolean;
  /** An import: turns that hooks told of are left to the collector, which delivers them. Their sessions are marked due for it. */
  leavesLive?: boolean;
  nowMillis(): number;
}

export interface ReconcileResult {
  /** The family that was brought up to date. */
  sessionIds: string[];
  turns: number;
  written: number;
  finalised: number;
  /** Every turn is over and final, out of histories that were read wholly. */
  settled: boolean;
  problems: Problem[];
  /** While a turn that hooks told of is open: the folders in which its history grows. */
  watchPaths: string[];
}

/** Brings one family up to date. Throws on a broken disk; what else it throws is foreign data's doing (see `try-reconcile.ts`). */
export function reconcile(agent: Agent, sessionId: string, context: ReconcileContext, sources?: SourceIndex): ReconcileResult {
  const { store, environment, readHistory, drain } = context;
  const family = readFamilyFacts({ agent, sessionId, store, environment, sources, readHistory, drain });
  if (family.state === 'torn') {
    store.markDue(agent.id, sessionId, context.nowMillis() + HISTORY_POLL_MILLIS);
    return { sessionIds: [sessionId], turns: 0, written: 0, finalised: 0, settled: false, problems: family.problems, watchPaths: [] };
  }
  return store.transaction(() => {
    const plan = planFamily(agent, family, context);
    for (const step of plan.steps) step();
    return plan.result;
  });
}

/** What a family looks like now, and how to write that down. */
export interface FamilyPlan {
  assembly: Assembly;
  /** Fills while the steps run. */
  result: ReconcileResult;
  /** To be run in their order, each inside a transaction: all in one, or a few in each if nobody else writes in between. */
  steps: Iterable<() => void>;
}

/** Facts of a family → its turns, and the steps that write what is new of them. Reads the store, writes nothing. */
export function planFamily(agent: Agent, family: FamilyFacts, context: ReconcileContext): FamilyPlan {
  const { store } = context;
  const { facts } = family;
  const now = context.nowMillis();
  const stored = new Map(store.readTurns(agent.id, family.sessionIds).map((turn) => [turn.rootSpanId, turn]));
  const expiry = { agent, family, now, isRunning: createRunningCheck(agent, family) };
  const assembly = assemble({
    agent: agent.id,
    traits: agent.traits,
    facts,
    outlineOnly: context.outlineOnly === true,
    lookup: createLookup(agent, store),
    countDropped: (id) => (family.forgetful.has(id) ? countDropped(id, facts, stored.values()) : 0),
    isDropped: (root) => stored.get(root)?.isDropped === true,
    isExpired: (root) => isExpired(stored.get(root), expiry),
    price: priceTurn,
  });
  const request: Save = { agent, assembly, stored, context, expiry };
  const result: ReconcileResult = { sessionIds: family.sessionIds, turns: assembly.turns.length, written: 0, finalised: 0, settled: family.isComplete, problems: family.problems, watchPaths: toWatchPaths(request) };
  return { assembly, result, steps: toSteps(request, result) };
}

/** A key is asked for by several steps of an assembly, during which nothing is written. */
function createLookup(agent: Agent, store: Pick<ReconcileStore, 'lookup'>): (key: string) => KnownSpan | undefined {
  const known = new Map<string, KnownSpan | undefined>();
  return (key) => {
    if (!known.has(key)) known.set(key, store.lookup(agent.id, key));
    return known.get(key);
  };
}

/** Turns of the history alone that are older than all it still tells. What hooks told of is told by them. */
function countDropped(sessionId: string, facts: readonly Fact[], stored: Iterable<StoredTurn>): number {
  const moments = facts.filter((fact) => fact.sessionId === sessionId && fact.type !== 'context.changed').map((fact) => fact.at?.unixNano ?? (fact.type === 'model.answered' ? fact.startedAt : undefined));
  const first = earliestOf(moments);
  return [...stored].filter((turn) => turn.sessionId === sessionId && turn.settled && !turn.live && first !== undefined && turn.startUnixNano < first).length;
}

/** What a source will forget is kept as a fact: what a turn cost, and which model it had where hooks told of the session. */
function keepObservations(store: ReconcileStore, facts: readonly Fact[], assembly: Assembly): void {
  const live = new Set(assembly.turns.filter((turn) => turn.live).map((turn) => turn.sessionId));
  store.addFacts(facts.filter((fact) => fact.type === 'turn.metered' || (fact.type === 'model.seen' && live.has(fact.sessionId))));
}

interface Save {
  agent: Agent;
  assembly: Assembly;
  stored: ReadonlyMap<string, StoredTurn>;
  context: ReconcileContext;
  expiry: Expiry;
}

function* toSteps(request: Save, result: ReconcileResult): Generator<() => void> {
  const { agent, assembly, stored, context, expiry } = request;
  const { store } = context;
  const { family, now } = expiry;
  yield () => {
    keepObservations(store, family.facts, assembly);
    for (const session of assembly.sessions) if (!store.isForgotten(agent.id, session.sessionId)) store.saveSession(session);
    removeVanished(request);
  };
  const due = new Map<string, number>();
  const evidence = createEvidence(family, stored);
  for (const turn of assembly.turns) yield () => saveOne(request, turn, { result, due, evidence });
  yield () => {
    if (family.state === 'stale') noteEarlier(due, family.sessionIds[0] ?? '', now + HISTORY_POLL_MILLIS);
    noteAllDue(request, due);
  };
}

interface Saved {
  result: ReconcileResult;
  due: Map<string, number>;
  evidence: Evidence;
}

function saveOne({ agent, stored, context, expiry }: Save, turn: AssembledTurn, { result, due, evidence }: Saved): void {
  const { store } = context;
  const root = turn.spans[0] as Span;
  const known = stored.get(root.spanId);
  result.settled &&= turn.settled;
  if (context.leavesLive && turn.live) {
    if (known?.digest === turn.digest) return;
    due.set(turn.sessionId, expiry.now);
    result.settled = false;
    return;
  }
  const deadlineMillis = deadlineOf(turn, known, expiry);
  noteDue(due, turn, deadlineMillis, expiry.now);
  const told = evidence.of(turn, known);
  if (told.isPoorer || store.isForgotten(agent.id, turn.sessionId)) return;
  const row = { ...toStoredTurn(agent, turn, deadlineMillis), hasEnd: told.hasEnd, hasRecords: told.hasRecords };
  if (known && isSameRow(known, row)) return;
  const saved = store.saveTurn(row, restoreTexts(turn.spans, { findText: expiry.family.findText, outlineOnly: context.outlineOnly }));
  result.written += saved.written;
  result.finalised += saved.finalised.length;
  if (turn.live && saved.finalised.length > 0) context.enqueue(saved.finalised, toEndedTurn(turn, store));
}

function toWatchPaths({ agent, assembly, expiry }: Save): string[] {
  const isOpen = assembly.turns.some((turn) => turn.live && !turn.settled);
  return isOpen ? [...new Set(expiry.family.sources.flatMap((source) => agent.history?.watchPaths?.(source) ?? []))] : [];
}

/** Before anything is saved, so that their keys are free. What is settled stays, whoever tells of it no more. */
function removeVanished({ assembly, stored, context, expiry }: Save): void {
  const present = new Set(assembly.turns.map((turn) => turn.spans[0]?.spanId));
  for (const [root, turn] of stored) {
    if (present.has(root) || turn.settled || (context.leavesLive && turn.live)) continue;
    if (!turn.hasHistory || expiry.family.withRecords.has(turn.sessionId)) context.store.removeTurn(root);
  }
}

function toEndedTurn(turn: AssembledTurn, store: ReconcileStore): EndedTurn {
  const endMillis = nanoToMillis(turn.spans[0]?.endUnixNano ?? lastHeardOf(turn.spans));
  return { endMillis, ...(turn.shell === undefined ? {} : { shell: store.readShell(turn.shell) }) };
}

function isSameRow(known: StoredTurn, row: StoredTurn): boolean {
  return known.shell === row.shell && known.digest === row.digest && known.deadlineMillis === row.deadlineMillis && (known.hasEnd ?? false) === row.hasEnd && (known.hasRecords ?? false) === row.hasRecords;
}

/** An import knows nothing of what the collector waits for: it only adds. */
function noteAllDue({ agent, context, expiry }: Save, due: ReadonlyMap<string, number>): void {
  for (const id of expiry.family.sessionIds) {
    const at = due.get(id);
    if (at !== undefined) context.store.markDue(agent.id, id, at);
    else if (!context.leavesLive) context.store.clearDue(agent.id, id);
  }
}

function noteDue(due: Map<string, number>, turn: AssembledTurn, deadlineMillis: number | undefined, now: number): void {
  if (turn.settled || !turn.live) return;
  const poll = now + (turn.closed ? HISTORY_POLL_MILLIS : OPEN_POLL_MILLIS);
  const at = deadlineMillis === undefined ? poll : Math.min(poll, Math.max(deadlineMillis, now));
  noteEarlier(due, turn.sessionId, at);
}

function noteEarlier(due: Map<string, number>, sessionId: string, atMillis: number): void {
  due.set(sessionId, Math.min(atMillis, due.get(sessionId) ?? Infinity));
}

function toStoredTurn(agent: Agent, turn: AssembledTurn, deadlineMillis: number | undefined): StoredTurn {
  const root = turn.spans[0] as Span;
  return {
    agent: agent.id,
    sessionId: turn.sessionId,
    turnIndex: turn.turnIndex,
    rootSpanId: root.spanId,
    digest: turn.digest,
    live: turn.live,
    hasHistory: turn.hasHistory,
    closed: turn.closed,
    settled: turn.settled,
    deadlineMillis,
    startUnixNano: root.startUnixNano,
    endUnixNano: root.endUnixNano,
    ...(turn.shell === undefined ? {} : { shell: turn.shell }),
  };
}
