/** Histograms of several samples over the same borders, so that they can be laid upon each other. */
import { toQuantile } from './order.ts';

export interface SharedHistogram {
  /** One more than there are buckets, ascending. A value on a border is in the bucket that begins there; the last bucket has its end too. */
  borders: number[];
  /** A row of counts for each sample. */
  counts: number[][];
}

export interface HistogramOptions {
  /** log: for what goes over orders of magnitude, as durations do; what is not above 0 has a bucket in front · whole: counts of things · linear: the rest */
  scale: 'log' | 'whole' | 'linear';
  /** At most about so many buckets. Absent: 24. */
  buckets?: number;
}

/** Of a scale that is not logarithmic: what lies beyond goes into the last bucket, so that a few values far out do not make all others one bucket. */
const INNER_SHARE = 0.99;
/** What lies more powers of ten below the largest value goes into the first bucket. */
const MOST_DECADES = 9;
/** Of a border: 10 is not to be 10.000000000000002. */
const DIGITS = 12;
/** Of logarithms, between two borders: below it they would be equal but for digits that are noise. */
const LEAST_STEP = 1e-9;

/** Samples ascending, without NaN. Undefined where all are empty. */
export function toSharedHistogram(samples: readonly Float64Array[], { scale, buckets = 24 }: HistogramOptions): SharedHistogram | undefined {
  const filled = samples.filter(({ length }) => length > 0);
  if (filled.length === 0) return undefined;
  const least = Math.min(...filled.map((sample) => sample[0] ?? 0));
  const most = Math.max(...filled.map((sample) => sample[sample.length - 1] ?? 0));
  const inner = Math.max(...filled.map((sample) => toQuantile(sample, INNER_SHARE) ?? 0));
  const borders = scale === 'log' ? toLogBorders(filled, most, buckets) : toEvenBorders({ least, inner, isWhole: scale === 'whole' }, buckets);
  if ((borders[0] ?? Infinity) > least) borders.unshift(least);
  if (borders.length < 2 || (borders.at(-1) ?? 0) < most) borders.push(Math.max(most, (borders[0] ?? 0) + (scale === 'whole' ? 1 : 0)));
  return { borders, counts: samples.map((sample) => countInto(sample, borders)) };
}

/** Evenly on the scale of logarithms, from the least value above 0 to the largest; the ends are those values themselves. */
function toLogBorders(samples: readonly Float64Array[], most: number, buckets: number): number[] {
  const positive = samples.flatMap((sample) => sample.find((value) => value > 0) ?? []);
  if (positive.length === 0) return [];
  const from = Math.max(Math.min(...positive), most / 10 ** MOST_DECADES);
  const step = (Math.log(most) - Math.log(from)) / buckets;
  if (!(step > LEAST_STEP)) return [from];
  return Array.from({ length: buckets + 1 }, (_, at) => (at === 0 ? from : at === buckets ? most : Number((from * Math.exp(step * at)).toPrecision(DIGITS))));
}

function toEvenBorders({ least, inner, isWhole }: { least: number; inner: number; isWhole: boolean }, buckets: number): number[] {
  const width = isWhole ? Math.max(1, Math.ceil((inner - least + 1) / buckets)) : (inner - least) / buckets;
  if (!(width > 0)) return [least];
  const count = isWhole ? Math.ceil((Math.floor(inner) - least + 1) / width) : buckets;
  return Array.from({ length: count + 1 }, (_, at) => least + at * width);
}

function countInto(sample: Float64Array, borders: readonly number[]): number[] {
  const counts = Array.from({ length: borders.length - 1 }, () => 0);
  let bucket = 0;
  for (const value of sample) {
    while (bucket < counts.length - 1 && value >= (borders[bucket + 1] ?? Infinity)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}
