/** The moving part of the waterfall: it scrolls, zooms and paints without asking React, and says what it shows. */
import { isClockStopped, readClock } from '../models/clock.ts';
import { rowToFollow, scrollToShow, windowOfRows } from '../models/waterfall/follow.ts';
import { extendOpenSpans } from '../models/waterfall/span-tree.ts';
import { fitAll, fitSpan, isAll, panBy, showSpan, toTimeScale, toX, zoomAt, type TimeScale, type TimeWindow } from '../models/waterfall/time-scale.ts';
import { toOverview, type OverviewBuckets } from '../models/waterfall/overview.ts';
import { drawAxis } from './draw-axis.ts';
import { drawRows, ROW_HEIGHT } from './draw-rows.ts';
import { drawStrip } from './draw-strip.ts';
import { openUntil, toFold, toWindow, type Layout } from './layout.ts';
import { readPalette, watchTheme, type Palette } from './palette.ts';
import { createRowPool } from './row-pool.ts';
import { createHatch } from './sharp-canvas.ts';

export interface ViewElements {
  /** Scrolls; has `aria-activedescendant`. */
  scroller: HTMLElement;
  /** Stays in place over the scroller's whole height. */
  stage: HTMLElement;
  rowHost: HTMLElement;
  spacer: HTMLElement;
  bars: HTMLCanvasElement;
  axis: HTMLCanvasElement;
  strip: HTMLCanvasElement;
}

export interface ViewEvents {
  /** The window came to rest; without t1 it goes to the end; without both the rows on the screen decide. */
  windowChanged(window: Partial<TimeWindow>): void;
}

export interface WaterfallView {
  /** Another layout. `window`: of the state, where it is another than before. */
  update(layout: Layout, next: { selected: number; isTrueTime: boolean; window?: Partial<TimeWindow> }): void;
  zoom(factor: number, x?: number): void;
  pan(px: number): void;
  setWindow(window: TimeWindow): void;
  fitRow(row: number): void;
  fitEverything(): void;
  /** Lets the rows on the screen decide what time is shown, or shows all: what it is not. */
  toggleFollow(): void;
  /** Brings a row, and its bar, onto the screen. */
  reveal(row: number): void;
  /** Row under a point of the scroller; -1: none. */
  rowAt(y: number): number;
  /** Rows on a screen. */
  pageRows(): number;
  /** What is shown. */
  window(): TimeWindow | undefined;
  /** The scale of all there is, as wide as the strip. */
  stripScale(): TimeScale | undefined;
  close(): void;
}

/** Long enough for a wheel to turn on, short enough for an address to be true. */
const SETTLE_MILLIS = 180;
/** A growing bar is seen to grow; more would only warm the machine. */
const LIVE_MILLIS = 125;
const LIVE_MILLIS_LARGE = 1000;
const LARGE_SPANS = 20_000;
const FONT = '11px ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif';

interface ViewState {
  layout?: Layout;
  /** Absent: that of the rows on the screen. */
  window?: TimeWindow;
  selected: number;
  isTrueTime: boolean;
  palette: Palette;
  hatch: CanvasPattern | string;
  buckets?: OverviewBuckets;
  /** What the buckets were made of. */
  bucketKey: unknown[];
  isFresh: boolean;
  frame: number;
  settle: ReturnType<typeof setTimeout> | undefined;
  live: ReturnType<typeof setTimeout> | undefined;
}

