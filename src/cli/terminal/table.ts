/** Aligned columns that fit a width. Pure. */
import type { Piece, Tone } from './palette.ts';
import { fitToWidth, textWidth } from './text-width.ts';

export interface Column<Row> {
  header: string;
  /** Safe to print. An empty text is an unknown value or nothing to say. */
  text(row: Row): string;
  tone?(row: Row): Tone;
  align?: 'left' | 'right';
  /** The column may be cut down to this many cells when the line is too long. */
  shrinkTo?: number;
  /** Columns with the highest number go first when cutting does not help. None: stays. */
  dropOrder?: number;
}

interface Sized<Row> {
  column: Column<Row>;
  cells: number;
}

const GAP = '  ';
/** Numbers keep apart by themselves: they are seldom as wide as their header. */
const NUMBER_GAP = ' ';

/** Header line and one line for each row, each at most `width` cells. Columns that are empty in all rows are left out. */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Piece[][] {
  const sized = fit(
    columns
      .map((column) => ({ column, cells: Math.max(0, ...rows.map((row) => textWidth(column.text(row)))) }))
      .filter(({ cells }) => cells > 0)
      .map(({ column, cells }) => ({ column, cells: Math.max(cells, textWidth(column.header)) })),
    width,
  );
  const toCells = (toPiece: (column: Column<Row>) => Piece): Piece[] =>
    sized.flatMap(({ column, cells }, i) => {
      const { text, tone } = toPiece(column);
      return [
        { text: gapBefore(sized, i), tone: 'plain' as const },
        { text: fitToWidth(text, cells, column.align), tone },
      ];
    });
  const header = toCells((column) => ({ text: column.header, tone: 'dim' }));
  return [header, ...rows.map((row) => toCells((column) => ({ text: column.text(row), tone: column.tone?.(row) ?? 'plain' })))];
}

function gapBefore<Row>(columns: readonly Sized<Row>[], index: number): string {
  if (index === 0) return '';
  return columns[index]?.column.align === 'right' && columns[index - 1]?.column.align === 'right' ? NUMBER_GAP : GAP;
}

/** Cells of a line, each column counted by `cellsOf`. */
function lineWidth<Row>(columns: readonly Sized<Row>[], cellsOf: (column: Sized<Row>) => number): number {
  return columns.reduce((sum, column, i) => sum + gapBefore(columns, i).length + cellsOf(column), 0);
}

/** Drops columns until the rest can be cut to fit, then cuts the widest first. */
function fit<Row>(columns: Sized<Row>[], width: number): Sized<Row>[] {
  let kept = columns;
  const least = (list: readonly Sized<Row>[]): number => lineWidth(list, ({ column, cells }) => Math.min(cells, column.shrinkTo ?? cells));
  while (least(kept) > width) {
    const next = Math.max(...kept.map(({ column }) => column.dropOrder ?? 0));
    if (next <= 0) break;
    kept = kept.filter(({ column }) => column.dropOrder !== next);
  }
  let excess = lineWidth(kept, ({ cells }) => cells) - width;
  const result = kept.map((entry) => ({ ...entry }));
  while (excess > 0) {
    const widest = result.filter(({ column, cells }) => cells > (column.shrinkTo ?? cells)).sort((a, b) => b.cells - a.cells)[0];
    if (!widest) break;
    widest.cells--;
    excess--;
  }
  return result;
}
