/** Paints the time axis: ticks, and a chip where idle time is folded. */
import { formatDuration } from '../models/format.ts';
import { toChips, toTicks } from '../models/waterfall/ticks.ts';
import type { TimeScale } from '../models/waterfall/time-scale.ts';
import type { Palette } from './palette.ts';
import { clearSharp } from './sharp-canvas.ts';

export function drawAxis(canvas: HTMLCanvasElement, { scale, palette, font }: { scale: TimeScale; palette: Palette; font: string }): void {
  const sharp = clearSharp(canvas);
  if (!sharp) return;
  const { context, width, height } = sharp;
  context.font = font;
  context.textBaseline = 'middle';
  for (const tick of toTicks(scale)) {
    context.fillStyle = palette.line;
    context.fillRect(Math.round(tick.x), height - 6, 1, 6);
    context.fillStyle = palette.muted;
    const x = tick.x + 4;
    if (x + context.measureText(tick.label).width < width) context.fillText(tick.label, x, height / 2 + 0.5);
  }
  for (const { x0, x1, millis } of toChips(scale)) {
    const [left, wide] = [x0 + 2, Math.max(2, x1 - x0 - 4)];
    context.fillStyle = palette.idle;
    context.globalAlpha = 0.6;
    context.beginPath();
    context.roundRect(left, 3, wide, height - 6, Math.min(8, wide / 4));
    context.fill();
    context.globalAlpha = 1;
    const label = [`${formatDuration(millis)} idle`, formatDuration(millis), '⋯'].find((text) => context.measureText(text).width + 8 <= wide);
    if (label === undefined) continue;
    context.fillStyle = palette.text;
    context.fillText(label, left + (wide - context.measureText(label).width) / 2, height / 2 + 0.5);
  }
}
