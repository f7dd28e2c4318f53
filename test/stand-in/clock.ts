/** The time a session plays in: real, at some pace, or only counted. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  nowMillis(): number;
  /** Lets this much scripted time pass. */
  wait(millis: number): Promise<void>;
  /** A clock for something that runs beside; `join` then moves this one to where the last of them stopped. */
  fork(): Clock;
  join(forks: Clock[]): void;
}

/** The machine's clock. `pace` 1 waits as long as the script says, 0 not at all. */
export function createWallClock(pace: number): Clock {
  const clock: Clock = {
    nowMillis: () => Date.now(),
    wait: async (millis) => {
      if (pace > 0 && millis > 0) await sleep(millis * pace);
    },
    fork: () => clock,
    join: () => undefined,
  };
  return clock;
}

/**
 * The machine's clock, with each millisecond given once: what is told with it has an order. It waits for the next one, not longer.
 */
export function createTickingClock(): Clock {
  let last = 0;
  const clock: Clock = {
    ...createWallClock(0),
    nowMillis: () => {
      while (Date.now() <= last);
      return (last = Date.now());
    },
    fork: () => clock,
  };
  return clock;
}

/** A clock that only counts: nothing waits, and the same script gives the same times. For histories without hooks. */
export function createVirtualClock(startMillis: number): Clock {
  let now = startMillis;
  return {
    nowMillis: () => now,
    wait: async (millis) => {
      now += millis;
    },
    fork: () => createVirtualClock(now),
    join: (forks) => {
      now = Math.max(now, ...forks.map((fork) => fork.nowMillis()));
    },
  };
}

/** RFC 3339 with six digits, as Kiro writes it. */
export function toTimestamp(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '000Z');
}
