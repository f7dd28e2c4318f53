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

/** `path` without `/api`. Throws ApiError. */
export async function ask<T>(path: string, query: object = {}, signal?: AbortSignal): Promise<T> {
  const response = await fetch(`/api${path}${toQueryString(query)}`, { signal, headers: { accept: 'application/json' } }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'spoor does not answer.', 'Start it with: spoor serve');
  });
  if (response.ok) return (await response.json()) as T;
  const { error, next } = (await response.json().catch(() => ({}))) as { error?: string; next?: string };
  throw new ApiError(response.status, error ?? `The server answered ${response.status}.`, next);
}
