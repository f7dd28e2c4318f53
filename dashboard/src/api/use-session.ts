/** One session, whole at first, then what changes in it: as soon as it is told, and never two questions at once. */
import { useQuery, useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DetailsAnswer, SessionAnswer } from '../../../src/query/api/session.ts';
import { mergeSession } from '../models/session/merge-session.ts';
import { ask } from './client.ts';
import { onChange } from './live.ts';
import { noteQueryTime } from './query-times.ts';

/** Between two questions about the same session: a frame or two would be soon enough, and the rest of the page wants to draw as well. */
const REST_MILLIS = 120;

export function sessionPath({ agent, sessionId }: { agent: string; sessionId: string }): string {
  return `/sessions/${encodeURIComponent(agent)}/${encodeURIComponent(sessionId)}`;
}

export function useSession(agent: string, sessionId: string): UseQueryResult<SessionAnswer> {
  const client = useQueryClient();
  const path = sessionPath({ agent, sessionId });
  const result = useQuery({ queryKey: ['session', agent, sessionId], queryFn: ({ signal }) => ask<SessionAnswer>(path, {}, signal), staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 });
  const millis = result.data?.queryMillis;
  useEffect(() => {
    if (millis !== undefined) noteQueryTime('/session', millis);
  }, [millis, result.dataUpdatedAt]);
  // Of a light answer its revision: details that came too late are asked for again.
  const lightRevision = result.data?.isLight ? result.data.revision : undefined;
  useEffect(() => {
    if (lightRevision !== undefined) void addDetails(client, ['session', agent, sessionId], path).catch(() => undefined);
  }, [lightRevision, client, agent, sessionId, path]);
  useEffect(() => {
    const key = ['session', agent, sessionId];
    const refresh = async (): Promise<void> => {
      const shown = client.getQueryData<SessionAnswer>(key);
      if (!shown) return;
      const change = await ask<SessionAnswer>(path, { after: shown.revision });
      client.setQueryData<SessionAnswer>(key, (now) => mergeSession(now ?? shown, change));
    };
    // What was kept from an earlier visit may have missed something.
    const follower = createFollower(refresh);
    follower.changed();
    const stop = onChange(({ sessions, isAll = false }) => {
      if (isAll || sessions.some((one) => one.agent === agent && one.sessionId === sessionId)) follower.changed();
    });
    return () => {
      stop();
      follower.close();
    };
  }, [agent, sessionId, path, client]);
  return result;
}

/** A very long session is drawn first, and told of its calls then. Where it changed in between, rows are others: what is shown stays as it is. */
async function addDetails(client: QueryClient, key: readonly string[], path: string): Promise<void> {
  const { details, revision } = await ask<DetailsAnswer>(`${path}/details`);
  client.setQueryData<SessionAnswer>(key, (shown) => {
    if (!shown || shown.revision !== revision) return shown;
    const { isLight: _light, ...rest } = shown;
    return { ...rest, details: { ...shown.details, ...details } };
  });
}

interface Follower {
  changed(): void;
  close(): void;
}

/** Asks at once when something changed; what changes meanwhile is asked for together, a moment after the answer. */
function createFollower(refresh: () => Promise<void>): Follower {
  let isBusy = false;
  let isDirty = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = async (): Promise<void> => {
    isBusy = true;
    isDirty = false;
    // What could not be read is read with the next change; that the server is away the page's head says.
    await refresh().catch(() => undefined);
    if (isClosed) return;
    timer = setTimeout(() => {
      isBusy = false;
      if (isDirty) void run();
    }, REST_MILLIS);
  };
  return {
    changed: () => {
      isDirty = true;
      if (!isBusy) void run();
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
