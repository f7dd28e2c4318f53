/** Codex's configuration files as an installer meets them: there or not, linked, read-only, broken. */
import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a file is left alone: one sentence for the user, saying what to do. */
export interface Refusal {
  refusal: string;
}

export interface ConfigFile {
  path: string;
  bytes: Buffer;
}

/** Reads a file to edit it. undefined: it does not exist. Never throws. */
export function openForEdit(path: string): ConfigFile | Refusal | undefined {
  try {
    if (!lstatSync(path, { throwIfNoEntry: false })) return undefined;
    const reason = findObstacle(path);
    return reason === undefined ? { path, bytes: readFileSync(path) } : { refusal: `${path} ${reason}` };
  } catch (error) {
    return { refusal: `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).` };
  }
}

/** Reads a file only to look at it; undefined when it is absent or cannot be read. Never throws. */
export function peekBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function findObstacle(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'is a link to a file that does not exist. Mend or remove the link and try again.';
  if (!stat.isFile()) return 'is no file. Move it away and try again.';
  // The bits, too: root may write what its owner has closed.
  if ((stat.mode & 0o222) === 0 || !mayWrite(path)) return 'is read-only. Make it writable (chmod u+w) and try again.';
  return mayWrite(dirname(realpathSync(path))) ? undefined : 'stands in a folder that is read-only. Make the folder writable (chmod u+w) and try again.';
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
