/** The normal distribution's tail, to about 14 digits wherever it is. */

/** From here on the continued fraction gives its digits sooner than the series. */
const SERIES_LIMIT = 2;
const TINY = 1e-300;

/** The chance that a standard normal variable is larger than `z`. 0.5 at 0. */
export function toUpperTail(z: number): number {
  const x = z / Math.SQRT2;
  return x < 0 ? 1 - toErfc(-x) / 2 : toErfc(x) / 2;
}

/** 1 − erf(x), x ≥ 0. https://dlmf.nist.gov/7.6.E2 and https://dlmf.nist.gov/7.9.E1 */
function toErfc(x: number): number {
  return x < SERIES_LIMIT ? 1 - toErfSeries(x) : toErfcFraction(x);
}

/** All terms are positive: nothing cancels. */
function toErfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) · √π · e^(x²) = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), evaluated from the front (Lentz). */
function toErfcFraction(x: number): number {
  const power = Math.exp(-x * x);
  if (power === 0) return 0;
  let fraction = x;
  let c = x;
  let d = 0;
  for (let n = 1; n < 500; n += 1) {
    d = 1 / (x + (n / 2) * d || TINY);
    c = x + n / 2 / c || TINY;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return power / (fraction * Math.sqrt(Math.PI));
}
