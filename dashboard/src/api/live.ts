/** The server's events: what changed, what is imported. One connection for all pages. */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { LiveEvents } from '../../../src/query/api/live.ts';
import type { ImportProgress } from '../../../src/query/api/overview.ts';
import { createPacer } from './create-pacer.ts';

export interface LiveState {
  /** connecting · live · lost: it is tried again */
  state: 'connecting' | 'live' | 'lost';
  importing?: ImportProgress;
}

/** What a page that follows one session is told. */
export type ChangeListener = (change: LiveEvents['changed']) => void;

let current: LiveState = { state: 'connecting' };
const watchers = new Set<() => void>();
const listeners = new Set<ChangeListener>();

function set(next: Partial<LiveState>): void {
  current = { ...current, ...next };
  for (const watcher of watchers) watcher();
}

/** Opens the stream and keeps figures fresh: lists and sums are asked again when something changed, at once after a rest and else once a second. */
export function startLive(client: QueryClient): () => void {
  const source = new EventSource('/api/live');
  const figures = createPacer(REFETCH_MILLIS, () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'figures', refetchType: 'active' }));
  source.addEventListener('open', () => set({ state: 'live' }));
  source.addEventListener('error', () => set({ state: 'lost' }));
  source.addEventListener('changed', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as LiveEvents['changed'];
    for (const listener of listeners) listener(change);
    figures.poke();
  });
  source.addEventListener('import', (event) => {
    const progress = JSON.parse((event as MessageEvent<string>).data) as LiveEvents['import'];
    set({ importing: 'isDone' in progress ? undefined : progress });
  });
  return () => {
    figures.close();
    source.close();
  };
}

/** Figures over many sessions need not follow each event. A page that shows one session listens itself. */
const REFETCH_MILLIS = 1000;

export function onChange(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => current,
  );
}
