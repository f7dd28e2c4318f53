/** Step 2: what is known of each session, parents before children, and which session owns a message that stands in several. */
import type { Fact, FactOf } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import { earliest } from '../core/time.ts';
import type { AssembledSession } from './drafts.ts';

/** Sessions of a family, ancestors first; siblings by start, then id. A parent outside the bag is only a name. */
export function draftSessions(facts: readonly Fact[]): AssembledSession[] {
  const sessions = new Map<string, AssembledSession>();
  let session: AssembledSession | undefined;
  for (const fact of facts) {
    // Mostly the one before's.
    if (session?.sessionId !== fact.sessionId) session = sessions.get(fact.sessionId) ?? { agent: fact.agent, sessionId: fact.sessionId };
    sessions.set(fact.sessionId, session);
    if (fact.type === 'session.seen') mergeSeen(session, fact);
    if (fact.at && (session.startUnixNano === undefined || fact.at.unixNano < session.startUnixNano)) session.startUnixNano = fact.at.unixNano;
  }
  const list = [...sessions.values()].sort(compareSessions);
  return sortByDepth(list, sessions);
}

/** The history knows better than the hooks; among hooks the first that says it. Facts come in order: history before hooks. */
function mergeSeen(session: AssembledSession, fact: FactOf<'session.seen'>): void {
  session.title ??= fact.title;
  session.cwd ??= fact.cwd;
  session.agentName ??= fact.agentName;
  session.agentVersion ??= fact.agentVersion;
  session.model ??= fact.model;
  session.contextWindowTokens ??= fact.contextWindowTokens;
  session.writtenAt ??= fact.writtenAt;
  if (fact.parent && fact.parent.sessionId !== session.sessionId && (!session.parent || (fact.parent.callId !== undefined && session.parent.callId === undefined))) session.parent = fact.parent;
  if (fact.startedAt !== undefined) session.startUnixNano = earliest(session.startUnixNano, fact.startedAt);
}

function compareSessions(a: AssembledSession, b: AssembledSession): number {
  return compare(a.startUnixNano ?? 0n, b.startUnixNano ?? 0n) || compare(a.sessionId, b.sessionId);
}

function sortByDepth(list: AssembledSession[], sessions: ReadonlyMap<string, AssembledSession>): AssembledSession[] {
  const depthOf = (session: AssembledSession): number => {
    const seen = new Set<string>();
    let depth = 0;
    for (let at: AssembledSession | undefined = session; at?.parent && !seen.has(at.sessionId); at = sessions.get(at.parent.sessionId)) {
      seen.add(at.sessionId);
      depth++;
    }
    return depth;
  };
  return list.map((session) => ({ session, depth: depthOf(session) })).sort((a, b) => a.depth - b.depth).map(({ session }) => session);
}

/** The message or call a fact is about, where it has an id of its own. */
export function nativeIdOf(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'turn.started':
    case 'model.answered':
      return fact.messageId;
    case 'tool.called':
      return fact.tool.callId;
    case 'tool.ended':
      return fact.callId ?? fact.tool?.callId;
    case 'turn.ended':
      return fact.messageIds?.[0];
    case 'context.changed':
      return fact.recordId;
    default:
      return undefined;
  }
}
