/** Whether a Copilot CLI works on a session: each that does keeps `inuse.<pid>.lock` in the session's folder. */
import { dirname } from 'node:path';
import type { HistorySource } from '../agent.ts';
import { listNames } from '../history-files.ts';
import { eventsFileOf } from './folders.ts';

/** true: a process that lives has a lock there. undefined: none has, which tells nothing: VS Code keeps no locks. */
export function isRunning(source: HistorySource): true | undefined {
  const events = eventsFileOf(source);
  const names = events ? listNames(dirname(events.path), []) : [];
  const pids = names.flatMap((name) => /^inuse\.(\d{1,10})\.lock$/.exec(name)?.[1] ?? []);
  return pids.some((pid) => isAlive(Number(pid))) ? true : undefined;
}

/** Signal 0 tests; a foreign user's process exists too (EPERM). */
function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
