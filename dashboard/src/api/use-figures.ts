/** One question of a page: asked when its filter changes and when something new was stored; the old answer stays on screen meanwhile. */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Timed } from '../../../src/query/api/figures.ts';
import { ask } from './client.ts';
import { noteQueryTime } from './query-times.ts';

/** `path` without `/api`. */
export function useFigures<T extends Timed>(path: string, query: object = {}): UseQueryResult<T> {
  const result = useQuery({
    queryKey: ['figures', path, query],
    queryFn: ({ signal }) => ask<T>(path, query, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const millis = result.data?.queryMillis;
  useEffect(() => {
    // Which session it was stands in the address.
    if (millis !== undefined) noteQueryTime(path.startsWith('/sessions/') ? '/session' : path, millis);
  }, [path, millis, result.dataUpdatedAt]);
  return result;
}