/** `prefix`: of the ids of its icons and rows. Ends with `close`. */
export function createWaterfallView(elements: ViewElements, prefix: string, events: ViewEvents): WaterfallView {
  const pool = createRowPool(elements.rowHost, prefix);
  const palette = readPalette(elements.scroller);
  const state: ViewState = { selected: -1, isTrueTime: false, palette, hatch: palette.wait, bucketKey: [], isFresh: true, frame: 0, settle: undefined, live: undefined };
  const invalidate = (): void => {
    if (state.frame === 0) state.frame = requestAnimationFrame(() => paint(elements, state, { pool, prefix }));
  };
  const restyle = (): void => {
    state.palette = readPalette(elements.scroller);
    const context = elements.bars.getContext('2d');
    state.hatch = context ? createHatch(context, state.palette.wait) : state.palette.wait;
    invalidate();
  };
  const stopTheme = watchTheme(restyle);
  const resized = new ResizeObserver(invalidate);
  // The line between tree and bars moves by itself: then only these two are of another size.
  for (const element of [elements.scroller, elements.bars, elements.axis, elements.strip]) resized.observe(element);
  elements.scroller.addEventListener('scroll', invalidate, { passive: true });
  restyle();

  return {
    ...createMoves(elements, state, { events, invalidate }),
    update(layout, { selected, isTrueTime, window }) {
      if (window !== undefined) state.window = toWindow(layout.fold, window);
      Object.assign(state, { layout, selected, isTrueTime, isFresh: true });
      elements.spacer.style.height = `${Math.max(0, layout.visible.rows.length * ROW_HEIGHT)}px`;
      scheduleLive(state, invalidate);
      invalidate();
    },
    rowAt(y) {
      const position = Math.floor((y + elements.scroller.scrollTop) / ROW_HEIGHT);
      return state.layout?.visible.rows[position] ?? -1;
    },
    pageRows: () => Math.max(1, Math.floor(elements.scroller.clientHeight / ROW_HEIGHT) - 1),
    window: () => scaleOf(elements, state),
    stripScale: () => (state.layout ? toTimeScale(state.layout.fold, fitAll(state.layout.fold), elements.strip.clientWidth) : undefined),
    close() {
      cancelAnimationFrame(state.frame);
      for (const timer of [state.settle, state.live]) clearTimeout(timer);
      resized.disconnect();
      stopTheme();
      elements.scroller.removeEventListener('scroll', invalidate);
      pool.close();
    },
  };
}

type Moves = Pick<WaterfallView, 'zoom' | 'pan' | 'setWindow' | 'fitRow' | 'fitEverything' | 'toggleFollow' | 'reveal'>;

/** What changes the window, and brings rows onto the screen. */
function createMoves(elements: ViewElements, state: ViewState, { events, invalidate }: { events: ViewEvents; invalidate: () => void }): Moves {
  const settle = (): void => {
    clearTimeout(state.settle);
    state.settle = setTimeout(() => events.windowChanged(toSettled(state)), SETTLE_MILLIS);
    invalidate();
  };
  const moveTo = (window: TimeWindow, follows = true): void => {
    if (!state.layout) return;
    state.window = window;
    if (follows) followWindow(elements, state);
    settle();
  };

  return {
    zoom(factor, x) {
      const scale = scaleOf(elements, state);
      if (scale) moveTo(zoomAt(scale, x ?? anchorOf(scale, state), factor));
    },
    pan(px) {
      const scale = scaleOf(elements, state);
      if (scale) moveTo(panBy(scale, px));
    },
    setWindow: (window) => moveTo(window),
    fitRow(row) {
      const { layout } = state;
      if (layout) moveTo(fitSpan(layout.fold, layout.tree.start[row] ?? 0, layout.tree.finish[row] ?? 0), false);
    },
    fitEverything() {
      if (state.layout) moveTo(fitAll(state.layout.fold), false);
    },
    toggleFollow() {
      if (!state.layout) return;
      state.window = state.window ? undefined : fitAll(state.layout.fold);
      settle();
    },
    reveal(row) {
      const { layout } = state;
      const position = layout?.visible.positionOf[row] ?? -1;
      const scale = scaleOf(elements, state);
      if (!layout || position < 0 || !scale) return;
      const { scroller } = elements;
      scroller.scrollTop = scrollToShow(position, { scrollTop: scroller.scrollTop, height: scroller.clientHeight, rowHeight: ROW_HEIGHT });
      const window = state.window && showSpan(scale, layout.tree.start[row] ?? 0, layout.tree.finish[row] ?? 0);
      if (window && window.t0 !== scale.t0) moveTo(window, false);
      invalidate();
    },
  };
}

function scaleOf(elements: ViewElements, { layout, window }: ViewState): TimeScale | undefined {
  return layout && toTimeScale(layout.fold, window ?? windowOfRows(layout.tree, layout.visible, rangeOf(elements, layout)) ?? fitAll(layout.fold), elements.bars.clientWidth);
}

