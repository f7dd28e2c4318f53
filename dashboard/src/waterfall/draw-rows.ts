/** Paints the bars of the rows on the screen. */
import { toSegments, type Segment } from '../models/waterfall/segments.ts';
import { KIND, OUTCOME } from '../models/waterfall/span-tree.ts';
import { toChips, toTicks } from '../models/waterfall/ticks.ts';
import { toX, type TimeScale } from '../models/waterfall/time-scale.ts';
import type { Layout } from './layout.ts';
import type { Palette } from './palette.ts';
import { toLabel } from './row-label.ts';
import { clearSharp } from './sharp-canvas.ts';

/** CSS pixels. */
export const ROW_HEIGHT = 24;
const BAR_HEIGHT = 12;
const AGENT_BAR_HEIGHT = 6;
const SMALLEST_BAR_PX = 2;
const LABEL_GAP_PX = 6;

export interface RowsFrame {
  layout: Layout;
  scale: TimeScale;
  palette: Palette;
  hatch: CanvasPattern | string;
  /** CSS pixels. */
  scrollTop: number;
  /** CSS pixels. */
  height: number;
  font: string;
}

interface Pen {
  context: CanvasRenderingContext2D;
  width: number;
  frame: RowsFrame;
}

export function drawRows(canvas: HTMLCanvasElement, frame: RowsFrame): void {
  const sharp = clearSharp(canvas, frame.height);
  if (!sharp) return;
  const { context, width, height } = sharp;
  const pen: Pen = { context, width, frame };
  drawGrid(pen, height);
  context.font = frame.font;
  context.textBaseline = 'middle';
  const { rows } = frame.layout.visible;
  const first = Math.max(0, Math.floor(frame.scrollTop / ROW_HEIGHT));
  const last = Math.min(rows.length, Math.ceil((frame.scrollTop + height) / ROW_HEIGHT));
  for (let at = first; at < last; at++) drawRow(pen, rows[at] ?? 0, at * ROW_HEIGHT - frame.scrollTop);
}

function drawGrid({ context, frame }: Pen, height: number): void {
  context.fillStyle = frame.palette.line;
  context.globalAlpha = 0.7;
  for (const tick of toTicks(frame.scale)) context.fillRect(Math.round(tick.x), 0, 1, height);
  context.globalAlpha = 0.35;
  context.fillStyle = frame.palette.idle;
  for (const chip of toChips(frame.scale)) context.fillRect(chip.x0 + 1, 0, Math.max(1, chip.x1 - chip.x0 - 2), height);
  context.globalAlpha = 1;
}

function drawRow(pen: Pen, row: number, top: number): void {
  const { context, width, frame } = pen;
  const { layout, scale, palette } = frame;
  const { tree, matches } = layout;
  context.globalAlpha = matches && matches.isMatch[row] !== 1 ? 0.22 : 1;
  const [x0, x1] = [toX(scale, tree.start[row] ?? 0), toX(scale, tree.finish[row] ?? 0)];
  if (x1 < 0 || x0 > width) drawPointer(pen, { isLeft: x1 < 0, middle: top + ROW_HEIGHT / 2 });
  else {
    for (const segment of toSegments(tree, row)) drawSegment(pen, segment, { row, top });
    if (tree.open.includes(row) && !tree.lost.has(row)) drawOpenEnd(pen, x1, top);
    drawLabel(pen, row, { x0, x1: Math.max(x1, x0 + SMALLEST_BAR_PX), middle: top + ROW_HEIGHT / 2 + 0.5 });
  }
  const compaction = tree.details[row]?.events?.some((event) => event.name === 'compaction');
  if (compaction) {
    context.globalAlpha = 1;
    context.strokeStyle = palette.accent;
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(0, Math.round(top + ROW_HEIGHT) - 0.5);
    context.lineTo(width, Math.round(top + ROW_HEIGHT) - 0.5);
    context.stroke();
    context.setLineDash([]);
  }
  context.globalAlpha = 1;
}

