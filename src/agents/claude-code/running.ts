/** Whether a Claude Code works on a session: each running one keeps `<config>/sessions/<pid>.json`, which names its session. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEnvironment } from '../agent.ts';
import { readRegularFile } from '../regular-file.ts';
import { asRecord } from '../untrusted.ts';
import { findConfigFolder } from './folders.ts';

/** A few hundred bytes in truth. */
const MAX_BYTES = 1 << 16;

/** true: a living process names it. undefined: none does, which tells nothing; older versions keep no such files. */
export function isSessionRunning(environment: AgentEnvironment, sessionId: string): boolean | undefined {
  const config = findConfigFolder(environment);
  const folder = config === undefined ? undefined : join(config, 'sessions');
  const pids = folder === undefined ? [] : listNames(folder).flatMap((name) => /^(\d{1,10})\.json$/.exec(name)?.[1] ?? []);
  return pids.some((pid) => namesSession(join(folder ?? '', `${pid}.json`), sessionId) && isAlive(Number(pid))) ? true : undefined;
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function namesSession(path: string, sessionId: string): boolean {
  try {
    return asRecord(JSON.parse(readRegularFile(path, MAX_BYTES).toString('utf8')))?.sessionId === sessionId;
  } catch {
    return false;
  }
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
