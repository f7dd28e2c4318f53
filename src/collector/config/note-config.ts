/** Takes what a session works with when its first hook comes in. */
import { isAbsolute } from 'node:path';
import type { Agent, AgentEnvironment, HookEvent } from '../../agents/agent.ts';
import type { Fact } from '../../core/fact.ts';
import { millisToNano } from '../../core/time.ts';
import type { Store } from '../../store/store.ts';
import { listProjectFolders, readConfig } from './read-config.ts';

/** What stands in the files now is what it began with, if that is no longer ago. */
const FRESH_MILLIS = 10_000;
/** Sessions of which it is known that they have theirs. */
const MAX_KNOWN = 1000;

export interface ConfigNoterOptions {
  store: Pick<Store, 'readSession' | 'readSessionConfig' | 'saveSessionConfig'>;
  environment: AgentEnvironment;
  nowMillis(): number;
}

/** Called with the facts of one hook event, inside the transaction that keeps them. */
export type ConfigNoter = (agent: Agent, facts: readonly Fact[], event: Pick<HookEvent, 'at' | 'env'>) => void;

/** Sessions of subagents, those that a hook's id was made up for, and what is told too late have none. */
export function createConfigNoter({ store, environment, nowMillis }: ConfigNoterOptions): ConfigNoter {
  const known = new Set<string>();
  return (agent, facts, { at, env }) => {
    const fact = facts.find((one) => one.type === 'session.seen' && one.source === 'hook');
    if (!agent.config || fact?.type !== 'session.seen' || fact.parent?.relation === 'subagent') return;
    const key = `${agent.id} ${fact.sessionId}`;
    if (known.has(key) || agent.isProvisional?.(fact.sessionId)) return;
    if (known.size >= MAX_KNOWN) known.clear();
    known.add(key);
    if (at.unixNano < millisToNano(nowMillis() - FRESH_MILLIS)) return;
    if (store.readSessionConfig(agent.id, fact.sessionId)) return;
    const cwd = fact.cwd ?? store.readSession(agent.id, fact.sessionId)?.cwd;
    const folders = cwd !== undefined && isAbsolute(cwd) ? listProjectFolders(cwd) : [];
    const places = agent.config({ environment: { ...environment, env: { ...environment.env, ...env } }, folders });
    store.saveSessionConfig(agent.id, fact.sessionId, readConfig(places));
  };
}
