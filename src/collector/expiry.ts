/** How long a turn is waited for, and when it is over though nobody said so. */
import type { Agent } from '../agents/agent.ts';
import type { AssembledTurn } from '../assembly/drafts.ts';
import type { Fact } from '../core/fact.ts';
import type { Span } from '../core/span.ts';
import { latestOf, nanoToMillis } from '../core/time.ts';
import { hasRunSince } from '../spool/process.ts';
import type { StoredTurn } from '../store/store.ts';
import type { FamilyFacts } from './family.ts';

/** An open turn whose agent is known to be gone, or that nothing was heard of for so long where nobody can tell, is over. */
const GONE_AFTER_MILLIS = 60_000;
const SILENT_AFTER_MILLIS = 30 * 60_000;
/** An imported session that did not change for so long, and is not running, is over. */
const IMPORT_IDLE_MILLIS = 10 * 60_000;

export interface Expiry {
  agent: Agent;
  family: FamilyFacts;
  now: number;
  isRunning(sessionId: string): boolean | undefined;
}

/** Whether the agent still works on a session of this family, each looked at once. */
export function createRunningCheck(agent: Agent, family: FamilyFacts): (sessionId: string) => boolean | undefined {
  const known = new Map<string, boolean | undefined>();
  // Few of many, for a family of many sessions.
  const hooks = family.facts.filter(({ source }) => source === 'hook');
  return (sessionId) => {
    if (known.has(sessionId)) return known.get(sessionId);
    const environment = family.environments.get(sessionId);
    const running = (environment && agent.history?.isRunning?.(environment, sessionId)) ?? hasLivingProcess(sessionId, hooks);
    known.set(sessionId, running);
    return running;
  };
}

/**
 * By the processes that ran its hooks. One that ran several of them is the agent itself: its death is the session's end. One that ran a
 * single hook may have been a shell in between, whose death tells nothing.
 */
export function hasLivingProcess(sessionId: string, facts: readonly Fact[]): boolean | undefined {
  const told = facts.filter((fact) => fact.sessionId === sessionId && fact.source === 'hook');
  const pids = new Set(told.flatMap((fact) => (fact.type === 'session.seen' && fact.agentPid ? [fact.agentPid] : [])));
  const calls = told.filter(({ type }) => type !== 'session.seen');
  const heard = latestOf(calls.map(({ at }) => at?.unixNano));
  if (pids.size === 0 || heard === undefined) return undefined;
  if ([...pids].some((pid) => hasRunSince(pid, heard))) return true;
  return calls.length >= 2 * pids.size ? false : undefined;
}

/** A turn of the hooks: when its kept deadline passed. A turn of the history alone: when its files lie still. */
export function isExpired(turn: StoredTurn | undefined, { family, now, isRunning }: Expiry): boolean {
  if (turn?.settled) return true;
  if (turn?.live) return turn.deadlineMillis !== undefined && turn.deadlineMillis <= now;
  if (turn?.deadlineMillis !== undefined && turn.deadlineMillis <= now) return true;
  const isStill = family.modifiedMillis > 0 && now - family.modifiedMillis > IMPORT_IDLE_MILLIS;
  return isStill && !family.sessionIds.some((id) => isRunning(id) === true);
}

/**
 * How long a live turn may stay as it is: a stopped one waits for its history, an open one for its agent to come back, unless that
 * is gone. A turn that waits for a person is not timed out while its agent lives. Once set, a stopped turn's deadline stays.
 */
export function deadlineOf(turn: AssembledTurn, known: StoredTurn | undefined, { agent, now, isRunning }: Expiry): number | undefined {
  if (!turn.live || turn.settled) return undefined;
  if (turn.closed) return known?.closed && known.deadlineMillis !== undefined ? known.deadlineMillis : now + agent.traits.historyWaitMillis;
  const running = isRunning(turn.sessionId);
  if (running === true) return undefined;
  const heardMillis = nanoToMillis(lastHeardOf(turn.spans));
  return Math.max(heardMillis, 0) + (running === false ? GONE_AFTER_MILLIS : SILENT_AFTER_MILLIS);
}

/** When something of these spans last began or ended (Unix ns). */
export function lastHeardOf(spans: readonly Span[]): bigint {
  return latestOf(spans.map((span) => span.endUnixNano ?? span.startUnixNano)) ?? 0n;
}
