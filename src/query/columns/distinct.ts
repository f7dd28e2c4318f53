/** How many different things each group has: a bit for every pair. */
export interface Distinct {
  add(group: number, thing: number): void;
  count(group: number): number;
}

/** Beyond this many bits (32 MB) pairs are kept one by one. */
const MOST_BITS = 2 ** 28;

export function createDistinct(groups: number, things: number): Distinct {
  const counts = new Uint32Array(groups);
  const count = (group: number): number => counts[group] ?? 0;
  if (groups * things > MOST_BITS) {
    const pairs = new Set<number>();
    return {
      count,
      add(group, thing) {
        const pair = group * things + thing;
        if (pairs.has(pair)) return;
        pairs.add(pair);
        counts[group] = count(group) + 1;
      },
    };
  }
  const bits = new Uint32Array(Math.ceil((groups * things) / 32));
  return {
    count,
    add(group, thing) {
      const pair = group * things + thing;
      const mask = 1 << (pair & 31);
      const word = bits[pair >>> 5] ?? 0;
      if (word & mask) return;
      bits[pair >>> 5] = word | mask;
      counts[group] = count(group) + 1;
    },
  };
}
