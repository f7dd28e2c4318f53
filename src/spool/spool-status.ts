import type { Home } from '../config/home.ts';
import { listSpool } from './read-spool.ts';
import { listSetAside } from './set-aside.ts';

/** What waits in the spool. */
export interface SpoolStatus {
  /** Files not consumed yet, those being written included. */
  count: number;
  bytes: number;
  /** When the oldest was last written (Unix ms). Absent when there is none. */
  oldestMillis?: number;
  /** Files that can never be read and wait for their deletion. */
  setAside: number;
}

/** Looks, changes nothing. Never throws. */
export function spoolStatus(home: Home): SpoolStatus {
  const files = listSpool(home);
  const oldest = files[0];
  return {
    count: files.length,
    bytes: files.reduce((sum, file) => sum + Number(file.stat.size), 0),
    ...(oldest && { oldestMillis: Number(oldest.stat.mtimeMs) }),
    setAside: listSetAside(home).length,
  };
}
