/** A thread that answers with SQL. */
import { answerOrders, askService } from './answer-orders.ts';
import { QueryError } from './query-error.ts';
import type { Definition } from './question.ts';
import { questions } from './questions.ts';

answerOrders(async ({ name, query }, context) => {
  const definition = questions[name] as Definition<typeof query>;
  if (definition.worker !== 'reader') throw new QueryError('failed', `${name} is no question for a reader.`);
  const answer = await definition.load();
  return answer(query, { ...context, ask: askService });
});
