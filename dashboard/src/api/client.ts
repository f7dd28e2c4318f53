/** Asks the server. Every answer is JSON; a refusal comes with a sentence. */
import { toQueryString } from '../models/filter-params.ts';

/** What went wrong, for people: `message` says what, `next` what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly next?: string;

  constructor(status: number, message: string, next?: string) {
    super(message);
    this.status = status;
    if (next !== undefined) this.next = next;
  }
}

type Answers = (path: string) => object | undefined;
let ownAnswers: Answers | undefined;

/** Has all answers come from here and nothing asked of a server: for a page that is a file. */
export function answerFrom(answers: Answers): void {
  ownAnswers = answers;
}

/** `path` without `/api`. Throws ApiError. */
export async function ask<T>(path: string, query: object = {}, signal?: AbortSignal): Promise<T> {
  if (ownAnswers) return (ownAnswers(path) ?? notInFile()) as T;
  const response = await fetch(`/api${path}${toQueryString(query)}`, { signal, headers: { accept: 'application/json' } }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'spoor does not answer.', 'Start it with: spoor serve');
  });
  if (response.ok) return (await response.json()) as T;
  const { error, next } = (await response.json().catch(() => ({}))) as { error?: string; next?: string };
  throw new ApiError(response.status, error ?? `The server answered ${response.status}.`, next);
}

function notInFile(): never {
  throw new ApiError(404, 'This file does not hold it.');
}
