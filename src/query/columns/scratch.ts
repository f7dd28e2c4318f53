/**
 * Room for what a question works with and nobody needs behind it: the same memory for each question. Columns of megabytes that come and go with
 * every question would stay with the process in pieces, and be filled with zeros each time.
 */

/** More of it is not kept from one question to the next. */
const MOST_BYTES = 24 * 2 ** 20;

let kept = new ArrayBuffer(0);
let used = 0;
/** By this question, whether there was room for it or not. */
let wanted = 0;

/** A question begins: what was taken before is nobody's any more. Only one is answered at a time. */
export function resetScratch(): void {
  if (wanted > kept.byteLength && kept.byteLength < MOST_BYTES) kept = new ArrayBuffer(Math.min(wanted, MOST_BYTES));
  [used, wanted] = [0, 0];
}

/** So many numbers, whatever they are: not zeros. */
export function takeFloats(length: number): Float64Array {
  const from = take(length * Float64Array.BYTES_PER_ELEMENT);
  return from === undefined ? new Float64Array(length) : new Float64Array(kept, from, length);
}

/** As `takeFloats`. */
export function takeWholes(length: number): Uint32Array {
  const from = take(length * Uint32Array.BYTES_PER_ELEMENT);
  return from === undefined ? new Uint32Array(length) : new Uint32Array(kept, from, length);
}

/** Where it begins; undefined: there is not enough. */
function take(bytes: number): number | undefined {
  const whole = Math.ceil(bytes / 8) * 8;
  wanted += whole;
  if (used + whole > kept.byteLength) return undefined;
  used += whole;
  return used - whole;
}
