/** How far a sending is: spans, a rate and an end in sight. On a terminal one line that is drawn again; elsewhere a line now and then. */
import type { Output } from '../context.ts';
import { toPlainLine } from './clean-text.ts';
import { toGroupedText } from './number-text.ts';
import { cutToWidth } from './text-width.ts';
import { toDurationText } from './time-text.ts';

export interface SpanMark {
  label: string;
  /** Spans. */
  done: number;
  total: number;
  waiting: number;
  /** Why it does not move. */
  error?: string;
}

/** As `progress.ts` draws. */
const REDRAW_MILLIS = 100;
const LINE_MILLIS = 10_000;
const RATE_AFTER_MILLIS = 1_000;
const CLEAR_LINE = '\r\u001b[K';

/** Draws on this output; `nowMillis` is the clock for the rate. */
export function createSpanProgress(output: Output, nowMillis: () => number): { update(mark: SpanMark): void; /** Takes the line away. */ close(): void } {
  const startMillis = nowMillis();
  let drawnMillis = output.isTerminal ? -Infinity : startMillis;
  let isDrawn = false;
  return {
    update(mark) {
      const now = nowMillis();
      if (now - drawnMillis < (output.isTerminal ? REDRAW_MILLIS : LINE_MILLIS)) return;
      drawnMillis = now;
      const text = toSpanProgressText(mark, now - startMillis);
      void output.write(output.isTerminal ? CLEAR_LINE + cutToWidth(text, output.columns - 1) : `${text}\n`);
      isDrawn = output.isTerminal;
    },
    close() {
      if (isDrawn) void output.write(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

/** `sending to phoenix  12 000/48 000 spans  1 000/s  36s left` */
export function toSpanProgressText({ label, done, total, waiting, error }: SpanMark, elapsedMillis: number): string {
  const perSecond = (done / elapsedMillis) * 1000;
  const rate = elapsedMillis < RATE_AFTER_MILLIS || done === 0 ? '' : `  ${toGroupedText(Math.round(perSecond))}/s  ${toDurationText(BigInt(Math.ceil(Math.max(0, total - done) / perSecond)) * 1_000_000_000n)} left`;
  const trouble = error === undefined ? '' : `  ${toGroupedText(waiting)} waiting: ${toPlainLine(error)}`;
  return `${label}  ${toGroupedText(Math.min(done, total))}/${toGroupedText(total)} spans${rate}${trouble}`;
}
