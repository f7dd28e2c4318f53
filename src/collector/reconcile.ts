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
import type { Span } from '../core/span.ts';
import { earliestOf, latest, nanoToMillis } from '../core/time.ts';
import type { Store, StoredTurn } from '../store/store.ts';
import type { HistoryReader } from './history-cache.ts';
import { readFamilyFacts, type FamilyFacts, type SourceIndex } from './family.ts';

/** A stopped turn's history is looked for this often: it usually comes within milliseconds. */
const HISTORY_POLL_MILLIS = 200;
/** An open turn is looked at this often, in case its agent died or was cancelled without a hook. */
const OPEN_POLL_MILLIS = 30_000;
/** An open turn whose agent is known to be gone, or that nothing was heard of for so long where nobody can tell, is over. */
const GONE_AFTER_MILLIS = 60_000;
const SILENT_AFTER_MILLIS = 30 * 60_000;
/** An imported session that did not change for so long, and is not running, is over. */
const IMPORT_IDLE_MILLIS = 10 * 60_000;

export interface ReconcileContext {
  store: Store;
  environment: AgentEnvironment;
  /** Called inside the transaction with what became final and may be delivered by itself. */
  enqueue(spans: readonly Span[], turnEndMillis: number): void;
  readHistory: HistoryReader;
  /** Takes what waits in the spool into the store (see `family.ts`). */
  drain?(): void;
  nowMillis(): number;
}

export interface ReconcileResult {
  /** The family that was brought up to date. */
  sessionIds: string[];
  turns: number;
  written: number;
  finalised: number;
  /** Every turn is over and final. */
  settled: boolean;
  problems: Problem[];
}

/** Brings one family up to date. Foreign data never makes it throw; a broken disk does. */
export function reconcile(agent: Agent, sessionId: string, context: ReconcileContext, sources?: SourceIndex): ReconcileResult {
  const { store } = context;
  const { environment, readHistory, drain } = context;
  const family = readFamilyFacts({ agent, sessionId, store, environment, sources, readHistory, drain });
  const { facts } = family;
  return store.transaction(() => {
    const stored = new Map(store.readTurns(agent.id, family.sessionIds).map((turn) => [turn.rootSpanId, turn]));
    const now = context.nowMillis();
    const assembly = assemble({
      agent: agent.id,
      traits: agent.traits,
      facts,
      lookup: (key) => store.lookup(agent.id, key),
      countDropped: (id) => (family.forgetful.has(id) ? countDropped(id, facts, stored.values()) : 0),
      isExpired: (root) => isExpired(stored.get(root), { agent, family, now }),
    });
    keepObservations(store, facts, assembly);
    return save({ agent, assembly, stored, family, context, now });
  });
}

/** Turns of the history alone that are older than all it still tells. What hooks told of is told by them. */
function countDropped(sessionId: string, facts: readonly Fact[], stored: Iterable<StoredTurn>): number {
  const moments = facts.filter((fact) => fact.sessionId === sessionId && fact.type !== 'context.changed').map((fact) => fact.at?.unixNano ?? (fact.type === 'model.answered' ? fact.startedAt : undefined));
  const first = earliestOf(moments);
  return [...stored].filter((turn) => turn.sessionId === sessionId && turn.settled && !turn.live && first !== undefined && turn.startUnixNano < first).length;
}

/** What a source will forget is kept as a fact: what a turn cost, and which model it had where hooks told of the session. */
function keepObservations(store: Store, facts: readonly Fact[], assembly: Assembly): void {
  const live = new Set(assembly.turns.filter((turn) => turn.live).map((turn) => turn.sessionId));
  store.addFacts(facts.filter((fact) => fact.type === 'turn.metered' || (fact.type === 'model.seen' && live.has(fact.sessionId))));
}

interface Expiry {
  agent: Agent;
  family: FamilyFacts;
  now: number;
}

function isRunning(agent: Agent, sessionId: string, family: FamilyFacts): boolean | undefined {
  const environment = family.environments.get(sessionId);
  return environment && agent.history?.isRunning?.(environment, sessionId);
}

