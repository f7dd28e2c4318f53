/** The store as `spoor watch` follows it: a connection that can only read, opened as soon as there is a store. */
import { existsSync } from 'node:fs';
import { openReading, type ReadDatabase } from '../../query/open-reading.ts';
import { createFollower, type Follower } from '../../server/live/follower.ts';
import { createStoreSource } from '../../server/live/store-source.ts';
import { findSessions } from '../../store/sqlite/read-sessions.ts';
import { createShortIds, type ToShortId } from '../short-ids.ts';
import type { SessionKey } from './read-watched.ts';

/** While there is no store yet. */
const ABSENT_POLL_MILLIS = 500;

export interface WatchedStore {
  /** Undefined: there is none yet. */
  reading(): ReadDatabase | undefined;
  /** As the ids of this store are now; undefined: there is none yet. */
  shortIdOf(): ToShortId | undefined;
  /** What was wrong with the store at the last look; undefined: nothing, or there is none yet. */
  problem(): string | undefined;
  close(): void;
}

/**
 * `onChange`: something was written; `sessions`: into which, undefined where that is too much to name. The same way as the dashboard hears of it.
 * Throws when a store is there at once and cannot be read; one that comes later is tried until it can.
 */
export function followStore(path: string, onChange: (sessions: readonly SessionKey[] | undefined) => void): WatchedStore {
  let reading: ReadDatabase | undefined;
  let follower: Follower | undefined;
  let shortIdOf: ToShortId | undefined;
  let problem: string | undefined;
  const tellChange: typeof onChange = (sessions) => {
    // A new session may begin as another does.
    shortIdOf = undefined;
    onChange(sessions);
  };
  const open = (): boolean => {
    problem = undefined;
    if (!existsSync(path)) return false;
    const opened = openReading(path);
    try {
      const source = createStoreSource({ database: opened, dataVersion: () => Number(opened.sql('PRAGMA data_version').get()?.data_version) });
      const created = createFollower(source, { changed: ({ sessions }) => tellChange(sessions), waiting: (sessions) => onChange(sessions) });
      created.start();
      follower = created;
    } catch (error) {
      opened.close();
      throw error;
    }
    reading = opened;
    return true;
  };
  // It may be only half made when it is first seen.
  const tryOpen = (): boolean => {
    try {
      return open();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      return false;
    }
  };
  const timer = open() ? undefined : setInterval(() => {
    if (!tryOpen()) return;
    clearInterval(timer);
    onChange(undefined);
  }, ABSENT_POLL_MILLIS);
  return {
    reading: () => reading,
    shortIdOf: () => (shortIdOf ??= reading && createShortIdsOf(reading)),
    problem: () => problem,
    close() {
      clearInterval(timer);
      follower?.stop();
      reading?.close();
    },
  };
}

function createShortIdsOf(reading: ReadDatabase): ToShortId {
  return createShortIds({ findSessions: (prefix) => findSessions(reading, prefix) });
}
