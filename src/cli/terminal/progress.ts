/**
 * How far a long job is, on stderr: a rate and an end in sight. On a terminal one line that is drawn again and again; elsewhere a line
 * now and then, so that a log shows that it goes on.
 */
import type { Output } from '../context.ts';
import { toBytesText, toGroupedText } from './number-text.ts';
import { cutToWidth } from './text-width.ts';
import { toDurationText } from './time-text.ts';

export interface ProgressMark {
  label: string;
  /** Sessions. */
  done: number;
  total: number;
  /** The rate and the time left are told from these. */
  bytes: number;
  bytesTotal: number;
}

export interface Progress<M = ProgressMark> {
  update(at: M): void;
  /** Takes the line away. */
  close(): void;
}

/** Often enough to look alive, rarely enough to cost nothing. */
const REDRAW_MILLIS = 100;
/** Where lines stay: nobody reads more of them, and most imports are through before the first. */
const LINE_MILLIS = 10_000;
/** A rate from less time than this is a guess. */
const RATE_AFTER_MILLIS = 500;

const CLEAR_LINE = '\r\u001b[K';

/** Draws on this output; `nowMillis` is the clock for the rate. */
export function createProgress(output: Output, nowMillis: () => number): Progress {
  return createProgressLine(output, nowMillis, toProgressText);
}

/** The same for any job: `toText` makes the line of where it is, and of how long it has gone on (ms). */
export function createProgressLine<M>(output: Output, nowMillis: () => number, toText: (mark: M, elapsedMillis: number) => string): Progress<M> {
  const startMillis = nowMillis();
  let drawnMillis = output.isTerminal ? -Infinity : startMillis;
  let isDrawn = false;
  return {
    update(mark) {
      const now = nowMillis();
      if (now - drawnMillis < (output.isTerminal ? REDRAW_MILLIS : LINE_MILLIS)) return;
      drawnMillis = now;
      const text = toText(mark, now - startMillis);
      void output.write(output.isTerminal ? CLEAR_LINE + cutToWidth(text, output.columns - 1) : `${text}\n`);
      isDrawn = output.isTerminal;
    },
    close() {
      if (isDrawn) void output.write(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

/** `importing Kiro  240/933 sessions  20/100 MB  4.0 MB/s  20s left`: mostly within 80 cells. */
function toProgressText({ label, done, total, bytes, bytesTotal }: ProgressMark, elapsedMillis: number): string {
  const size = toBytesText(bytesTotal);
  const read = toBytesText(bytes);
  const unit = size.slice(size.indexOf(' '));
  const amount = read.endsWith(unit) ? `${read.slice(0, -unit.length)}/${size}` : `${read}/${size}`;
  return `${label}  ${toGroupedText(done)}/${toGroupedText(total)} sessions  ${amount}${toRate(bytes, bytesTotal, elapsedMillis)}`;
}

/** `  12 MB/s  8s left` */
export function toRate(bytes: number, bytesTotal: number, elapsedMillis: number): string {
  if (elapsedMillis < RATE_AFTER_MILLIS || bytes <= 0) return '';
  const perMilli = bytes / elapsedMillis;
  const left = Math.max(0, bytesTotal - bytes) / perMilli;
  return `  ${toBytesText(Math.round(perMilli * 1000))}/s  ${toDurationText(BigInt(Math.ceil(left / 1000)) * 1_000_000_000n)} left`;
}
