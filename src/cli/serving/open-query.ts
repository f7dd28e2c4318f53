/** The service that answers the dashboard's questions. */
import type { Home } from '../../config/home.ts';
import type { Question } from '../../query/question.ts';
import { createQueryService } from '../../query/query-service.ts';
import { questions } from '../../query/questions.ts';
import { AnswerError } from '../../server/answer-error.ts';
import type { QueryService } from '../../server/route.ts';

/** Opens it for this home; its threads start with the first question. */
export function openQuery(home: Home): QueryService & { close(): Promise<void> } {
  const service = createQueryService({ database: home.database });
  return {
    ask(question) {
      if (!Object.hasOwn(questions, question.name)) return Promise.reject(new AnswerError(404, 'This has no answer yet.'));
      // What it is asked with was parsed by the route of the same name.
      return service.ask(question as Question);
    },
    close: () => service.close(),
  };
}
