/** Files that can never be read are moved out of the way, with their reason beside them, and gone after a week. */
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.ts';
import type { Problem } from '../core/problem.ts';

/** Folder of the spool in which they stand. */
export const SET_ASIDE = 'set-aside';
const REASON = '.reason';
/** They are raw, secrets included. */
const KEPT_MILLIS = 7 * 24 * 3600 * 1000;

/** Moves one entry of the spool (of whatever type) aside. Never throws; where that fails the entry stays, and the problem says so. */
export function setAside(home: Home, name: string, reason: string): Problem {
  const folder = join(home.spool, SET_ASIDE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = freeName(folder, name);
    renameSync(join(home.spool, name), target);
    writeFileSync(`${target}${REASON}`, `${new Date().toISOString()} ${reason}\n`, { mode: 0o600, flag: 'wx' });
    return { code: 'set-aside', detail: `${name}: ${reason}. Kept for a week as ${target}` };
  } catch (error) {
    return { code: 'not-set-aside', detail: `${name}: ${reason}, and it cannot be moved to ${folder} (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** Deletes what was set aside more than a week ago. Returns how many entries. Never throws. */
export function expireSetAside(home: Home, nowMillis: number): number {
  const folder = join(home.spool, SET_ASIDE);
  const expired = listSetAside(home).filter((name) => setAsideMillis(folder, name) < nowMillis - KEPT_MILLIS);
  for (const name of expired) {
    rmSync(join(folder, name), { recursive: true, force: true });
    rmSync(join(folder, `${name}${REASON}`), { force: true });
  }
  return expired.length;
}

/** Names of the entries that were set aside. */
export function listSetAside(home: Home): string[] {
  try {
    return readdirSync(join(home.spool, SET_ASIDE)).filter((name) => !name.endsWith(REASON)).sort();
  } catch {
    return [];
  }
}

/** The reason's file is as old as the move; without one, the entry's last change of place or content. */
function setAsideMillis(folder: string, name: string): number {
  const reason = lstatSync(join(folder, `${name}${REASON}`), { throwIfNoEntry: false });
  return reason?.mtimeMs ?? lstatSync(join(folder, name), { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;
}

function freeName(folder: string, name: string): string {
  for (let i = 0; ; i++) {
    const path = join(folder, i === 0 ? name : `${name}.${i}`);
    if (!lstatSync(path, { throwIfNoEntry: false })) return path;
  }
}
