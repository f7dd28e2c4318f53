/** Replacing a file as a whole: a reader sees the old content or the new one, never a part. */
import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface FileIdentity {
  mode: number;
  /** Kept where this process may give files away. */
  owner?: { uid: number; gid: number };
}

/**
 * Writes a new file beside the old one and renames it into its place. The path must not be a link: the link would be
 * replaced. Throws what the disk throws; then nothing has changed.
 */
export function replaceFile(path: string, content: string | Uint8Array, { mode, owner }: FileIdentity): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now().toString(36)}.tmp`);
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeWhole(file, typeof content === 'string' ? Buffer.from(content) : content);
      if (owner) giveTo(file, owner);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

function giveTo(file: number, { uid, gid }: { uid: number; gid: number }): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root may; the file is then ours, as after any editor's save.
  }
}
