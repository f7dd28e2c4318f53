/**
 * Whether a Codex process writes a thread. From 0.169 on it holds a lock on `thread-writer-locks/<thread>.lock` meanwhile; one that was
 * killed leaves the file, unlocked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { findCodexHome } from './codex-home.ts';
import { isSafeId } from './files.ts';

/** true: somebody holds the lock. Else nothing is known: older versions lock nothing, and only Linux tells who holds what. */
export function isRunning(environment: AgentEnvironment, sessionId: string): true | undefined {
  const home = findCodexHome(environment);
  if (home === undefined || environment.platform !== 'linux' || !isSafeId(sessionId)) return undefined;
  const lock = stampOf(join(home, 'thread-writer-locks', `${sessionId}.lock`));
  return lock && isHeld(lock.inode) ? true : undefined;
}

/** `1: FLOCK  ADVISORY  WRITE 31549 fe:00:10915343 0 EOF` a line. */
function isHeld(inode: number): boolean {
  try {
    return new RegExp(`^\\d+: \\S+ +\\S+ +\\S+ +\\d+ [0-9a-f]+:[0-9a-f]+:${inode} `, 'm').test(readFileSync('/proc/locks', 'utf8'));
  } catch {
    return false;
  }
}
