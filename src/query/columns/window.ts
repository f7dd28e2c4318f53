import type { Filter } from '../api/figures.ts';
import type { Columns } from './columns.ts';

/** [from, to), Unix ms. */
export interface Window {
  from: number;
  to: number;
}

/** What a filter says of time; where it is silent: from the first turn there is until now. */
export function toWindow({ turns }: Columns, filter: Filter, nowMillis: number): Window {
  const to = filter.toMillis ?? nowMillis;
  if (filter.fromMillis !== undefined) return { from: filter.fromMillis, to };
  let from = to;
  // A moment near 1970 comes from a clock that nobody had set.
  for (let at = 0; at < turns.length; at++) if (turns.of.alive[at] && (turns.of.start[at] ?? 0) < from && (turns.of.start[at] ?? 0) > EARLIEST) from = turns.of.start[at] ?? 0;
  return { from, to };
}

/** 2015-01-01: no agent is older. */
const EARLIEST = 1_420_070_400_000;

/** The filter of the window of the same length before; undefined where it has no beginning. */
export function toFilterBefore(filter: Filter, nowMillis: number): Filter | undefined {
  if (filter.fromMillis === undefined) return undefined;
  const length = (filter.toMillis ?? nowMillis) - filter.fromMillis;
  return { ...filter, fromMillis: filter.fromMillis - length, toMillis: filter.fromMillis };
}
