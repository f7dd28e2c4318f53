/** Asks what the dashboard asks, without a server. */
import { createQueryService } from '../../query/query-service.ts';
import { QueryError } from '../../query/query-error.ts';
import type { Question } from '../../query/question.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';

/** The answer to one question; undefined where there is no store yet. Throws a `Failure` with what the question could not be answered for. */
export async function askFigures<T>(question: Question, context: CliContext): Promise<T | undefined> {
  // Brings it up to date: those who answer can only read.
  const store = await context.openStore(context.home, { create: false });
  store?.close();
  if (!store) return undefined;
  const service = createQueryService({ database: context.home.database, search: context.home.search });
  try {
    return JSON.parse(new TextDecoder().decode(await service.ask(question))) as T;
  } catch (error) {
    throw error instanceof QueryError ? new Failure(error.message) : error;
  } finally {
    await service.close();
  }
}

/** What is printed instead of a table, on stderr. */
export const NO_STORE = 'No sessions yet. Read the past ones with: spoor import. Trace the next ones with: spoor install\n';
