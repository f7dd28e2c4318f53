/**
 * Order statistics of durations as they stand in the columns (`durations.ts`): their numbers have the order of what they stand for, so that nothing
 * is turned into milliseconds but what is told. Exact.
 */
import type { Spread } from '../api/figures.ts';
import { toMicros, toMillis } from './durations.ts';

/** Durations, none of them `NO_DURATION` → their order statistics in ms. Changes the order of `durations`. */
export function toDurationSpread(durations: Uint32Array): Spread {
  const count = durations.length;
  if (count === 0) return { count };
  let [micros, max] = [0, 0];
  for (let at = 0; at < count; at++) {
    const duration = durations[at] ?? 0;
    micros += toMicros(duration);
    if (duration > max) max = duration;
  }
  const [p50 = 0, p95 = 0] = toQuantiles(durations, [0.5, 0.95]);
  return { count, p50, p95, max: toMillis(max), sum: micros / 1000 };
}

/** ms, linear between neighbours, as numpy's default; undefined over nothing. Changes the order of `durations`. */
export function toDurationQuantile(durations: Uint32Array, share: number): number | undefined {
  return durations.length === 0 ? undefined : toQuantiles(durations, [share])[0];
}

function toQuantiles(durations: Uint32Array, shares: readonly number[]): number[] {
  const read = durations.length <= FEW ? createSorted(durations) : createPicker(durations);
  return shares.map((share) => {
    const place = share * (durations.length - 1);
    const below = Math.floor(place);
    const low = toMillis(read(below));
    return below === place ? low : low + (toMillis(read(below + 1)) - low) * (place - below);
  });
}

/** Up to so many a sort is as quick. */
const FEW = 512;

/** Gives what stands at a place in order. */
type Picker = (place: number) => number;

function createSorted(durations: Uint32Array): Picker {
  durations.sort();
  return (place) => durations[place] ?? 0;
}

/** So many bits behind the highest one tell buckets apart: each is a hundredth as wide as what lies in it. */
const BITS = 6;
const WIDTH = 2 ** BITS;
/** All that 32 bits come to. */
const BUCKETS = (32 - BITS) * WIDTH + WIDTH;

/** Rises with the number. */
function toBucket(value: number): number {
  if (value < WIDTH) return value;
  const shift = 31 - Math.clz32(value) - BITS;
  return (shift + 1) * WIDTH + ((value >>> shift) & (WIDTH - 1));
}

/** Counts how many lie in each bucket; of the one with the place in question only those in it are put in order. */
function createPicker(durations: Uint32Array): Picker {
  const counts = new Uint32Array(BUCKETS);
  for (let at = 0; at < durations.length; at++) {
    const bucket = toBucket(durations[at] ?? 0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  let [from, members] = [-1, new Uint32Array()];
  return (place) => {
    if (place < from || place >= from + members.length || from === -1) [from, members] = gather(durations, counts, place);
    return members[place - from] ?? 0;
  };
}

/** The bucket with this place: where it begins, and what lies in it in order. */
function gather(durations: Uint32Array, counts: Uint32Array, place: number): [from: number, members: Uint32Array<ArrayBuffer>] {
  let [bucket, from] = [0, 0];
  while (from + (counts[bucket] ?? 0) <= place) from += counts[bucket++] ?? 0;
  const members = new Uint32Array(counts[bucket] ?? 0);
  let count = 0;
  for (let at = 0; count < members.length; at++) if (toBucket(durations[at] ?? 0) === bucket) members[count++] = durations[at] ?? 0;
  return [from, members.sort()];
}
