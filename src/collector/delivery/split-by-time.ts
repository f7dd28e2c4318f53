/** Which spans a backend still takes by their time, and which of them may go in one request. Pure. */
import type { DestinationLimits } from '../../exporters/exporter.ts';
import { nanoToMillis } from '../../core/time.ts';
import type { Entry } from './read-entries.ts';

export interface SplitByTime {
  /** Each within the window of one request, in the order in which they came where one request does. */
  groups: Entry[][];
  /** Never taken there, each with the reason. */
  refused: { entry: Entry; reason: string }[];
  /** Taken there in so long. */
  early: { entry: Entry; reason: string; delayMillis: number }[];
}

const DAY_MILLIS = 24 * 3_600_000;
const HOUR_MILLIS = 3_600_000;

/** `nowMillis`: Unix ms. What the limits do not speak of is not looked at. */
export function splitByTime(entries: readonly Entry[], { windowMillis, oldestMillis, aheadMillis }: DestinationLimits, nowMillis: number): SplitByTime {
  if (windowMillis === undefined && oldestMillis === undefined && aheadMillis === undefined) return { groups: [[...entries]], refused: [], early: [] };
  const refused: SplitByTime['refused'] = [];
  const early: SplitByTime['early'] = [];
  const kept: Timed[] = [];
  for (const entry of entries) {
    const timed = { entry, ...readTimes(entry) };
    const aheadBy = timed.toMillis - nowMillis - (aheadMillis ?? Infinity);
    const refusal = findTimeRefusal(timed, { oldestMillis, nowMillis });
    if (refusal !== undefined) refused.push({ entry, reason: refusal });
    else if (aheadBy > 0) early.push({ entry, reason: tellEarly(aheadMillis ?? 0), delayMillis: aheadBy });
    else kept.push(timed);
  }
  return { groups: toGroups(kept, windowMillis ?? Infinity), refused, early };
}

interface Timed {
  entry: Entry;
  fromMillis: number;
  toMillis: number;
}

function readTimes({ items }: Entry): { fromMillis: number; toMillis: number } {
  let [fromMillis, toMillis] = [Infinity, -Infinity];
  for (const { span: { startUnixNano, endUnixNano = startUnixNano } } of items) {
    fromMillis = Math.min(fromMillis, nanoToMillis(startUnixNano));
    toMillis = Math.max(toMillis, nanoToMillis(endUnixNano), nanoToMillis(startUnixNano));
  }
  return { fromMillis, toMillis };
}

/** Why a destination with this limit never takes what began then (Unix ms); undefined: it does, or will. */
export function findTimeRefusal({ fromMillis }: Pick<Timed, 'fromMillis'>, { oldestMillis = Infinity, nowMillis }: Pick<DestinationLimits, 'oldestMillis'> & { nowMillis: number }): string | undefined {
  return fromMillis < nowMillis - oldestMillis ? `it is older than ${Math.round(oldestMillis / DAY_MILLIS)} days, and this destination takes nothing that old` : undefined;
}

function tellEarly(aheadMillis: number): string {
  return `it is dated more than ${Math.round(aheadMillis / HOUR_MILLIS)} hours ahead of now, and this destination takes nothing from there so far`;
}

/** A span that is longer than the window goes alone. */
function toGroups(timed: readonly Timed[], windowMillis: number): Entry[][] {
  if (timed.length === 0) return [];
  const [from, to] = [Math.min(...timed.map((one) => one.fromMillis)), Math.max(...timed.map((one) => one.toMillis))];
  if (to - from <= windowMillis) return [timed.map(({ entry }) => entry)];
  const groups: Entry[][] = [];
  let [group, first, last]: [Entry[], number, number] = [[], 0, 0];
  for (const { entry, fromMillis, toMillis } of timed.toSorted((a, b) => a.fromMillis - b.fromMillis)) {
    if (group.length === 0 || Math.max(last, toMillis) - first > windowMillis) {
      [group, first, last] = [[], fromMillis, toMillis];
      groups.push(group);
    }
    group.push(entry);
    last = Math.max(last, toMillis);
  }
  return groups;
}
