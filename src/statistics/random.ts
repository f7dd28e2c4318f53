/** Pseudo-random numbers that are the same from the same seed, so that a page shows the same figures when it is loaded again. */

/** Evenly from 0 up to, not including, 1. */
export type Random = () => number;

/** sfc32: 32 bits a step, of a state of 128. https://pracrand.sourceforge.net/RNG_engines.txt */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return () => (next() * 2_097_152 + (next() >>> 11)) / 9_007_199_254_740_992;
}

/** Normal, mean 0 and deviation 1 (Box-Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Gamma of a shape ≥ 1 (Marsaglia and Tsang, https://doi.org/10.1145/358407.358414). */
export function drawGamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(random);
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - random()) < (normal * normal) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta with both parameters ≥ 1. */
export function drawBeta(random: Random, alpha: number, beta: number): number {
  const gamma = drawGamma(random, alpha);
  return gamma / (gamma + drawGamma(random, beta));
}
