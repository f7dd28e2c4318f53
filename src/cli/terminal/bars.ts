/** Segments of a row → the characters of its bar. Pure. */
import type { Piece, Tone } from './palette.ts';
import type { TimeAxis } from './time-axis.ts';
import type { Segment } from './waterfall.ts';

/** From the left: an eighth, two eighths … the whole cell. From the right Unicode has only an eighth and a half. */
const LEFT = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const RIGHT_HALF = '▐';
const RIGHT_EIGHTH = '▕';

export const BAR_CHARACTERS = { wait: '╱', estimated: '░', group: '─', fold: '┊', moment: '◇' } as const;

type Cell = Piece | undefined;

/** The bar of one row, exactly `axis.width` cells. `tone` colours what ran. */
export function toBar(segments: readonly Segment[], axis: TimeAxis, tone: Tone): Piece[] {
  const cells: Cell[] = Array.from({ length: axis.width }, () => undefined);
  for (const fold of axis.folds) {
    for (let i = fold.fromCell; i < fold.toCell; i++) cells[i] = i === fold.fromCell || i === fold.toCell - 1 ? { text: BAR_CHARACTERS.fold, tone: 'dim' } : undefined;
  }
  for (const segment of segments) paint(cells, segment, axis, tone);
  return joinCells(cells);
}

function paint(cells: Cell[], segment: Segment, axis: TimeAxis, tone: Tone): void {
  const from = axis.toCell(segment.fromNano);
  const to = axis.toCell(segment.toNano);
  if (segment.kind === 'run') return paintEighths(cells, { from, to }, tone);
  const text = BAR_CHARACTERS[segment.kind];
  const first = Math.min(Math.round(from), axis.width - 1);
  const end = segment.kind === 'moment' ? first + 1 : Math.max(first + 1, Math.round(to));
  const own: Tone = segment.kind === 'wait' ? 'waiting' : segment.kind === 'estimated' ? softer(tone) : segment.kind === 'group' ? 'dim' : tone;
  for (let i = first; i < end && i < axis.width; i++) cells[i] = { text, tone: own };
}

/** What is estimated stands back; its outcome is not estimated and keeps its colour. */
function softer(tone: Tone): Tone {
  return tone === 'model' ? 'estimated' : tone === 'ok' ? 'dim' : tone;
}

function paintEighths(cells: Cell[], { from, to }: { from: number; to: number }, tone: Tone): void {
  const put = (index: number, text: string): void => {
    if (text !== '' && index >= 0 && index < cells.length) cells[index] = { text, tone };
  };
  const first = Math.min(Math.floor(from), cells.length - 1);
  const start = from - first;
  if (to - from < 1 && to <= first + 1) {
    const eighths = Math.max(1, Math.round((to - from) * 8));
    if (start < 0.5) put(first, LEFT[eighths] ?? '█');
    else put(first, eighths <= 2 ? RIGHT_EIGHTH : RIGHT_HALF);
    return;
  }
  const last = Math.floor(to);
  put(first, start < 0.25 ? '█' : start < 0.75 ? RIGHT_HALF : start < 0.9 ? RIGHT_EIGHTH : '');
  for (let i = first + 1; i < last; i++) put(i, '█');
  put(last, LEFT[Math.round((to - last) * 8)] ?? '');
}

function joinCells(cells: readonly Cell[]): Piece[] {
  const pieces: Piece[] = [];
  for (const cell of cells) {
    const piece = cell ?? { text: ' ', tone: 'plain' as const };
    const before = pieces.at(-1);
    if (before && before.tone === piece.tone) before.text += piece.text;
    else pieces.push({ ...piece });
  }
  return pieces;
}