/** A turn of the hooks: when its kept deadline passed. A turn of the history alone: when its files lie still. */
function isExpired(turn: StoredTurn | undefined, { agent, family, now }: Expiry): boolean {
  if (turn?.settled) return true;
  if (turn?.live) return turn.deadlineMillis !== undefined && turn.deadlineMillis <= now;
  if (turn?.deadlineMillis !== undefined && turn.deadlineMillis <= now) return true;
  const isStill = family.modifiedMillis > 0 && now - family.modifiedMillis > IMPORT_IDLE_MILLIS;
  return isStill && !family.sessionIds.some((id) => isRunning(agent, id, family) === true);
}

interface Save {
  agent: Agent;
  assembly: Assembly;
  stored: ReadonlyMap<string, StoredTurn>;
  family: FamilyFacts;
  context: ReconcileContext;
  now: number;
}

function save({ agent, assembly, stored, family, context, now }: Save): ReconcileResult {
  const { store } = context;
  const result: ReconcileResult = { sessionIds: family.sessionIds, turns: assembly.turns.length, written: 0, finalised: 0, settled: true, problems: family.problems };
  for (const session of assembly.sessions) if (!store.isForgotten(agent.id, session.sessionId)) store.saveSession(session);
  const due = new Map<string, number>();
  const present = new Set<string>();
  for (const turn of assembly.turns) {
    const root = turn.spans[0] as Span;
    present.add(root.spanId);
    result.settled &&= turn.settled;
    const known = stored.get(root.spanId);
    const deadlineMillis = deadlineOf(turn, known, { agent, family, now });
    noteDue(due, turn, deadlineMillis, now);
    const isVanished = known?.hasHistory === true && !turn.hasHistory;
    if (isVanished || store.isForgotten(agent.id, turn.sessionId)) continue;
    if (known?.digest === turn.digest && known.deadlineMillis === deadlineMillis) continue;
    const saved = store.saveTurn(toStoredTurn(agent, turn, deadlineMillis), turn.spans);
    result.written += saved.written;
    result.finalised += saved.finalised.length;
    if (turn.live && saved.finalised.length > 0) context.enqueue(saved.finalised, nanoToMillis(root.endUnixNano ?? latestOf(turn.spans)));
  }
  for (const [root, turn] of stored) {
    const isDropped = turn.settled && family.forgetful.has(turn.sessionId);
    if (!present.has(root) && (!turn.hasHistory || (family.withHistory.has(turn.sessionId) && !isDropped))) store.removeTurn(root);
  }
  for (const id of family.sessionIds) {
    const at = due.get(id);
    if (at === undefined) store.clearDue(agent.id, id);
    else store.markDue(agent.id, id, at);
  }
  return result;
}

function latestOf(spans: readonly Span[]): bigint {
  return latest(...spans.map((span) => span.endUnixNano ?? span.startUnixNano)) ?? 0n;
}

/**
 * How long a live turn may stay as it is: a stopped one waits for its history, an open one for its agent to come back, unless that
 * is gone. A turn that waits for a person is not timed out while its agent lives. Once set, a stopped turn's deadline stays.
 */
function deadlineOf(turn: AssembledTurn, known: StoredTurn | undefined, { agent, family, now }: Expiry): number | undefined {
  if (!turn.live || turn.settled) return undefined;
  if (turn.closed) return known?.closed && known.deadlineMillis !== undefined ? known.deadlineMillis : now + agent.traits.historyWaitMillis;
  const running = isRunning(agent, turn.sessionId, family);
  if (running === true) return undefined;
  const heardMillis = nanoToMillis(latestOf(turn.spans));
  return Math.max(heardMillis, 0) + (running === false ? GONE_AFTER_MILLIS : SILENT_AFTER_MILLIS);
}

function noteDue(due: Map<string, number>, turn: AssembledTurn, deadlineMillis: number | undefined, now: number): void {
  if (turn.settled || !turn.live) return;
  const poll = now + (turn.closed ? HISTORY_POLL_MILLIS : OPEN_POLL_MILLIS);
  const at = deadlineMillis === undefined ? poll : Math.min(poll, Math.max(deadlineMillis, now));
  due.set(turn.sessionId, Math.min(at, due.get(turn.sessionId) ?? Infinity));
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
    // An estimated end says nothing about how long the turn took.
    endUnixNano: root.provenance.times === 'estimated' && turn.closed ? undefined : root.endUnixNano,
  };
}
