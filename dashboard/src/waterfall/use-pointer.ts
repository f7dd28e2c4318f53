/** Mouse, pen, touch and wheel on the waterfall and on its strip. */
import { useEffect, type RefObject } from 'react';
import { brushWindow } from '../models/waterfall/overview.ts';
import { panBy, toTime, toTimeScale, toX, type TimeScale, type TimeWindow } from '../models/waterfall/time-scale.ts';
import type { WaterfallView } from './view.ts';

export interface PointerTargets {
  scroller: RefObject<HTMLElement | null>;
  bars: RefObject<HTMLElement | null>;
  strip: RefObject<HTMLElement | null>;
  view: RefObject<WaterfallView | null>;
  /** The window on show. */
  window: () => TimeWindow | undefined;
  onRow: (row: number, event: { isTwisty: boolean; isDouble: boolean }) => void;
}

/** A hand trembles by less. */
const DRAG_PX = 4;
const EDGE_PX = 7;
/** One notch of a wheel (100) zooms by a third. */
const WHEEL_ZOOM = 0.003;

export function usePointer(targets: PointerTargets): void {
  useEffect(() => {
    const { scroller, strip } = targets;
    const stops = [scroller.current && onStage(scroller.current, targets), strip.current && onStrip(strip.current, targets)];
    return () => stops.forEach((stop) => stop?.());
  }, [targets]);
}

function onStage(scroller: HTMLElement, targets: PointerTargets): () => void {
  const { bars, view } = targets;
  const xOf = (event: MouseEvent): number => event.clientX - (bars.current?.getBoundingClientRect().left ?? 0);
  const yOf = (event: MouseEvent): number => event.clientY - scroller.getBoundingClientRect().top;
  let drag: { x: number; isMoving: boolean } | undefined;
  const stop = new AbortController();
  const listen = <K extends keyof HTMLElementEventMap>(type: K, react: (event: HTMLElementEventMap[K]) => void): void => scroller.addEventListener(type, react, { signal: stop.signal, passive: false });
  listen('wheel', (event) => {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey || event.metaKey) view.current?.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), Math.max(0, xOf(event)));
    else if (isSideways) view.current?.pan(event.deltaX || event.deltaY);
    else return;
    event.preventDefault();
  });
  listen('pointerdown', (event) => {
    if (event.button === 0 && xOf(event) >= 0 && event.clientX < scroller.getBoundingClientRect().left + scroller.clientWidth) drag = { x: event.clientX, isMoving: false };
  });
  listen('pointermove', (event) => {
    if (!drag || event.buttons === 0) return void (drag = undefined);
    const moved = event.clientX - drag.x;
    if (!drag.isMoving && Math.abs(moved) < DRAG_PX) return;
    if (!drag.isMoving) scroller.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, isMoving: true };
    view.current?.pan(-moved);
  });
  listen('click', (event) => {
    const wasDrag = drag?.isMoving === true;
    drag = undefined;
    const row = view.current?.rowAt(yOf(event)) ?? -1;
    if (!wasDrag && row >= 0) targets.onRow(row, { isTwisty: (event.target as Element).closest('.wf-twisty') !== null, isDouble: false });
  });
  listen('dblclick', (event) => {
    const row = view.current?.rowAt(yOf(event)) ?? -1;
    if (row >= 0) targets.onRow(row, { isTwisty: false, isDouble: true });
  });
  return () => stop.abort();
}

type Grip = { kind: 'brush' | 'left' | 'right' | 'move'; from: number };

/** A new brush beside the window; its edges are drawn, its inside is moved. */
function onStrip(strip: HTMLElement, { view, window }: PointerTargets): () => void {
  const stop = new AbortController();
  let grip: Grip | undefined;
  const xOf = (event: MouseEvent): number => event.clientX - strip.getBoundingClientRect().left;
  const listen = <K extends keyof HTMLElementEventMap>(type: K, react: (event: HTMLElementEventMap[K]) => void): void => strip.addEventListener(type, react, { signal: stop.signal });
  listen('pointerdown', (event) => {
    const scale = view.current?.stripScale();
    if (!scale || event.button !== 0) return;
    strip.setPointerCapture(event.pointerId);
    grip = gripAt(scale, window(), xOf(event));
  });
  listen('pointermove', (event) => {
    const scale = view.current?.stripScale();
    if (!scale) return;
    strip.style.cursor = CURSORS[gripAt(scale, window(), xOf(event)).kind];
    const next = grip && dragged(scale, window(), { grip, x: xOf(event) });
    if (next) view.current?.setWindow(next);
    if (grip && grip.kind !== 'brush') grip = { ...grip, from: xOf(event) };
  });
  listen('pointerup', () => (grip = undefined));
  listen('dblclick', () => view.current?.fitEverything());
  return () => stop.abort();
}

const CURSORS: Readonly<Record<Grip['kind'], string>> = { brush: 'crosshair', left: 'ew-resize', right: 'ew-resize', move: 'grab' };

function gripAt(scale: TimeScale, window: TimeWindow | undefined, x: number): Grip {
  if (!window) return { kind: 'brush', from: x };
  const [left, right] = [toX(scale, window.t0), toX(scale, window.t1)];
  if (Math.abs(x - left) <= EDGE_PX) return { kind: 'left', from: x };
  if (Math.abs(x - right) <= EDGE_PX) return { kind: 'right', from: x };
  return { kind: x > left && x < right ? 'move' : 'brush', from: x };
}

function dragged(scale: TimeScale, window: TimeWindow | undefined, { grip, x }: { grip: Grip; x: number }): TimeWindow | undefined {
  if (grip.kind === 'brush' || !window) return brushWindow(scale, grip.from, x);
  const time = toTime(scale, Math.max(0, Math.min(scale.width, x)));
  if (grip.kind === 'left') return time < window.t1 ? { t0: time, t1: window.t1 } : undefined;
  if (grip.kind === 'right') return time > window.t0 ? { t0: window.t0, t1: time } : undefined;
  const shown = toTimeScale(scale.fold, window, Math.max(1, toX(scale, window.t1) - toX(scale, window.t0)));
  return panBy(shown, x - grip.from);
}
