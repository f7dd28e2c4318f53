/** Telling a failure that foreign data caused from one of the machine: the first must stop nobody else, the second must stop all. */
import { isDatabaseFailure } from '../store/sqlite/failures.ts';

/** Whether what failed may go on without this one item. False: the disk, the store or the system refuses. */
export function isForeignFailure(error: unknown): boolean {
  if (isDatabaseFailure(error)) return false;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // EIO, ENOSPC, …: the system's. Node's own (ERR_…) tell of a value that cannot be what it should.
  return !/^E[A-Z0-9]+$/.test(code);
}

/** The error's name, for problems: its message may hold content. */
export function toErrorName(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error';
}

/** A native session id for a problem's detail, where it is plain enough to hold no content. */
export function toPlainId(sessionId: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(sessionId) ? sessionId : '(an id of other signs)';
}
