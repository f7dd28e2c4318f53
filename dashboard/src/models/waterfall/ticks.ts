/** The marks of the time axis: at whole units, never in a folded gap, never on each other. */
import { formatTick } from './format.ts';
import { toX, type TimeScale } from './time-scale.ts';

export interface Tick {
  x: number;
  label: string;
}

export interface GapChip {
  /** px from the left edge to both ends. */
  x0: number;
  x1: number;
  millis: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps people count in, in ms. */
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
  15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 365 * DAY,
];
/** A label of "1 h 05 m" and air. */
const LABEL_PX = 84;

/** Ticks inside the window, from the left; labels are times after the session's start. */
export function toTicks(scale: TimeScale): Tick[] {
  const step = STEPS.find((one) => one * scale.pxPerMilli >= LABEL_PX) ?? 365 * DAY;
  const chips = toChips(scale);
  const ticks: Tick[] = [];
  let left = -Infinity;
  for (const [from, to] of segmentsOf(scale)) {
    const before = ticks.length;
    for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
      const x = toX(scale, time);
      if (x - left < LABEL_PX * 0.75 || chips.some((chip) => x > chip.x0 - LABEL_PX * 0.6 && x < chip.x1)) continue;
      ticks.push({ x, label: formatTick(time, step) });
      left = x;
    }
    // Pieces between gaps that no whole unit falls into: where the first minute in it is.
    const [minute, start] = [Math.ceil(from / MINUTE) * MINUTE, toX(scale, Math.ceil(from / MINUTE) * MINUTE)];
    if (ticks.length > before || from === scale.t0 || minute > to || start - left < LABEL_PX * 0.75 || chips.some((chip) => start > chip.x0 - LABEL_PX * 0.6 && start < chip.x1)) continue;
    ticks.push({ x: start, label: formatTick(minute, MINUTE) });
    left = start;
  }
  return ticks;
}

/** Folded gaps that are in the window, from the left. */
export function toChips(scale: TimeScale): GapChip[] {
  const chips: GapChip[] = [];
  for (let gap = 0; gap < scale.fold.gapStart.length; gap++) {
    const [start, end] = [scale.fold.gapStart[gap] ?? 0, scale.fold.gapEnd[gap] ?? 0];
    if (end > scale.t0 && start < scale.t1) chips.push({ x0: toX(scale, start), x1: toX(scale, end), millis: end - start });
  }
  return chips;
}

/** Pieces of the window between gaps. */
function segmentsOf({ fold, t0, t1 }: TimeScale): [number, number][] {
  const segments: [number, number][] = [];
  let from = t0;
  for (let gap = 0; gap < fold.gapStart.length; gap++) {
    const [start, end] = [fold.gapStart[gap] ?? 0, fold.gapEnd[gap] ?? 0];
    if (end <= t0 || start >= t1) continue;
    if (start > from) segments.push([from, start]);
    from = end;
  }
  if (from < t1) segments.push([from, t1]);
  return segments;
}
