/** What stands together: a session, its subagents, what it was forked from. Gathers all their facts from the store and the agent's history. */
import type { Agent, AgentEnvironment, HistorySource } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { SpanReader } from '../store/store.ts';
import type { HistoryReader } from './history-cache.ts';

/** Ids are untrusted: a chain of parents that never ends, or a session with thousands of children, is cut here. */
const MAX_SESSIONS = 2000;

export interface FamilyFacts {
  sessionIds: string[];
  /** By session: the machine as its own process saw it. */
  environments: ReadonlyMap<string, AgentEnvironment>;
  facts: Fact[];
  /** Sessions whose own history was found. */
  withHistory: ReadonlySet<string>;
  /** Those of them whose history drops what is old. */
  forgetful: ReadonlySet<string>;
  /** Newest change of any of its history files (Unix ms); 0 without history. */
  modifiedMillis: number;
  problems: Problem[];
}

/** The sessions of one discovery, findable both ways. */
export interface SourceIndex {
  byId: ReadonlyMap<string, HistorySource>;
  childrenOf: ReadonlyMap<string, string[]>;
}

/** Discovered sessions → index. */
export function indexSources(sources: readonly HistorySource[]): SourceIndex {
  const childrenOf = new Map<string, string[]>();
  for (const source of sources) {
    if (!source.parent) continue;
    const siblings = childrenOf.get(source.parent.sessionId) ?? [];
    siblings.push(source.sessionId);
    childrenOf.set(source.parent.sessionId, siblings);
  }
  return { byId: new Map(sources.map((source) => [source.sessionId, source])), childrenOf };
}

export interface FamilyRequest {
  agent: Agent;
  environment: AgentEnvironment;
  store: SpanReader;
  sessionId: string;
  readHistory: HistoryReader;
  /**
   * Called when the histories are read and before the store's facts are: what a hook spooled before its turn's history was written
   * must be in the store by then.
   */
  drain?(): void;
  /** Sessions known from a discovery; others are looked for one by one. */
  sources?: SourceIndex;
}

/** Reads everything known of a session's family. Never throws on foreign data. */
export function readFamilyFacts(request: FamilyRequest): FamilyFacts {
  const { agent, store } = request;
  const found = new Map<string, HistorySource | undefined>();
  const environments = new Map<string, AgentEnvironment>();
  const family: FamilyFacts = { sessionIds: [], environments, facts: [], withHistory: new Set(), forgetful: new Set(), modifiedMillis: 0, problems: [] };
  const wanted = [request.sessionId];
  for (let id = wanted.pop(); id !== undefined && found.size < MAX_SESSIONS; id = wanted.pop()) {
    if (found.has(id)) continue;
    const environment = environmentOf(id, request);
    const source = request.sources?.byId.get(id) ?? agent.history?.find(environment, id);
    found.set(id, source);
    environments.set(id, environment);
    wanted.push(...relativesOf(id, source, { ...request, environment }));
  }
  family.sessionIds = [...found.keys()];
  const withHistory = new Set<string>();
  const forgetful = new Set<string>();
  for (const [id, source] of found) {
    if (!source || !agent.history) continue;
    const told = request.readHistory(agent, source);
    for (const fact of told.facts) family.facts.push(fact);
    family.problems.push(...told.problems);
    family.modifiedMillis = Math.max(family.modifiedMillis, source.modifiedMillis);
    withHistory.add(id);
    if (source.forgets) forgetful.add(id);
  }
  request.drain?.();
  for (const fact of store.readFacts(agent.id, family.sessionIds)) family.facts.push(fact);
  return { ...family, withHistory, forgetful };
}

/** The machine as the session's own process saw it: its home may not be the collector's. */
export function environmentOf(sessionId: string, { agent, environment, store }: Pick<FamilyRequest, 'agent' | 'environment' | 'store'>): AgentEnvironment {
  const seen = store.readFacts(agent.id, [sessionId]).find((fact) => fact.type === 'session.seen' && fact.agentEnvironment);
  const own = seen?.type === 'session.seen' ? seen.agentEnvironment : undefined;
  return own ? { ...environment, home: own.HOME ?? environment.home, env: own } : environment;
}

function relativesOf(sessionId: string, source: HistorySource | undefined, request: FamilyRequest): string[] {
  const { agent, store, sources } = request;
  const stored = store.readFamily(agent.id, sessionId).flatMap((session) => [session.sessionId, ...(session.parent ? [session.parent.sessionId] : [])]);
  const parent = source?.parent ? [source.parent.sessionId] : [];
  const children = sources ? (sources.childrenOf.get(sessionId) ?? []) : spawnedBy(sessionId, request);
  return [...stored, ...parent, ...children];
}

/** Live: only a session that called for subagents is searched for children, and only among files changed since it did. */
function spawnedBy(sessionId: string, { agent, environment, store }: FamilyRequest): string[] {
  if (!agent.history?.findChildren) return [];
  const calls = store.readFacts(agent.id, [sessionId]).filter((fact) => fact.type === 'tool.started' && fact.tool.spawns !== undefined);
  const first = calls[0]?.at?.unixNano;
  if (first === undefined) return [];
  const sinceMillis = Number(first / 1_000_000n) - 2000;
  return agent.history.findChildren(environment, sessionId, sinceMillis).map((child) => child.sessionId);
}
