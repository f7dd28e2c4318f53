/** Paints the overview: three lanes of activity, marks of what to look at, and the window that the rows below show. */
import type { OverviewBuckets } from '../models/waterfall/overview.ts';
import { toX, type TimeScale, type TimeWindow } from '../models/waterfall/time-scale.ts';
import type { Palette } from './palette.ts';
import { clearSharp, type SharpCanvas } from './sharp-canvas.ts';

const LANES = [{ lane: 'model', top: 13 }, { lane: 'tool', top: 22 }, { lane: 'wait', top: 31 }] as const;
const LANE_HEIGHT = 7;
/** A pixel with anything in it is seen. */
const FAINTEST = 0.3;

export interface StripFrame {
  buckets: OverviewBuckets;
  /** The scale of all there is. */
  scale: TimeScale;
  window: TimeWindow;
  palette: Palette;
}

/** What does not change with the window, by strip: it is painted once and copied each frame. */
const backgrounds = new WeakMap<HTMLCanvasElement, { canvas: HTMLCanvasElement; key: unknown[] }>();

export function drawStrip(canvas: HTMLCanvasElement, frame: StripFrame): void {
  const sharp = clearSharp(canvas);
  if (!sharp) return;
  sharp.context.drawImage(toBackground(canvas, sharp, frame), 0, 0, sharp.width, sharp.height);
  drawWindow(sharp, frame);
}

function toBackground(strip: HTMLCanvasElement, { width, height }: SharpCanvas, frame: StripFrame): HTMLCanvasElement {
  const key = [frame.buckets, frame.palette, strip.width, strip.height];
  const known = backgrounds.get(strip);
  if (known?.key.every((part, at) => part === key[at])) return known.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = strip.width;
  canvas.height = strip.height;
  const context = canvas.getContext('2d');
  if (context) {
    context.scale(strip.width / width, strip.height / height);
    drawLanes({ context, width, height }, frame);
    drawMarks({ context, width, height }, frame);
  }
  backgrounds.set(strip, { canvas, key });
  return canvas;
}

function drawLanes({ context, width }: SharpCanvas, { buckets, palette }: StripFrame): void {
  const colors = { model: palette.model, tool: palette.ok, wait: palette.wait };
  for (const { lane, top } of LANES) {
    context.fillStyle = colors[lane];
    const shares = buckets[lane];
    for (let x = 0; x < Math.min(width, shares.length); x++) {
      const share = shares[x] ?? 0;
      if (share <= 0) continue;
      context.globalAlpha = FAINTEST + (1 - FAINTEST) * share;
      context.fillRect(x, top, 1, LANE_HEIGHT);
    }
  }
  context.globalAlpha = 1;
}

function drawMarks({ context, width, height }: SharpCanvas, { buckets, palette }: StripFrame): void {
  const [mostErrors, mostDenials] = [mostOf(buckets.errors), mostOf(buckets.denials)];
  for (let x = 0; x < Math.min(width, buckets.errors.length); x++) {
    if ((buckets.turns[x] ?? 0) > 0) {
      context.fillStyle = palette.line;
      context.fillRect(x, 11, 1, height - 11);
    }
    if ((buckets.compactions[x] ?? 0) > 0) {
      context.fillStyle = palette.accent;
      for (let y = 1; y < height; y += 6) context.fillRect(x, y, 1, 3);
    }
    if ((buckets.denials[x] ?? 0) > 0) {
      context.globalAlpha = FAINTEST + ((1 - FAINTEST) * (buckets.denials[x] ?? 0)) / mostDenials;
      context.fillStyle = palette.deny;
      context.fillRect(x - 1, 1, 3, 4);
      context.globalAlpha = 1;
    }
    if ((buckets.errors[x] ?? 0) > 0) {
      context.globalAlpha = FAINTEST + ((1 - FAINTEST) * (buckets.errors[x] ?? 0)) / mostErrors;
      context.fillStyle = palette.error;
      context.fillRect(x - 1, 6, 3, 4);
      context.globalAlpha = 1;
    }
  }
}

function mostOf(counts: Uint16Array): number {
  return counts.reduce((most, count) => Math.max(most, count), 1);
}

function drawWindow({ context, width, height }: SharpCanvas, { scale, window, palette }: StripFrame): void {
  const [left, right] = [Math.max(0, toX(scale, window.t0)), Math.min(width, toX(scale, window.t1))];
  if (left <= 0.5 && right >= width - 0.5) return;
  context.fillStyle = palette.bg;
  context.globalAlpha = 0.55;
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.globalAlpha = 1;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(left + 0.75, 0.75, Math.max(2, right - left - 1.5), height - 1.5);
  context.fillStyle = palette.accent;
  for (const edge of [left, right]) context.fillRect(edge - 2, height / 2 - 6, 4, 12);
}
