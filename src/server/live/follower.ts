/** Follows a store: tells what was written at once, and what comes soon after it together. */
import type { LiveSession } from '../../query/api/live.ts';
import type { Changes, ChangeSource } from './changes.ts';

/** A change is told at once; the next one, and all that came in between, this much later. */
const REST_MILLIS = 100;
/** How often the store is asked whether another process wrote. Costs some microseconds. */
const POLL_MILLIS = 100;

export interface Follower {
  /** What is written from now on is told. Throws on a store that cannot be read. */
  start(): void;
  /** Something may have been written: looks now, unless it looked a moment ago. Nothing while it is stopped. */
  look(): void;
  stop(): void;
}

export interface FollowerEars {
  changed(changes: Changes): void;
  /** Other sessions than before wait for a person. */
  waiting(sessions: LiveSession[]): void;
}

/** Stopped at first. */
export function createFollower(source: ChangeSource, { changed, waiting }: FollowerEars): Follower {
  let seen: { version: number; revision: number; waiting: string } | undefined;
  let lastMillis = -Infinity;
  let poll: NodeJS.Timeout | undefined;
  let rest: NodeJS.Timeout | undefined;
  const tell = (before: NonNullable<typeof seen>, version: number): void => {
    const changes = source.readSince(before.revision);
    const sessions = source.readWaiting();
    const text = JSON.stringify(sessions);
    seen = { version, revision: changes.revision, waiting: text };
    if (changes.revision === before.revision && text === before.waiting) return;
    lastMillis = performance.now();
    if (changes.revision !== before.revision) changed(changes);
    if (text !== before.waiting) waiting(sessions);
  };
  const look = (): void => {
    if (!seen || rest) return;
    try {
      const version = source.version();
      const restMillis = lastMillis + REST_MILLIS - performance.now();
      if (version === seen.version) return;
      if (restMillis <= 0) return tell(seen, version);
      rest = setTimeout(() => {
        rest = undefined;
        look();
      }, restMillis).unref();
    } catch {
      // A store that cannot be read at the moment is looked at again at the next tick.
    }
  };
  return {
    start() {
      seen = { version: source.version(), revision: source.revision(), waiting: JSON.stringify(source.readWaiting()) };
      poll = setInterval(look, POLL_MILLIS).unref();
    },
    look,
    stop() {
      clearInterval(poll);
      clearTimeout(rest);
      rest = undefined;
      seen = undefined;
    },
  };
}
