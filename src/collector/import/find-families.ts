/** What there is to import: families of sessions out of the agents' histories, the newest first. */
import type { Agent, AgentEnvironment, FileStamp, HistorySource } from '../../agents/agent.ts';
import { ASSEMBLER_VERSION, PRICE_LIST_VERSION } from '../../core/version.ts';
import type { Problem } from '../../core/problem.ts';
import type { SpanReader } from '../../store/store.ts';
import { indexSources, type SourceIndex } from '../family.ts';
import { isForeignFailure, toErrorName } from '../foreign-failure.ts';

/** Sessions joined by parent links within one discovery. */
export interface ImportFamily {
  agent: Agent;
  /** The wanted session that changed last: the family is read from there. */
  sessionId: string;
  sources: HistorySource[];
  /** How many of its sessions are wanted, and their bytes. */
  wanted: number;
  bytes: number;
  modifiedMillis: number;
  /** Path → stamp, as the files are now. */
  stamps: ReadonlyMap<string, string>;
  /** Changed since it was read last, or never read. */
  isNew: boolean;
}

export interface FoundFamilies {
  families: ImportFamily[];
  problems: Problem[];
}

export interface FindRequest {
  agent: Agent;
  environment: AgentEnvironment;
  store: Pick<SpanReader, 'readFileStamps' | 'isForgotten'>;
  from?: string;
  sinceMillis?: number;
}

/** Looks, and reads no history. Throws on a broken disk only. */
export function findFamilies(request: FindRequest): FoundFamilies {
  const { agent, sinceMillis = 0 } = request;
  const { sources, problems } = discover(request);
  const index = indexSources(sources);
  const known = request.store.readFileStamps(agent.id);
  const done = new Set<string>();
  const families: ImportFamily[] = [];
  for (const source of sources) {
    if (source.modifiedMillis < sinceMillis || done.has(source.sessionId)) continue;
    const members = membersOf(source, index);
    for (const { sessionId } of members) done.add(sessionId);
    families.push(toFamily(source, members, { ...request, known }));
  }
  return { families, problems };
}

/** One agent's history that cannot be looked through is no reason to leave out the others'. */
function discover({ agent, environment, from }: FindRequest): { sources: HistorySource[]; problems: Problem[] } {
  try {
    return agent.history?.discover(environment, from) ?? { sources: [], problems: [] };
  } catch (error) {
    if (!isForeignFailure(error)) throw error;
    return { sources: [], problems: [{ code: 'history-failed', detail: `looking for its sessions failed with ${toErrorName(error)}` }] };
  }
}

function toFamily(source: HistorySource, members: HistorySource[], request: FindRequest & { known: ReadonlyMap<string, string> }): ImportFamily {
  const { agent, store, known, sinceMillis = 0 } = request;
  const wanted = members.filter(({ modifiedMillis }) => modifiedMillis >= sinceMillis);
  const stamps = new Map(members.flatMap(({ files }) => files.map((file) => [file.path, toStamp(file, agent)] as const)));
  const isChanged = [...stamps].some(([path, stamp]) => known.get(path) !== stamp);
  return {
    agent, sessionId: source.sessionId, sources: members, wanted: wanted.length, stamps,
    bytes: members.reduce((sum, member) => sum + sizeOf(member), 0),
    modifiedMillis: source.modifiedMillis,
    isNew: isChanged && !members.every(({ sessionId }) => store.isForgotten(agent.id, sessionId)),
  };
}

/** Everything joined to this session by parent links, itself first. */
function membersOf(source: HistorySource, index: SourceIndex): HistorySource[] {
  const members = new Map<string, HistorySource>();
  const wanted = [source.sessionId];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    const member = members.has(id) ? undefined : index.byId.get(id);
    if (!member) continue;
    members.set(id, member);
    if (member.parent) wanted.push(member.parent.sessionId);
    for (const child of index.childrenOf.get(id) ?? []) wanted.push(child);
  }
  return [...members.values()];
}

/** Equal stamps: same content, read by the same assembler, priced by the same list and paid for in the same way. */
function toStamp(file: FileStamp, { traits }: Agent): string {
  return `${ASSEMBLER_VERSION}:${PRICE_LIST_VERSION}:${traits.billing ?? ''}:${file.size}:${file.modifiedMillis}:${file.inode}`;
}

function sizeOf(source: HistorySource): number {
  return source.files.reduce((sum, file) => sum + file.size, 0);
}
