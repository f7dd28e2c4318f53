/** Reconciling so that one poisoned session stops nobody else. */
import type { Agent } from '../agents/agent.ts';
import type { SourceIndex } from './family.ts';
import { isForeignFailure, toErrorName, toPlainId } from './foreign-failure.ts';
import { reconcile, type ReconcileContext, type ReconcileResult } from './reconcile.ts';

/** A session whose family cannot be assembled is tried again after this, or when something new comes. */
const FAILED_RETRY_MILLIS = 10 * 60_000;

/** What foreign data makes fail is told, and its session left alone for a while. Throws on a disk that refuses. */
export function tryReconcile(agent: Agent, sessionId: string, context: ReconcileContext, sources?: SourceIndex): ReconcileResult {
  try {
    return reconcile(agent, sessionId, context, sources);
  } catch (error) {
    if (!isForeignFailure(error)) throw error;
    context.store.markDue(agent.id, sessionId, context.nowMillis() + FAILED_RETRY_MILLIS);
    const problem = { code: 'session-failed', detail: `session ${toPlainId(sessionId)} failed with ${toErrorName(error)}` };
    return { sessionIds: [sessionId], turns: 0, written: 0, finalised: 0, settled: false, problems: [problem], watchPaths: [] };
  }
}