function drawSegment({ context, width, frame }: Pen, segment: Segment, { row, top }: { row: number; top: number }): void {
  const { palette, hatch, scale, layout } = frame;
  const from = toX(scale, segment.start);
  const to = toX(scale, segment.end);
  if (to < 0 || from > width) return;
  if (segment.kind === 'deny') return drawRefusal(context, { color: palette.deny, x: to, middle: top + ROW_HEIGHT / 2 });
  const isAgent = layout.tree.kind[row] === KIND.agent;
  const height = isAgent && layout.visible.collapsed[row] !== 1 ? AGENT_BAR_HEIGHT : BAR_HEIGHT;
  // What lies outside is not drawn: a canvas has limits, and a long bar at a high zoom is wider than they are.
  const left = Math.max(-8, from);
  const wide = Math.max(SMALLEST_BAR_PX, Math.min(width + 8, to) - left);
  context.fillStyle = segment.kind === 'wait' ? hatch : colorOf(palette, segment.kind);
  if (segment.kind === 'agent' || segment.kind === 'cancelled') context.globalAlpha *= 0.6;
  context.beginPath();
  context.roundRect(left, top + (ROW_HEIGHT - height) / 2, wide, height, Math.min(3, wide / 2));
  if (segment.kind !== 'wait' && layout.tree.details[row]?.estimated) shade(context);
  else context.fill();
  if (segment.kind === 'agent' || segment.kind === 'cancelled') context.globalAlpha /= 0.6;
}

/** The shape that was begun, hollow: somewhere here, and nobody told where. */
function shade(context: CanvasRenderingContext2D): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * 0.25;
  context.fill();
  context.globalAlpha = alpha;
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1;
  context.setLineDash([3, 2]);
  context.stroke();
  context.setLineDash([]);
}

function colorOf(palette: Palette, kind: Exclude<Segment['kind'], 'wait'>): string {
  return { ok: palette.ok, agent: palette.ok, cancelled: palette.idle, model: palette.model, error: palette.error, deny: palette.deny, gate: palette.gate }[kind];
}

/** A diamond: a decision is a moment. */
function drawRefusal(context: CanvasRenderingContext2D, { color, x, middle }: { color: string; x: number; middle: number }): void {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x - 1, middle - 6);
  context.lineTo(x + 5, middle);
  context.lineTo(x - 1, middle + 6);
  context.lineTo(x - 7, middle);
  context.fill();
}

/** Points to a bar that is beside the window. */
function drawPointer({ context, width, frame }: Pen, { isLeft, middle }: { isLeft: boolean; middle: number }): void {
  const [tip, base] = isLeft ? [3, 8] : [width - 3, width - 8];
  context.fillStyle = frame.palette.muted;
  context.globalAlpha *= 0.55;
  context.beginPath();
  context.moveTo(tip, middle);
  context.lineTo(base, middle - 4);
  context.lineTo(base, middle + 4);
  context.fill();
}

function drawOpenEnd({ context, frame }: Pen, x: number, top: number): void {
  context.fillStyle = frame.palette.accent;
  context.fillRect(x - 1, top + 3, 2, ROW_HEIGHT - 6);
}

function drawLabel({ context, width, frame }: Pen, row: number, { x0, x1, middle }: { x0: number; x1: number; middle: number }): void {
  const whole = toLabel(frame.layout, row);
  if (whole === '') return;
  const wholeWidth = context.measureText(whole).width;
  // What a turn came to stands in its own bar, where that is long; else, where there is little room, the first figure is what counts.
  const hasRoomInside = frame.layout.tree.kind[row] === KIND.agent && wholeWidth * 2 <= Math.min(x1, width) - Math.max(x0, 0);
  const isShort = !hasRoomInside && wholeWidth > Math.max(x0, width - x1) - 2 * LABEL_GAP_PX;
  const label = isShort ? (whole.split(' · ')[0] ?? whole) : whole;
  const wide = context.measureText(label).width;
  const { outcome } = frame.layout.tree;
  const isDenied = outcome[row] === OUTCOME.denied;
  const right = x1 + LABEL_GAP_PX + (isDenied ? 5 : 0);
  context.fillStyle = frame.palette.muted;
  if (right + wide <= width) context.fillText(label, Math.max(LABEL_GAP_PX, right), middle);
  else if (x0 - LABEL_GAP_PX - wide >= 0) context.fillText(label, x0 - LABEL_GAP_PX - wide, middle);
  else drawLabelInside(context, { label, wide, x: Math.max(LABEL_GAP_PX, Math.min(x1, width) - wide - LABEL_GAP_PX), middle, palette: frame.palette, isCut: x1 > width });
}

/** On a ground of its own, so that it is read over any bar. */
function drawLabelInside(context: CanvasRenderingContext2D, { label, wide, x, middle, palette, isCut }: { label: string; wide: number; x: number; middle: number; palette: Palette; isCut: boolean }): void {
  context.fillStyle = palette.panel;
  context.beginPath();
  // To the end of the bar, so that no rest of it looks like a mark.
  context.roundRect(x - 4, middle - 8.5, wide + (isCut ? 20 : 5 + LABEL_GAP_PX), 16, 4);
  context.fill();
  context.fillStyle = palette.muted;
  context.fillText(label, x, middle);
}
