/**
 * One collector per home: whoever holds this SQLite file exclusively. The kernel takes the lock back from a process that dies in any
 * way. POSIX locks fall when their process closes *any* descriptor of the file: nobody else may open it.
 */
import { chmodSync, statSync } from 'node:fs';
import { loadNodeSqlite } from '../../store/sqlite/node-sqlite.ts';

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

export interface CollectorLock {
  /** False after `release`, and when the file was removed or replaced: somebody else may hold the new one. */
  isInPlace(): boolean;
  /** Idempotent. */
  release(): void;
}

/** Takes the lock, or returns undefined when another process (or this one) has it. Throws on a disk that refuses. */
export function tryLock(path: string): CollectorLock | undefined {
  const database = new (loadNodeSqlite().DatabaseSync)(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  chmodSync(path, 0o600);
  const inode = statSync(path).ino;
  return {
    isInPlace: () => database.isOpen && statSync(path, { throwIfNoEntry: false })?.ino === inode,
    release: () => database.isOpen && database.close(),
  };
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && [SQLITE_BUSY, SQLITE_LOCKED].includes(code & 0xff);
}
