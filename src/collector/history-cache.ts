/** The facts of histories that were just read: a session's files are read again only when their stamps changed. */
import type { Agent, FileStamp, HistorySource } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';

/** A collector rarely follows more sessions than this at once; what is dropped is only read again. */
const MAX_SESSIONS = 32;
/** Beyond this the facts of one session are not kept: memory stays bounded whatever the file. */
const MAX_BYTES = 32 << 20;

export interface HistoryFacts {
  facts: Fact[];
  problems: Problem[];
}

export type HistoryReader = (agent: Agent, source: HistorySource) => HistoryFacts;

/** A reader that scrubs what it reads. With `keep`, unchanged sessions are answered from memory; their problems are told once. */
export function createHistoryReader(scrub: (fact: Fact) => Fact, keep: boolean): HistoryReader {
  const known = new Map<string, { stamp: string; facts: Fact[] }>();
  return (agent, source) => {
    const key = `${agent.id} ${source.sessionId}`;
    const stamp = source.files.map(toStamp).join(' ');
    const cached = known.get(key);
    if (cached?.stamp === stamp) return { facts: cached.facts, problems: [] };
    known.delete(key);
    const read = agent.history?.read(source) ?? { facts: [], problems: [] };
    const facts = read.facts.map(scrub);
    if (keep && source.files.reduce((sum, file) => sum + file.size, 0) <= MAX_BYTES) known.set(key, { stamp, facts });
    const oldest = known.keys().next().value;
    if (known.size > MAX_SESSIONS && oldest !== undefined) known.delete(oldest);
    return { facts, problems: read.problems };
  };
}

function toStamp(file: FileStamp): string {
  return `${file.path}:${file.size}:${file.modifiedMillis}:${file.inode}`;
}
