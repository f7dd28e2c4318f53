/** One line on stderr that says how far a long job is: a rate and an end in sight. Silent where stderr is no terminal. */
import type { Output } from '../context.ts';
import { toBytesText, toGroupedText } from './number-text.ts';
import { cutToWidth } from './text-width.ts';
import { toDurationText } from './time-text.ts';

export interface Progress {
  /** `done`/`total` count sessions; the rate and the time left are told from the bytes. */
  update(at: { label: string; done: number; total: number; bytes: number; bytesTotal: number }): void;
  /** Takes the line away. */
  close(): void;
}

/** Often enough to look alive, rarely enough to cost nothing. */
const REDRAW_MILLIS = 100;
/** A rate from less time than this is a guess. */
const RATE_AFTER_MILLIS = 500;

const CLEAR_LINE = '\r\u001b[K';

/** Draws on this output; `nowMillis` is the clock for the rate. */
export function createProgress(output: Output, nowMillis: () => number): Progress {
  const startMillis = nowMillis();
  let drawnMillis = -Infinity;
  let isDrawn = false;
  return {
    update({ label, done, total, bytes, bytesTotal }) {
      const now = nowMillis();
      if (!output.isTerminal || now - drawnMillis < REDRAW_MILLIS) return;
      drawnMillis = now;
      isDrawn = true;
      const text = `${label}  ${toGroupedText(done)}/${toGroupedText(total)}${toRate(bytes, bytesTotal, now - startMillis)}`;
      void output.write(CLEAR_LINE + cutToWidth(text, output.columns - 1));
    },
    close() {
      if (isDrawn) void output.write(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

/** `  12 MB/s  8s left` */
export function toRate(bytes: number, bytesTotal: number, elapsedMillis: number): string {
  if (elapsedMillis < RATE_AFTER_MILLIS || bytes <= 0) return '';
  const perMilli = bytes / elapsedMillis;
  const left = Math.max(0, bytesTotal - bytes) / perMilli;
  return `  ${toBytesText(Math.round(perMilli * 1000))}/s  ${toDurationText(BigInt(Math.ceil(left / 1000)) * 1_000_000_000n)} left`;
}
