/** Sessions of the agents' own history since the installation that no hook told of: the wrong agent was in use. */
import type { HistorySource } from '../../agents/agent.ts';
import { loadInstallRecord } from '../../config/install-record.ts';
import type { Finding } from '../../core/finding.ts';
import type { DoctorContext, HookedAgent } from '../doctor-context.ts';
import { toHookedAgents } from '../doctor-context.ts';
import { toCount } from '../words.ts';
import type { Check } from './check.ts';

/** The newest tell what is wrong now. */
const SESSIONS_LOOKED_AT = 20;
/** A larger session is counted without its agent's name: reading it would take seconds. */
const LARGEST_READ_BYTES = 5_000_000;

export const untracedSessionsCheck: Check = {
  name: 'wrong-agent',
  run: (context) => toHookedAgents(context.agents).flatMap((agent) => check(agent, context)),
};

function check(agent: HookedAgent, context: DoctorContext): Finding[] {
  const { home, environment, store } = context;
  const installed = Date.parse(loadInstallRecord(home, agent.id)?.installedAt ?? '');
  if (!agent.history || !store || Number.isNaN(installed)) return [];
  const sources = agent.history.discover(environment).sources.filter(({ modifiedMillis, parent }) => modifiedMillis > installed && parent?.relation !== 'subagent');
  const newest = sources.slice(0, SESSIONS_LOOKED_AT);
  const untraced = newest.filter(({ sessionId }) => !store.readFacts(agent.id, [sessionId]).some(({ source }) => source === 'hook'));
  if (newest.length === 0) return [{ check: 'wrong-agent', state: 'ok', seen: `${agent.title} has had no session since the installation` }];
  if (untraced.length === 0) return [{ check: 'wrong-agent', state: 'ok', seen: `hooks told of the newest ${toCount(newest.length, 'session')} of ${agent.title} since the installation` }];
  const names = Map.groupBy(untraced.map((source) => readName(agent, source) ?? '(not told)'), (name) => name);
  const who = [...names].map(([name, all]) => `${all.length} under the agent ${JSON.stringify(name)}`).join(', ');
  return [{
    check: 'wrong-agent',
    state: 'attention',
    seen: `No hook told of ${untraced.length} of the newest ${toCount(newest.length, 'session')} of ${agent.title} since the installation: ${who}; the agent to use is told above`,
    next: `spoor import ${agent.id}`,
  }];
}

/** The agent profile that the session ran under, as its history tells it. */
function readName({ history }: HookedAgent, source: HistorySource): string | undefined {
  if (source.files.reduce((sum, { size }) => sum + size, 0) > LARGEST_READ_BYTES) return undefined;
  const facts = history?.read(source).facts ?? [];
  return facts.flatMap((fact) => (fact.type === 'session.seen' && fact.agentName !== undefined ? [fact.agentName] : [])).at(-1);
}
