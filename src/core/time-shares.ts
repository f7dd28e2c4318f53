/**
 * Where the time of a turn or of a session went. Pure, and in one place: the list, the page of a session, the tables and
 * the comparison of cohorts show the same numbers. Moments and durations are of one unit, whichever the caller has.
 */

/** From a moment to a moment; `to` ≥ `from`. */
export type Stretch = readonly [from: number, to: number];

/** wait: a person was waited for · gate: the gate decided · tool: a call ran · model: a request was answered. Where two are at once, the first of these has the time. */
export type Occupation = 'wait' | 'gate' | 'tool' | 'model';

/** In the order in which one takes the time from another. */
const ORDER: readonly Occupation[] = ['wait', 'gate', 'tool', 'model'];

export interface Share extends Record<Occupation, number> {
  /** Inside the frame, and nobody tells what. */
  other: number;
}

/** Stretches → the same time without overlaps, by start. Those that end before they begin are left out. */
export function toUnion(stretches: Iterable<Stretch>): Stretch[] {
  const sorted = [...stretches].filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
  const union: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = union.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else union.push([from, to]);
  }
  return union;
}

/** How long these stretches last together inside a frame; what overlaps counts once. */
export function toLength(stretches: Iterable<Stretch>, [from, to]: Stretch = [-Infinity, Infinity]): number {
  let length = 0;
  for (const [start, end] of toUnion(stretches)) length += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return length;
}

/** What filled a frame. The parts add up to its length; each moment counts once. */
export function toShare([from, to]: Stretch, stretches: Iterable<readonly [Occupation, ...Stretch]>): Share {
  const share: Share = { wait: 0, gate: 0, tool: 0, model: 0, other: 0 };
  const borders: [at: number, occupation: Occupation, change: number][] = [];
  for (const [occupation, begin, end] of stretches) {
    const [start, stop] = [Math.max(from, begin), Math.min(to, end)];
    if (stop > start) borders.push([start, occupation, 1], [stop, occupation, -1]);
  }
  borders.sort((a, b) => a[0] - b[0]);
  const open: Record<Occupation, number> = { wait: 0, gate: 0, tool: 0, model: 0 };
  let at = from;
  const fill = (until: number): void => {
    share[ORDER.find((occupation) => open[occupation] > 0) ?? 'other'] += until - at;
    at = until;
  };
  for (const [moment, occupation, change] of borders) {
    if (moment > at) fill(moment);
    open[occupation] += change;
  }
  if (to > at) fill(to);
  return share;
}
