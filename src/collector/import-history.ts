/** `spoor import`: past sessions out of the agents' own history, newest first. The same path as live events, with no hooks; delivers nothing. */
import type { Agent, AgentEnvironment, FileStamp, HistorySource } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import { ASSEMBLER_VERSION, PRICE_LIST_VERSION } from '../core/version.ts';
import type { Store } from '../store/store.ts';
import { createProblemCounter, type ProblemCounter } from './count-problems.ts';
import { createHistoryReader } from './history-cache.ts';
import { indexSources, type SourceIndex } from './family.ts';
import type { ReconcileContext } from './reconcile.ts';
import type { AgentImport, ImportProgress, ImportReport } from './reports.ts';
import { tryReconcile } from './try-reconcile.ts';

export interface ImportOptions {
  store: Store;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Only sessions whose files changed at or after this (Unix ms). */
  sinceMillis?: number;
  /** Replaces the agents' usual folders. */
  from?: string;
  scrub(fact: Fact): Fact;
  nowMillis(): number;
  onProgress?(progress: ImportProgress): void;
}

/** Imports what is new or changed. A family whose files did not change since the last import is not read. Throws on a broken disk only. */
export async function importHistory(options: ImportOptions): Promise<ImportReport> {
  const problems = createProblemCounter();
  const agents: AgentImport[] = [];
  for (const agent of options.agents) {
    if (agent.history) agents.push(await importAgent(agent, options, problems));
  }
  return { agents, problems: problems.list() };
}

async function importAgent(agent: Agent, options: ImportOptions, problems: ProblemCounter): Promise<AgentImport> {
  const { environment, from, store } = options;
  const discovered = agent.history?.discover(environment, from) ?? { sources: [], problems: [] };
  problems.add(agent.id, discovered.problems);
  const index = indexSources(discovered.sources);
  const wanted = discovered.sources.filter((source) => source.modifiedMillis >= (options.sinceMillis ?? 0));
  const report: AgentImport = {
    agent: agent.id, roots: from ? [from] : (agent.history?.roots(environment) ?? []),
    found: wanted.length, read: 0, bytes: 0, turns: 0, spansWritten: 0,
  };
  const bytesTotal = wanted.reduce((sum, source) => sum + sizeOf(source), 0);
  const readHistory = createHistoryReader({ scrub: options.scrub, keep: false, nowMillis: options.nowMillis });
  const context: ReconcileContext = { store, environment, readHistory, nowMillis: options.nowMillis, leavesLive: true, enqueue: () => undefined };
  const done = new Set<string>();
  let bytes = 0;
  let sessions = 0;
  for (const source of wanted) {
    if (!done.has(source.sessionId)) {
      const members = membersOf(source, index);
      for (const id of members) done.add(id);
      importFamily({ agent, source, members, index, context, report, problems });
    }
    bytes += sizeOf(source);
    options.onProgress?.({ agent: agent.id, sessions: ++sessions, sessionsTotal: wanted.length, bytes, bytesTotal });
    // Gives progress, signals and other writers their turn between two families.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return report;
}

interface FamilyImport {
  agent: Agent;
  source: HistorySource;
  members: string[];
  index: SourceIndex;
  context: ReconcileContext;
  report: AgentImport;
  problems: ProblemCounter;
}

function importFamily({ agent, source, members, index, context, report, problems }: FamilyImport): void {
  const { store } = context;
  const sources = members.flatMap((id) => index.byId.get(id) ?? []);
  const stamps = sources.flatMap((member) => member.files.map((file) => [file.path, toStamp(file, agent)] as const));
  if (stamps.every(([path, stamp]) => store.readFileStamp(agent.id, path) === stamp)) return;
  if (members.every((id) => store.isForgotten(agent.id, id))) return;
  const result = tryReconcile(agent, source.sessionId, context, index);
  problems.add(agent.id, result.problems);
  report.read += sources.length;
  report.bytes += sources.reduce((sum, member) => sum + sizeOf(member), 0);
  report.turns += result.turns;
  report.spansWritten += result.written;
  store.transaction(() => {
    // What is still open may be over at the next import though its file did not change.
    if (result.settled) for (const [path, stamp] of stamps) store.saveFileStamp(agent.id, path, stamp);
    store.addProblems(agent.id, result.problems);
  });
}

/** Everything joined to this session by parent links, within the discovery. */
function membersOf(source: HistorySource, index: SourceIndex): string[] {
  const members = new Set<string>();
  const wanted = [source.sessionId];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    if (members.has(id)) continue;
    members.add(id);
    const parent = index.byId.get(id)?.parent?.sessionId;
    if (parent !== undefined && index.byId.has(parent)) wanted.push(parent);
    for (const child of index.childrenOf.get(id) ?? []) wanted.push(child);
  }
  return [...members];
}

/** Equal stamps: same content, read by the same assembler, priced by the same list and paid for in the same way. */
function toStamp(file: FileStamp, { traits }: Agent): string {
  return `${ASSEMBLER_VERSION}:${PRICE_LIST_VERSION}:${traits.billing ?? ''}:${file.size}:${file.modifiedMillis}:${file.inode}`;
}

function sizeOf(source: HistorySource): number {
  return source.files.reduce((sum, file) => sum + file.size, 0);
}
