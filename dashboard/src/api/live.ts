/** The server's events: what changed, what is imported. One connection for all pages. */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

export interface LiveState {
  /** connecting · live · lost: it is tried again */
  state: 'connecting' | 'live' | 'lost';
  importing?: { done: number; total: number; leftMillis?: number };
}

/** What a page that follows one session is told. */
export type ChangeListener = (change: { revision: number; sessions: { agent: string; sessionId: string }[] }) => void;

let current: LiveState = { state: 'connecting' };
const watchers = new Set<() => void>();
const listeners = new Set<ChangeListener>();

function set(next: Partial<LiveState>): void {
  current = { ...current, ...next };
  for (const watcher of watchers) watcher();
}

/** Opens the stream and keeps figures fresh: lists and sums are asked again when something changed, at most every other second. */
export function startLive(client: QueryClient): () => void {
  const source = new EventSource('/api/live');
  let timer: ReturnType<typeof setTimeout> | undefined;
  source.addEventListener('open', () => set({ state: 'live' }));
  source.addEventListener('error', () => set({ state: 'lost' }));
  source.addEventListener('changed', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Parameters<ChangeListener>[0];
    for (const listener of listeners) listener(change);
    timer ??= setTimeout(() => {
      timer = undefined;
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'figures', refetchType: 'active' });
    }, REFETCH_MILLIS);
  });
  source.addEventListener('import', (event) => {
    const { done, total, leftMillis } = JSON.parse((event as MessageEvent<string>).data) as { done: number; total: number; leftMillis?: number };
    set({ importing: done < total ? { done, total, leftMillis } : undefined });
  });
  return () => {
    clearTimeout(timer);
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
