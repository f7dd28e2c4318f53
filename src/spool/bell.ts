/** A wish to the running collector: look at everything now, also at what rests. It stands in the spool, whose changes wake the collector. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.ts';

/** Dot files are no events. */
const NAME = '.bell';

/** Rings. Never throws: the collector also looks by itself, only later. */
export function ringBell(home: Home): void {
  try {
    writeFileSync(join(home.spool, NAME), '', { mode: 0o600 });
  } catch {
    // A disk that refuses is found out, and told, by the collector.
  }
}

/** Whether somebody rang since the last call. Never throws. */
export function takeBell(home: Home): boolean {
  const path = join(home.spool, NAME);
  try {
    if (!existsSync(path)) return false;
    rmSync(path, { force: true });
    return true;
  } catch {
    // What cannot be taken away would ring for ever.
    return false;
  }
}
