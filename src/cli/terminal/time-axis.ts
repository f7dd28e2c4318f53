/** A time axis of some cells on which long idle stretches take a few cells only. Pure. */
import { toDurationText } from './time-text.ts';

export interface Stretch {
  fromNano: bigint;
  toNano: bigint;
}

export interface TimeAxis {
  width: number;
  /** A moment → cells from the left, with fractions; clamped to the axis. */
  toCell(nano: bigint): number;
  /** Whole cells that folded stretches take, first and one after the last. */
  folds: { fromCell: number; toCell: number }[];
  /** `0s      2s      4s` in exactly `width` cells. */
  ticks: string;
}

/** Cells of a folded stretch, and how many cells of axis there must be for each. */
const FOLD_CELLS = 3;
const CELLS_PER_FOLD = 12;
const MIN_TICK_CELLS = 9;

interface Piece extends Stretch {
  fromCell: number;
  toCell: number;
  folded: boolean;
}

/** `folds` in order and apart; where there are too many for the width the longest are folded. */
export function createTimeAxis({ fromNano, toNano, width, folds }: Stretch & { width: number; folds: readonly Stretch[] }): TimeAxis {
  const pieces = toPieces({ fromNano, toNano }, width, chooseFolds(folds, Math.floor(width / CELLS_PER_FOLD)));
  const toCell = (nano: bigint): number => {
    const piece = pieces.find((p) => nano <= p.toNano) ?? pieces.at(-1);
    if (!piece || nano <= fromNano || piece.toNano === piece.fromNano) return nano <= fromNano ? 0 : width;
    const part = Number(nano - piece.fromNano) / Number(piece.toNano - piece.fromNano);
    return piece.fromCell + Math.min(1, Math.max(0, part)) * (piece.toCell - piece.fromCell);
  };
  const folded = pieces.filter((piece) => piece.folded).map(({ fromCell, toCell: end }) => ({ fromCell: Math.round(fromCell), toCell: Math.round(end) }));
  return { width, toCell, folds: folded, ticks: toTicks(pieces, { fromNano, toNano }, width) };
}

function chooseFolds(folds: readonly Stretch[], most: number): Stretch[] {
  const longest = [...folds].sort((a, b) => Number(b.toNano - b.fromNano - (a.toNano - a.fromNano))).slice(0, Math.max(0, most));
  return folds.filter((fold) => longest.includes(fold));
}

function toPieces({ fromNano, toNano }: Stretch, width: number, folds: readonly Stretch[]): Piece[] {
  const foldedNano = folds.reduce((sum, fold) => sum + (fold.toNano - fold.fromNano), 0n);
  const open = Number(toNano - fromNano - foldedNano);
  const cellsPerNano = open > 0 ? (width - folds.length * FOLD_CELLS) / open : 0;
  const pieces: Piece[] = [];
  let cell = 0;
  const push = (from: bigint, to: bigint, folded: boolean): void => {
    if (to <= from) return;
    const end = cell + (folded ? FOLD_CELLS : Number(to - from) * cellsPerNano);
    pieces.push({ fromNano: from, toNano: to, fromCell: cell, toCell: end, folded });
    cell = end;
  };
  let at = fromNano;
  for (const fold of folds) {
    push(at, fold.fromNano, false);
    push(fold.fromNano, fold.toNano, true);
    at = fold.toNano;
  }
  push(at, toNano, false);
  return pieces;
}

/** Steps that people count in: 1, 2, 5 × 10ⁿ below a minute, then minutes and hours. */
const STEPS_MILLIS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14400e3, 43200e3, 86400e3];

function toTicks(pieces: readonly Piece[], whole: Stretch, width: number): string {
  const cells = Array.from({ length: width }, () => ' ');
  const write = (at: number, text: string): void => {
    const isFree = at >= 0 && at + text.length <= width && cells.slice(Math.max(0, at - 1), at + text.length + 1).every((c) => c === ' ');
    if (isFree) cells.splice(at, text.length, ...text);
  };
  const openCells = pieces.reduce((sum, piece) => sum + (piece.folded ? 0 : piece.toCell - piece.fromCell), 0);
  const openMillis = pieces.reduce((sum, piece) => sum + (piece.folded ? 0 : Number(piece.toNano - piece.fromNano) / 1e6), 0);
  const step = STEPS_MILLIS.find((millis) => openCells > 0 && (millis / openMillis) * openCells >= MIN_TICK_CELLS);
  write(0, '0');
  for (const piece of pieces) {
    if (piece.folded) {
      const text = `⋯${toDurationText(piece.toNano - piece.fromNano)}⋯`;
      write(Math.round((piece.fromCell + piece.toCell - text.length) / 2), text);
    }
  }
  if (step === undefined) return cells.join('');
  const stepNano = BigInt(step) * 1_000_000n;
  for (const piece of pieces) {
    if (piece.folded) continue;
    const first = ((piece.fromNano - whole.fromNano) / stepNano + 1n) * stepNano;
    for (let at = first; whole.fromNano + at <= piece.toNano; at += stepNano) {
      const part = Number(whole.fromNano + at - piece.fromNano) / Number(piece.toNano - piece.fromNano);
      write(Math.round(piece.fromCell + part * (piece.toCell - piece.fromCell)), toTickText(at));
    }
  }
  return cells.join('');
}

/** `2s`, `500ms`, `3m`, `2m 30s`: like a duration, without zeros. */
function toTickText(nano: bigint): string {
  return toDurationText(nano).replace(/\.0s$/, 's').replace(/ 00[smh]$/, '').replace(/ 0(\d)/, ' $1');
}
