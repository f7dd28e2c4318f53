/** When a hook was last heard of. */
import type { AgentId } from '../../core/agent-id.ts';
import type { Finding } from '../../core/finding.ts';
import { latestOf, nanoToMillis } from '../../core/time.ts';
import type { SpanReader } from '../../store/store.ts';
import { listHooked } from '../installed-agents.ts';
import { toAgo } from '../words.ts';
import type { Check } from './check.ts';

/** The newest hook belongs to one of the newest sessions, unless the others were only imported. */
const SESSIONS_LOOKED_AT = 20;

export const lastHookCheck: Check = {
  name: 'last-hook',
  run(context) {
    const { store, nowMillis } = context;
    return listHooked(context).map(({ id, title }): Finding => {
      const last = store && findLast(store, id);
      if (last) return { check: 'last-hook', state: 'ok', seen: `the last hook of ${title} was heard ${toAgo(last.atMillis, nowMillis)}, in the session ${last.sessionId}` };
      return { check: 'last-hook', state: 'attention', seen: `No hook of ${title} was heard in its newest sessions; a session that was open before the installation has none`, next: `start a new session of ${title}, then: spoor sessions` };
    });
  },
};

function findLast(store: SpanReader, agent: AgentId): { atMillis: number; sessionId: string } | undefined {
  for (const { sessionId } of store.listSessions({ agent, limit: SESSIONS_LOOKED_AT })) {
    const hooks = store.readFacts(agent, [sessionId]).filter(({ source }) => source === 'hook');
    const at = latestOf(hooks.map((fact) => fact.at?.unixNano));
    if (at !== undefined) return { atMillis: nanoToMillis(at), sessionId };
  }
  return undefined;
}
