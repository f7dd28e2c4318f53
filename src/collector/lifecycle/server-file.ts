/** `server.json`: which process serves this home, and where. For who finds the port taken, and for who wants to serve as well. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Home } from '../../config/home.ts';
import { isProcessAlive, processStartTime } from '../../spool/process.ts';

export interface ServerProcess {
  pid: number;
  url: string;
}

/** The one that serves this home now; undefined: none does. Never throws. */
export function readServerFile(home: Home): ServerProcess | undefined {
  try {
    const { pid, url, started } = JSON.parse(readFileSync(home.serverFile, 'utf8')) as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof url !== 'string' || !isProcessAlive(pid)) return undefined;
    // Another process may have got its pid.
    return (processStartTime(pid) ?? null) === started ? { pid, url } : undefined;
  } catch {
    return undefined;
  }
}

/** This process serves at `url` from now on. Throws on a disk that refuses. */
export function saveServerFile(home: Home, url: string): void {
  rmSync(home.serverFile, { force: true });
  writeFileSync(home.serverFile, JSON.stringify({ pid: process.pid, url, started: processStartTime(process.pid) ?? null }), { mode: 0o600 });
}

/** Removes it, if it is still this process's. */
export function removeServerFile(home: Home): void {
  if (readServerFile(home)?.pid === process.pid) rmSync(home.serverFile, { force: true });
}
