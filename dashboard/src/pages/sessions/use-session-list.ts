/** The list for what the page is asked to show: one list a filter; the old one stays on screen until the new one has its first rows. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { SessionsAnswer } from '../../../../src/query/api/sessions.ts';
import { ask } from '../../api/client.ts';
import { createPacer } from '../../api/create-pacer.ts';
import { onChange } from '../../api/live.ts';
import { noteQueryTime } from '../../api/query-times.ts';
import { createSessionList, type SessionList, type SessionListState } from '../../api/session-list.ts';
import { toSessionsQuery, type SessionsParams } from '../../models/sessions-params.ts';

/** Changes are taken in that often at most: an agent at work writes many a second. */
const REFRESH_MILLIS = 700;

/** Where one was in the list last, so that the way back from a session leads there. */
export interface ListPlace {
  scrollTop: number;
  active: number;
}

interface KnownList {
  key: string;
  list: SessionList;
  place: ListPlace;
}

let last: KnownList | undefined;

/** A window that ends now is worked out at each question: the list goes on while time does. */
function listOf(params: SessionsParams): KnownList {
  const key = JSON.stringify(params);
  if (last?.key === key) return last;
  const list = createSessionList((page) => ask<SessionsAnswer>('/sessions', { ...toSessionsQuery(params, Date.now()), ...page }));
  list.show({ first: 0, last: 0 });
  return (last = { key, list, place: { scrollTop: 0, active: 0 } });
}

export interface ShownList {
  list: SessionList;
  state: SessionListState;
  place: ListPlace;
  /** What is shown is still the answer to the question before. */
  isStale: boolean;
}

/** `params` as parsed: equal ones have equal texts. */
export function useSessionList(params: SessionsParams): ShownList {
  const { list, place } = useMemo(() => listOf(params), [params]);
  const state = useSyncExternalStore(list.subscribe, list.getState);
  const [before, setBefore] = useState(state);
  useEffect(() => {
    if (state.isReady) setBefore(state);
    if (state.queryMillis !== undefined) noteQueryTime('/sessions', state.queryMillis);
  }, [state]);
  const isStale = !state.isReady && before.isReady;
  return { list, place, state: isStale ? before : state, isStale };
}

/** Follows what happens. `isAtTop` tells whether new rows may come in where one looks. */
export function useFreshList(list: SessionList, isAtTop: () => boolean): void {
  useEffect(() => {
    const fresh = createPacer(REFRESH_MILLIS, () => void list.refresh(isAtTop()));
    // A list that was left and is looked at again has missed what happened meanwhile.
    if (list.getState().isReady) void list.refresh(isAtTop());
    const stop = onChange(fresh.poke);
    return () => {
      fresh.close();
      stop();
    };
  }, [list, isAtTop]);
}
