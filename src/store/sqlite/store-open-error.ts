/** newer: written by a newer version · foreign: not a database of ours · unreadable: damaged or not a database */
export type StoreOpenReason = 'newer' | 'foreign' | 'unreadable';

/** Why a store could not be opened, as a sentence that says what to do. The file was not touched. */
export class StoreOpenError extends Error {
  readonly reason: StoreOpenReason;

  constructor(reason: StoreOpenReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreOpenError';
    this.reason = reason;
  }
}
