/** How far a sending is: spans, a rate and an end in sight. On a terminal one line that is drawn again; elsewhere a line now and then. */
import type { Output } from '../context.ts';
import { toPlainLine } from './clean-text.ts';
import { toGroupedText } from './number-text.ts';
import { createProgressLine, type Progress } from './progress.ts';
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

/** A rate from less time than this is a guess. */
const RATE_AFTER_MILLIS = 1_000;

/** Draws on this output; `nowMillis` is the clock for the rate. */
export function createSpanProgress(output: Output, nowMillis: () => number): Progress<SpanMark> {
  return createProgressLine(output, nowMillis, toSpanProgressText);
}

/** `sending to phoenix  12 000/48 000 spans  1 000/s  36s left` */
function toSpanProgressText({ label, done, total, waiting, error }: SpanMark, elapsedMillis: number): string {
  const perSecond = (done / elapsedMillis) * 1000;
  const rate = elapsedMillis < RATE_AFTER_MILLIS || done === 0 ? '' : `  ${toGroupedText(Math.round(perSecond))}/s  ${toDurationText(BigInt(Math.ceil(Math.max(0, total - done) / perSecond)) * 1_000_000_000n)} left`;
  const trouble = error === undefined ? '' : `  ${toGroupedText(waiting)} waiting: ${toPlainLine(error)}`;
  return `${label}  ${toGroupedText(Math.min(done, total))}/${toGroupedText(total)} spans${rate}${trouble}`;
}
