/** What kind of failure an error of SQLite is. Codes: https://www.sqlite.org/rescode.html */

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
/** TOOBIG, CONSTRAINT, MISMATCH, RANGE: the value that was to be kept is at fault, not the database. */
const BY_VALUE = new Set([18, 19, 20, 25]);

/** Another process holds the database: to be tried again. */
export function isBusyError(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

/** The database or its disk refuses, whatever the data. */
export function isDatabaseFailure(error: unknown): boolean {
  const code = primaryCode(error);
  return code !== undefined && !BY_VALUE.has(code);
}

/** The lowest byte is the primary result code, the rest tells more of it. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
  return code === undefined || Number.isNaN(code) ? undefined : code & 0xff;
}
