/** The thread that holds the columns: loads them with the first question, and brings them up to date with each. */
import { answerOrders } from './answer-orders.ts';
import { createColumns, type LiveColumns } from './columns/live-columns.ts';
import { resetScratch } from './columns/scratch.ts';
import { QueryError } from './query-error.ts';
import type { Definition } from './question.ts';
import { questions } from './questions.ts';

let live: LiveColumns | undefined;

answerOrders(async ({ name, query }, context) => {
  const definition = questions[name] as Definition<typeof query>;
  if (definition.worker !== 'columns') throw new QueryError('failed', `${name} is no question for the columns.`);
  live ??= createColumns(context.open('database'));
  const answer = await definition.load();
  resetScratch();
  return answer(query, { ...context, columns: live.refresh() });
});
