/**
 * Time ↔ pixels, piecewise linear: every folded gap is a chip of one width, all other time has one scale. The chip's width follows from
 * the scale alone (`chipWidthOf`), so zooming leaves the moment under the cursor exactly where it is, whatever chips come into view.
 */
import { activeAt, gapsAt, type TimeFold } from './time-fold.ts';

/** Wide enough for "4 m 12 s idle" in 11 px. */
export const CHIP_PX = 92;
/** No span is shorter than what clocks tell. */
const SHORTEST_WINDOW_MILLIS = 2;
/** Air around a span that fills the window, as a share of it. */
const FIT_PADDING = 0.08;

export interface TimeWindow {
  /** ms after the session's start. */
  t0: number;
  t1: number;
}

export interface TimeScale extends TimeWindow {
  fold: TimeFold;
  /** px */
  width: number;
  pxPerMilli: number;
  /** Width of a folded gap. */
  chipPx: number;
  /** Place of t0 on the whole axis. */
  origin: number;
}

/** The scale on which [t0, t1] fills `width` px. A window that is empty or turned round shows its start. */
export function toTimeScale(fold: TimeFold, { t0, t1 }: TimeWindow, width: number): TimeScale {
  const from = Number.isFinite(t0) ? t0 : fold.first;
  const to = Math.max(from + SHORTEST_WINDOW_MILLIS, Number.isFinite(t1) ? t1 : fold.last);
  const pxPerMilli = solveScale(fold, { t0: from, t1: to }, Math.max(1, width));
  return scaleFrom(fold, { t0: from, t1: to }, { width: Math.max(1, width), pxPerMilli });
}

/** Moment → px from the left edge; outside the window less than 0 or more than the width. */
export function toX(scale: TimeScale, time: number): number {
  return placeOf(scale, time) - scale.origin;
}

/** px from the left edge → moment. */
export function toTime(scale: TimeScale, x: number): number {
  return timeAt(scale, scale.origin + x);
}

/** The window after zooming by `factor` (above 1: nearer) with the moment at `x` staying where it is; never wider than all there is. */
export function zoomAt(scale: TimeScale, x: number, factor: number): TimeWindow {
  const all = fitAll(scale.fold);
  const widest = solveScale(scale.fold, all, scale.width);
  const pxPerMilli = Math.min(scale.pxPerMilli * factor, scale.width / SHORTEST_WINDOW_MILLIS);
  if (pxPerMilli <= widest) return all;
  const next = scaleFrom(scale.fold, scale, { width: scale.width, pxPerMilli });
  return windowAt(next, placeOf(next, toTime(scale, x)) - x);
}

/** The window after moving by `px` to the right; it stops at both ends. */
export function panBy(scale: TimeScale, px: number): TimeWindow {
  return windowAt(scale, scale.origin + px);
}

/** The window that shows all. */
export function fitAll(fold: TimeFold): TimeWindow {
  return { t0: fold.first, t1: Math.max(fold.last, fold.first + SHORTEST_WINDOW_MILLIS) };
}

/** The window that shows one span with air around it. */
export function fitSpan(fold: TimeFold, start: number, finish: number): TimeWindow {
  const air = Math.max(SHORTEST_WINDOW_MILLIS, (finish - start) * FIT_PADDING);
  const all = fitAll(fold);
  return { t0: Math.max(all.t0, start - air), t1: Math.min(all.t1, Math.max(finish, start) + air) };
}

/** The window moved, not zoomed, so that a span lies in it; the same window where it does. */
export function showSpan(scale: TimeScale, start: number, finish: number): TimeWindow {
  const [from, to] = [toX(scale, start), toX(scale, finish)];
  const isSeen = to >= 0 && from <= scale.width && (from >= 0 || to <= scale.width || to - from >= scale.width);
  if (isSeen && from < scale.width - 4 && to > 4) return { t0: scale.t0, t1: scale.t1 };
  return panBy(scale, from - scale.width * 0.25);
}

/** Whether the window is all there is. */
export function isAll(fold: TimeFold, { t0, t1 }: TimeWindow): boolean {
  return t0 <= fold.first && t1 >= fold.last;
}

/** A gap takes no more than what the average piece of work between gaps takes: many gaps never push the work aside. */
function chipWidthOf(fold: TimeFold, pxPerMilli: number): number {
  const gaps = fold.gapStart.length;
  return gaps === 0 ? 0 : Math.min(CHIP_PX, pxPerMilli * (fold.activeMillis / gaps / 2));
}

function solveScale(fold: TimeFold, { t0, t1 }: TimeWindow, width: number): number {
  const active = activeAt(fold, t1) - activeAt(fold, t0);
  const gaps = gapsAt(fold, t1) - gapsAt(fold, t0);
  // A window inside a gap has no time of its own; it shows the chip and what follows.
  if (active <= 0) return width / SHORTEST_WINDOW_MILLIS;
  const wide = (width - gaps * CHIP_PX) / active;
  if (gaps === 0 || (wide > 0 && chipWidthOf(fold, wide) >= CHIP_PX)) return wide;
  return width / (active + gaps * (fold.activeMillis / fold.gapStart.length / 2));
}

function scaleFrom(fold: TimeFold, { t0, t1 }: TimeWindow, { width, pxPerMilli }: { width: number; pxPerMilli: number }): TimeScale {
  const scale: TimeScale = { fold, t0, t1, width, pxPerMilli, chipPx: chipWidthOf(fold, pxPerMilli), origin: 0 };
  return { ...scale, origin: placeOf(scale, t0) };
}

function placeOf({ fold, pxPerMilli, chipPx }: TimeScale, time: number): number {
  return pxPerMilli * activeAt(fold, time) + chipPx * gapsAt(fold, time);
}

function timeAt({ fold, pxPerMilli, chipPx }: TimeScale, place: number): number {
  const startOf = (gap: number): number => pxPerMilli * (fold.activeBefore[gap] ?? 0) + chipPx * gap;
  let [low, high] = [0, fold.gapStart.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(middle) <= place) low = middle + 1;
    else high = middle;
  }
  const gap = low - 1;
  if (gap < 0) return fold.first + place / pxPerMilli;
  const beyond = place - startOf(gap);
  const [start, end] = [fold.gapStart[gap] ?? 0, fold.gapEnd[gap] ?? 0];
  return beyond < chipPx ? start + (beyond / chipPx) * (end - start) : end + (beyond - chipPx) / pxPerMilli;
}

/** The window whose left edge is at a place of the axis, kept inside all there is. */
function windowAt(scale: TimeScale, place: number): TimeWindow {
  const all = fitAll(scale.fold);
  const [left, right] = [placeOf(scale, all.t0), placeOf(scale, all.t1)];
  if (right - left <= scale.width) return all;
  const origin = Math.min(Math.max(place, left), right - scale.width);
  return { t0: timeAt(scale, origin), t1: timeAt(scale, origin + scale.width) };
}
