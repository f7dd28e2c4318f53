/** Why a request gets no answer: `message` says what is wrong, `next` what to do. */
export class AnswerError extends Error {
  readonly status: 400 | 404 | 503;
  readonly next?: string;

  constructor(status: 400 | 404 | 503, message: string, next?: string) {
    super(message);
    this.name = 'AnswerError';
    this.status = status;
    if (next !== undefined) this.next = next;
  }
}
