/** All that OpenCode remembers: finding its sessions, and reading one. */
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, History, HistoryReading, HistorySource } from '../agent.ts';
import { createProblemList } from '../problem-list.ts';
import { toFacts } from './conversation.ts';
import { findSession, isOfDatabase, listChildren, listSessions, readConversation } from './database.ts';
import { findStored, listStored, readStored } from './json-storage.ts';
import { findMcpServers } from './mcp-servers.ts';
import { findStores, findStoresAt } from './places.ts';

export const openCodeHistory: History = {
  roots(environment) {
    const { databases, storages } = findStores(environment);
    return [...databases, ...storages];
  },

  /** What was carried over from the files into the database stands in both: the database goes on, the files do not. */
  discover(environment, from) {
    const { databases, storages } = from === undefined ? findStores(environment) : findStoresAt(from);
    const problems: Problem[] = [];
    const sources = new Map<string, HistorySource>();
    for (const { sources: found, problems: told } of [...databases.map(listSessions), ...storages.map(listStored)]) {
      problems.push(...told);
      for (const source of found) if (!sources.has(source.sessionId)) sources.set(source.sessionId, source);
    }
    return { sources: [...sources.values()].sort(newestFirst), problems };
  },

  find(environment, sessionId) {
    const { databases, storages } = findStores(environment);
    for (const path of databases) {
      const source = findSession(path, sessionId);
      if (source) return source;
    }
    for (const storage of storages) {
      const source = findStored(storage, sessionId);
      if (source) return source;
    }
    return undefined;
  },

  findChildren(environment: AgentEnvironment, sessionId, sinceMillis) {
    return findStores(environment).databases.flatMap((path) => listChildren(path, sessionId, sinceMillis));
  },

  read(source): HistoryReading {
    const { value, problems: told } = isOfDatabase(source) ? readConversation(source) : readStored(source);
    if (!value) return { facts: [], problems: told, isComplete: told.length === 0, hasRecords: false };
    const { facts, problems } = toFacts(value, findMcpServers(value.session.cwd, findConfigBeside(source)));
    const list = createProblemList();
    for (const some of [told, value.problems, problems]) list.add(some);
    return { facts, problems: list.list, isComplete: value.isComplete, hasRecords: true };
  },
};

/** The user's configuration, where the data stands in its usual place. */
function findConfigBeside({ files }: HistorySource): string | undefined {
  const home = /^(.*)[\\/]\.local[\\/]share[\\/]opencode[\\/]/.exec(files[0]?.path ?? '')?.[1];
  return home === undefined ? undefined : join(home, '.config', 'opencode');
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}
