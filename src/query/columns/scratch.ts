/**
 * Room for what a question works with and nobody needs behind it: the same memory for each question. Columns of megabytes that come and go with
 * every question would stay with the process in pieces, and be filled with zeros each time.
 */

/** What a question takes beyond it is made for it alone. Memory that nobody wrote to is not there yet: this is only how far it may come. */
const MOST_BYTES = 24 * 2 ** 20;

/** Made once: a larger one in place of a smaller one would leave that behind in pieces. */
const kept = new ArrayBuffer(MOST_BYTES);
let used = 0;

/** A question begins: what was taken before is nobody's any more. Only one is answered at a time. */
export function resetScratch(): void {
  used = 0;
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

/** So many marks, all of them 0. */
export function takeMarks(length: number): Uint8Array {
  const from = take(length);
  return from === undefined ? new Uint8Array(length) : new Uint8Array(kept, from, length).fill(0);
}

/** Where it begins; undefined: there is not enough. */
function take(bytes: number): number | undefined {
  const whole = Math.ceil(bytes / 8) * 8;
  if (used + whole > kept.byteLength) return undefined;
  used += whole;
  return used - whole;
}
