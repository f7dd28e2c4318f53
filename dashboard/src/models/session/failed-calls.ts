/** The calls of a session that failed, in order: what one looks for first. Pure. */
import type { SessionAnswer } from '../../../../src/query/api/session.ts';

export interface FailedCall {
  row: number;
  spanId: string;
  tool: string;
  /** What was called with, in a line; absent: not told. */
  summary?: string;
  errorType?: string;
}

export function toFailedCalls({ spans, details }: Pick<SessionAnswer, 'spans' | 'details'>): FailedCall[] {
  return spans.outcome.flatMap((outcome, row): FailedCall[] => {
    if (spans.kind[row] !== 'tool' || (outcome !== 'error' && outcome !== 'timeout')) return [];
    const { summary, errorType } = details[row] ?? {};
    return [{ row, spanId: spans.id[row] ?? '', tool: spans.name[row] ?? '', ...(summary === undefined ? {} : { summary }), ...(errorType === undefined ? {} : { errorType }) }];
  });
}
