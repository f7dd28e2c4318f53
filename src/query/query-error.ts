/** not-found: there is no such thing · timeout: it took too long and was given up · failed: the store or the code is at fault · closed: nobody answers any more */
export type QueryErrorReason = 'not-found' | 'timeout' | 'failed' | 'closed';

/** Why a question has no answer, as a sentence for people. */
export class QueryError extends Error {
  readonly reason: QueryErrorReason;

  constructor(reason: QueryErrorReason, message: string) {
    super(message);
    this.name = 'QueryError';
    this.reason = reason;
  }
}
