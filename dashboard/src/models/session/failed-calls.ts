/** The calls of a session that failed, in order: what one looks for first. Pure. */
import type { SessionAnswer } from '../../../../src/query/api/session.ts';

export interface FailedCall {
  row: number;
  spanId: string;
  tool: string;
  /** What was called with, in a line; absent: not told. */
  summary?: string;
  errorType?: string;
  /** The first line of what the error said. */
  message?: string;
}

export function toFailedCalls({ spans, details }: Pick<SessionAnswer, 'spans' | 'details'>): FailedCall[] {
  return spans.outcome.flatMap((outcome, row): FailedCall[] => {
    if (spans.kind[row] !== 'tool' || (outcome !== 'error' && outcome !== 'timeout')) return [];
    const { summary, errorType, errorMessage: message } = details[row] ?? {};
    const told = Object.fromEntries(Object.entries({ summary, errorType, message }).filter(([, text]) => text !== undefined));
    return [{ row, spanId: spans.id[row] ?? '', tool: spans.name[row] ?? '', ...told }];
  });
}
