import { takeWholes } from './scratch.ts';

/** How many different things each group has: a bit for every pair. */
export interface Distinct {
  /** Groups are numbered from 0. */
  add(group: number, thing: number): void;
  count(group: number): number;
}

/** Beyond this many bits (32 MB) the things of further groups are kept one by one. */
const MOST_BITS = 2 ** 28;

/** `things`: one more than the highest number of a thing. */
export function createDistinct(things: number): Distinct {
  const words = Math.ceil(things / 32);
  const counts: number[] = [];
  /** What came last: most things come many times one after the other. */
  const last: number[] = [];
  const members: (Uint32Array | Set<number>)[] = [];
  const grow = (group: number): void => {
    while (members.length <= group) {
      members.push((members.length + 1) * things > MOST_BITS ? new Set() : takeWholes(words).fill(0));
      counts.push(0);
      last.push(-1);
    }
  };
  return {
    count: (group) => counts[group] ?? 0,
    add(group, thing) {
      if (last[group] === thing) return;
      if (group >= members.length) grow(group);
      last[group] = thing;
      const own = members[group];
      if (own instanceof Uint32Array) {
        const [mask, word] = [1 << (thing & 31), own[thing >>> 5] ?? 0];
        if (word & mask) return;
        own[thing >>> 5] = word | mask;
      } else if (own) {
        if (own.has(thing)) return;
        own.add(thing);
      }
      counts[group] = (counts[group] ?? 0) + 1;
    },
  };
}
