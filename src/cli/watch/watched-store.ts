/** The store as `spoor watch` follows it: a connection that can only read, opened as soon as there is a store. */
import { existsSync } from 'node:fs';
import { openReading, type ReadDatabase } from '../../query/open-reading.ts';
import { createFollower, type Follower } from '../../server/live/follower.ts';
import { createStoreSource } from '../../server/live/store-source.ts';
import type { SessionKey } from './read-watched.ts';

/** While there is no store yet. */
const ABSENT_POLL_MILLIS = 500;

export interface WatchedStore {
  /** Undefined: there is none yet. */
  reading(): ReadDatabase | undefined;
  close(): void;
}

/** `onChange`: something was written; `sessions`: into which, undefined where that is too much to name. The same way as the dashboard hears of it. */
export function followStore(path: string, onChange: (sessions: readonly SessionKey[] | undefined) => void): WatchedStore {
  let reading: ReadDatabase | undefined;
  let follower: Follower | undefined;
  const open = (): boolean => {
    if (!existsSync(path)) return false;
    const opened = openReading(path);
    const source = createStoreSource({ database: opened, dataVersion: () => Number(opened.sql('PRAGMA data_version').get()?.data_version) });
    follower = createFollower(source, { changed: ({ sessions }) => onChange(sessions), waiting: (sessions) => onChange(sessions) });
    follower.start();
    reading = opened;
    return true;
  };
  const timer = open() ? undefined : setInterval(() => {
    if (!open()) return;
    clearInterval(timer);
    onChange(undefined);
  }, ABSENT_POLL_MILLIS);
  return {
    reading: () => reading,
    close() {
      clearInterval(timer);
      follower?.stop();
      reading?.close();
    },
  };
}
