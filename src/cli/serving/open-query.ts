/** The service that answers the dashboard's questions. */
import type { Home } from '../../config/home.ts';
import { AnswerError } from '../../server/answer-error.ts';
import type { QueryService } from '../../server/route.ts';

/** Opens it for this home; starts nothing yet. */
export function openQuery(_home: Home): QueryService & { close(): Promise<void> } {
  return {
    ask: () => Promise.reject(new AnswerError(503, 'This question has no answer yet.')),
    close: () => Promise.resolve(),
  };
}
