/** Order statistics. Quantiles are linear between neighbours, as numpy's default. Nothing over nothing: undefined. */

/** A sorted copy. NaN is no figure and is left out. */
export function toSorted(values: Float64Array): Float64Array {
  // Of many figures most are 0, or are not told: what is left is sorted in half the time.
  const sorted = new Float64Array(values.length);
  let [count, zeros, below] = [0, 0, 0];
  for (const value of values) {
    if (value === 0) zeros += 1;
    else if (!Number.isNaN(value)) {
      sorted[count++] = value;
      if (value < 0) below += 1;
    }
  }
  sorted.subarray(0, count).sort();
  sorted.copyWithin(below + zeros, below, count);
  sorted.fill(0, below, below + zeros);
  return sorted.subarray(0, count + zeros);
}

/** `share`: 0.95 for the 95th percentile. `sorted`: ascending, without NaN. */
export function toQuantile(sorted: Float64Array, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below];
  if (low === undefined) return undefined;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

/** `sorted`: ascending, without NaN. */
export function toMedian(sorted: Float64Array): number | undefined {
  return toQuantile(sorted, 0.5);
}

/** Summed with the rounding errors of the sum (Neumaier), so that the order does not matter. */
export function toMean(values: Float64Array): number | undefined {
  if (values.length === 0) return undefined;
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (sum + lost) / values.length;
}
