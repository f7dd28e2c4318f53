/** Where the time went, as shares that add up to 100 % as they are shown. */
import type { TimeShares } from '../../../../src/query/api/sessions.ts';

export type ShareKind = keyof TimeShares;

export interface Share {
  kind: ShareKind;
  label: string;
  millis: number;
  /** Per cent with one decimal. */
  percent: number;
}

const LABELS: Readonly<Record<ShareKind, string>> = {
  model: 'Model', tool: 'Tools', wait: 'Waiting for a person', gate: 'Gate', other: 'Inside turns, unknown', idle: 'Between turns',
};

/** Every kind in a fixed order, also those of no time; over no time at all there is nothing to share. */
export function toShares(shares: TimeShares): Share[] {
  const kinds = Object.keys(LABELS) as ShareKind[];
  const millis = kinds.map((kind) => Math.max(0, shares[kind] ?? 0));
  const percents = toPercents(millis);
  return percents.length === 0 ? [] : kinds.map((kind, at) => ({ kind, label: LABELS[kind], millis: millis[at] ?? 0, percent: percents[at] ?? 0 }));
}

/**
 * Parts → per cents with one decimal that add up to 100.0 exactly: what rounding down leaves goes to the largest remainders (Hamilton's
 * method). No parts, or only zeros: none.
 */
export function toPercents(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (!(whole > 0)) return [];
  const exact = parts.map((part) => (part / whole) * 1000);
  const tenths = exact.map(Math.floor);
  const left = 1000 - tenths.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((value, at) => ({ at, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of byRemainder.slice(0, left)) tenths[at] = (tenths[at] ?? 0) + 1;
  return tenths.map((part) => part / 10);
}
