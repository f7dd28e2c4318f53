/** Of how many steps of a session the times are only estimated. Pure. */
import type { SessionAnswer } from '../../../../src/query/api/session.ts';
import { formatCount } from '../format.ts';

/** `turn`: a row of `turns`; absent: all. Steps are calls and requests. */
export function toEstimatedSteps({ spans, details }: Pick<SessionAnswer, 'spans' | 'details'>, turn?: number): { estimated: number; steps: number } {
  const rows = spans.kind.flatMap((kind, row) => ((kind === 'tool' || kind === 'chat') && (turn === undefined || spans.turn[row] === turn) ? [row] : []));
  return { estimated: rows.filter((row) => details[row]?.estimated).length, steps: rows.length };
}

/** `times of 3 of 8 steps are estimated`; undefined: of none. */
export function toEstimatedText(answer: Pick<SessionAnswer, 'spans' | 'details'>, turn?: number): string | undefined {
  const { estimated, steps } = toEstimatedSteps(answer, turn);
  return estimated === 0 ? undefined : `times of ${formatCount(estimated)} of ${formatCount(steps)} steps are estimated`;
}
