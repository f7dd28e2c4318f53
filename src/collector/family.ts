/** What stands together: a session, its subagents, what it was forked from. Gathers all their facts from the store and the agent's history. */
import type { Agent, AgentEnvironment, HistorySource } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { SpanReader } from '../store/store.ts';
import type { HistoryFacts, HistoryReader } from './history-cache.ts';

/** Ids are untrusted: a chain of parents that never ends, or a session with thousands of children, is cut here. */
const MAX_SESSIONS = 2000;

export interface FamilyFacts {
  sessionIds: string[];
  /** By session: the machine as its own process saw it. */
  environments: ReadonlyMap<string, AgentEnvironment>;
  facts: Fact[];
  /** The texts of marks in the facts (see `HistoryReading.findText`). Absent: there are none. */
  findText?(name: string): string | undefined;
  /** Where its members' histories stand, as far as they were found. */
  sources: HistorySource[];
  /** Sessions whose own conversation was read from the history. */
  withRecords: ReadonlySet<string>;
  /** stale: some history is torn, its facts are those from before. torn: of one nothing is known; look again soon. */
  state: 'complete' | 'stale' | 'torn';
  /** Every history was read wholly. */
  isComplete: boolean;
  /** Sessions whose history drops what is old. */
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
  store: Pick<SpanReader, 'readFacts' | 'readFamily'>;
  sessionId: string;
  readHistory: HistoryReader;
  /**
   * Called when the histories are read and before the store's facts are: what a hook spooled before its turn's history was written
   * must be in the store by then. Returns how many events came in.
   */
  drain?(): number;
  /** Sessions known from a discovery; others are looked for one by one. */
  sources?: SourceIndex;
}

/** Reads everything known of a session's family. Never throws on foreign data. */
export function readFamilyFacts(request: FamilyRequest): FamilyFacts {
  const stored = createStoredFacts(request);
  const { found, environments } = findMembers(request, stored);
  const withRecords = new Set<string>();
  const forgetful = new Set<string>();
  const finders: NonNullable<HistoryFacts['findText']>[] = [];
  const family: FamilyFacts = { sessionIds: [...found.keys()], environments, facts: [], sources: [], withRecords, forgetful, state: 'complete', isComplete: true, modifiedMillis: 0, problems: [] };
  for (const [id, source] of found) {
    if (!source) continue;
    family.sources.push(source);
    const told = request.readHistory(request.agent, source);
    for (const fact of told.facts) family.facts.push(fact);
    if (told.findText) finders.push(told.findText);
    for (const problem of told.problems) family.problems.push(problem);
    if (told.state === 'torn' || (told.state === 'stale' && family.state === 'complete')) family.state = told.state;
    family.isComplete &&= told.isComplete && told.state === 'complete';
    family.modifiedMillis = Math.max(family.modifiedMillis, source.modifiedMillis);
    if (told.hasRecords) withRecords.add(id);
    if (source.forgets) forgetful.add(id);
  }
  if (finders.length > 0) family.findText = (name) => finders.map((find) => find(name)).find((text) => text !== undefined);
  if (request.drain && request.drain() > 0) stored.forget();
  for (const id of family.sessionIds) for (const fact of stored.of(id)) family.facts.push(fact);
  return family;
}

/** The store's facts by session, each read once. */
interface StoredFacts {
  of(sessionId: string): readonly Fact[];
  forget(): void;
}

function createStoredFacts({ agent, store }: FamilyRequest): StoredFacts {
  const known = new Map<string, readonly Fact[]>();
  return {
    of(sessionId) {
      const facts = known.get(sessionId) ?? store.readFacts(agent.id, [sessionId]);
      known.set(sessionId, facts);
      return facts;
    },
    forget: () => known.clear(),
  };
}

interface Members {
  found: Map<string, HistorySource | undefined>;
  environments: Map<string, AgentEnvironment>;
}

function findMembers(request: FamilyRequest, facts: StoredFacts): Members {
  const { agent, store, sources } = request;
  const found = new Map<string, HistorySource | undefined>();
  const environments = new Map<string, AgentEnvironment>();
  /** Sessions whose family, as the store knows it, was asked for: it is the same for each of them. */
  const asked = new Set<string>();
  const wanted = [request.sessionId];
  for (let id = wanted.pop(); id !== undefined && found.size < MAX_SESSIONS; id = wanted.pop()) {
    if (found.has(id)) continue;
    const environment = environmentOf(facts.of(id), request.environment);
    const source = sources?.byId.get(id) ?? agent.history?.find(environment, id);
    found.set(id, source);
    environments.set(id, environment);
    if (!asked.has(id)) {
      for (const session of store.readFamily(agent.id, id)) {
        asked.add(session.sessionId);
        wanted.push(session.sessionId);
        if (session.parent) wanted.push(session.parent.sessionId);
      }
    }
    if (source?.parent) wanted.push(source.parent.sessionId);
    const children = sources ? (sources.childrenOf.get(id) ?? []) : spawnedBy(id, facts.of(id), { agent, environment });
    for (const child of children) wanted.push(child);
  }
  return { found, environments };
}

/** The machine as the session's own process saw it: its home may not be the collector's. */
export function environmentOf(facts: readonly Fact[], environment: AgentEnvironment): AgentEnvironment {
  const seen = facts.find((fact) => fact.type === 'session.seen' && fact.agentEnvironment);
  const own = seen?.type === 'session.seen' ? seen.agentEnvironment : undefined;
  return own ? { ...environment, home: own.HOME ?? environment.home, env: own } : environment;
}

/** Live: only a session that called for subagents is searched for children, and only among files changed since it did. */
function spawnedBy(sessionId: string, facts: readonly Fact[], { agent, environment }: { agent: Agent; environment: AgentEnvironment }): string[] {
  if (!agent.history?.findChildren) return [];
  const first = facts.find((fact) => fact.type === 'tool.started' && fact.tool.spawns !== undefined)?.at?.unixNano;
  if (first === undefined) return [];
  const sinceMillis = Number(first / 1_000_000n) - 2000;
  return agent.history.findChildren(environment, sessionId, sinceMillis).map((child) => child.sessionId);
}
