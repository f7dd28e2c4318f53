/**
 * A command that could not do what was asked. `message` is one sentence saying what happened and where, `next` what to do
 * about it. Exit code 1. Every other error is a bug or a broken machine and may show its stack.
 */
export class Failure extends Error {
  readonly exitCode: 1 | 2 = 1;
  readonly next?: string;

  constructor(message: string, next?: string) {
    super(message);
    this.name = 'Failure';
    if (next) this.next = next;
  }
}

/** The command line itself was wrong. Exit code 2. */
export class UsageFailure extends Failure {
  override readonly exitCode = 2;
}
