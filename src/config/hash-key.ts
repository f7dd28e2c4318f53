/** The key that names are hashed with: made once per SPOOR_HOME, so that equal names stay equal for as long as it is kept. */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { makeFolder } from './make-folder.ts';

const FORM = /^[0-9a-f]{64}$/;

/** The key, made now where there is none. Undefined: it can be neither read nor written, or is none. */
export function loadHashKey(home: Home): string | undefined {
  const path = join(home.secrets, 'hash.key');
  return readKey(path) ?? createKey(home, path);
}

function readKey(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return FORM.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: of two processes that make one, both go on with that of the first. A file that is no key is not replaced. */
function createKey(home: Home, path: string): string | undefined {
  const draft = `${path}.${process.pid}`;
  try {
    makeFolder(home.secrets);
    chmodSync(home.secrets, 0o700);
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
  } catch {
    // It may be there by now.
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(path);
}
