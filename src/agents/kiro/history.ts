/** All that Kiro remembers, whichever of its engines wrote it: the stores of `stores.ts` behind the one door. */
import type { History, HistorySource } from '../agent.ts';
import type { KiroStore } from './kiro-store.ts';
import { kiroStores } from './stores.ts';

export const kiroHistory: History = {
  roots: (environment) => kiroStores.flatMap((store) => store.roots(environment)),

  discover(environment, from) {
    const found = kiroStores.map((store) => ({ store, ...store.discover(environment, from) }));
    const isAnyTakenOver = found.some(({ store, sources }) => store.isTakenOver && sources.length > 0);
    const former = new Set(isAnyTakenOver ? found.flatMap(({ store, sources }) => sources.flatMap((source) => store.formerIds?.(source) ?? [])) : []);
    const sources = new Map<string, HistorySource>();
    for (const { store, sources: told } of found) {
      for (const source of told) if (!sources.has(source.sessionId) && !(store.isTakenOver && former.has(source.sessionId))) sources.set(source.sessionId, source);
    }
    return { sources: [...sources.values()].sort(newestFirst), problems: found.flatMap((one) => one.problems) };
  },

  find(environment, sessionId) {
    for (const store of kiroStores) {
      const source = store.find(environment, sessionId);
      if (source) return source;
    }
    return undefined;
  },

  findChildren: (environment, sessionId, sinceMillis) => kiroStores.flatMap((store) => store.findChildren?.(environment, sessionId, sinceMillis) ?? []),

  watchPaths: (source) => ownerOf(source)?.watchPaths?.(source) ?? [],

  /** A store that knows nothing of the session says nothing; one that sees it run is believed. */
  isRunning(environment, sessionId) {
    const answers = kiroStores.map((store) => store.isRunning?.(environment, sessionId)).filter((answer) => answer !== undefined);
    return answers.length === 0 ? undefined : answers.includes(true);
  },

  place: (environment, facts, readFacts) => new Map(kiroStores.flatMap((store) => [...(store.place?.(environment, facts, readFacts) ?? [])])),

  read: (source) => ownerOf(source)?.read(source) ?? { facts: [], problems: [], isComplete: true, hasRecords: false },
};

function ownerOf(source: HistorySource): KiroStore | undefined {
  return kiroStores.find((store) => store.owns(source));
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}
