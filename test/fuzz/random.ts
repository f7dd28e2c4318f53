/** Chance with a seed: what a run chose can be chosen again. */

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the list, which is not empty. */
  pick<T>(list: readonly T[]): T;
}

/** A small generator (mulberry32): a 32-bit seed → its own row of numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { next, below, chance: (probability) => next() < probability, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** The seed of this run: SPOOR_FUZZ_SEED, else `otherwise`. */
export function findSeed(otherwise: number): number {
  const named = Number(process.env.SPOOR_FUZZ_SEED);
  return process.env.SPOOR_FUZZ_SEED !== undefined && Number.isInteger(named) ? named >>> 0 : otherwise >>> 0;
}