/** As a page keeps it: of a window that goes to the end only its start, for the end of a live session moves. */
function toSettled({ layout, window }: ViewState): Partial<TimeWindow> {
  if (!layout || !window) return { t0: undefined, t1: undefined };
  return { t0: window.t0, t1: isAll(layout.fold, window) ? undefined : window.t1 };
}

/** Zooming by key goes to the selected span where it is seen, else to the middle. */
function anchorOf(scale: TimeScale, { layout, selected }: ViewState): number {
  const start = selected >= 0 ? (layout?.tree.start[selected] ?? -1) : -1;
  return start >= scale.t0 && start <= scale.t1 ? toX(scale, start) : scale.width / 2;
}

function rangeOf({ scroller }: ViewElements, layout: Layout): { first: number; behind: number } {
  const first = Math.max(0, Math.ceil(scroller.scrollTop / ROW_HEIGHT));
  return { first, behind: Math.min(layout.visible.rows.length, Math.floor((scroller.scrollTop + scroller.clientHeight) / ROW_HEIGHT)) };
}

function followWindow(elements: ViewElements, state: ViewState): void {
  const { layout, window } = state;
  if (!layout || !window) return;
  const position = rowToFollow(layout.tree, layout.visible, { range: rangeOf(elements, layout), window });
  if (position !== undefined) elements.scroller.scrollTop = position * ROW_HEIGHT;
}

function paint(elements: ViewElements, state: ViewState, { pool, prefix }: { pool: ReturnType<typeof createRowPool>; prefix: string }): void {
  state.frame = 0;
  const { layout, palette, hatch } = state;
  const scale = scaleOf(elements, state);
  if (!layout || !scale) return;
  const { scroller, rowHost, bars, axis, strip, stage } = elements;
  const { scrollTop, clientHeight } = scroller;
  stage.style.height = `${clientHeight}px`;
  // It lies over the scrolled height and adds nothing to it.
  stage.style.marginBottom = `${-clientHeight}px`;
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT));
  const behind = Math.min(layout.visible.rows.length, first + Math.ceil(clientHeight / ROW_HEIGHT) + 1);
  rowHost.style.transform = `translateY(${-scrollTop}px)`;
  pool.show(layout, { first: Math.min(first, behind), behind, selected: state.selected, isFresh: state.isFresh });
  state.isFresh = false;
  const position = layout.visible.positionOf[state.selected] ?? -1;
  if (position >= first && position < behind) scroller.setAttribute('aria-activedescendant', `${prefix}-row-${position}`);
  else scroller.removeAttribute('aria-activedescendant');
  drawRows(bars, { layout, scale, palette, hatch, scrollTop, height: clientHeight, font: FONT });
  drawAxis(axis, { scale, palette, font: FONT });
  paintStrip(strip, state, { layout, window: scale });
}

function paintStrip(strip: HTMLCanvasElement, state: ViewState, { layout, window }: { layout: Layout; window: TimeWindow }): void {
  const scale = toTimeScale(layout.fold, fitAll(layout.fold), strip.clientWidth);
  const key = [layout.tree, layout.fold, layout.from, layout.to, strip.clientWidth];
  if (key.some((part, at) => part !== state.bucketKey[at])) {
    state.buckets = toOverview(layout.tree, scale, { from: layout.from, to: layout.to });
    state.bucketKey = key;
  }
  if (state.buckets) drawStrip(strip, { buckets: state.buckets, scale, window, palette: state.palette });
}

/** While a span is open its bar grows with the clock. */
function scheduleLive(state: ViewState, invalidate: () => void): void {
  clearTimeout(state.live);
  const { layout } = state;
  if (!layout || isClockStopped() || layout.tree.open.length === 0 || !['running', 'waiting'].includes(layout.answer.session.state)) return;
  state.live = setTimeout(() => {
    extendOpenSpans(layout.tree, openUntil(layout.answer, readClock()));
    const root = layout.to - layout.from === layout.tree.count ? undefined : layout.from;
    state.layout = { ...layout, fold: toFold(layout.tree, root, state.isTrueTime) };
    // The rows say their times too.
    state.isFresh = true;
    invalidate();
    scheduleLive(state, invalidate);
  }, layout.tree.count > LARGE_SPANS ? LIVE_MILLIS_LARGE : LIVE_MILLIS);
}
