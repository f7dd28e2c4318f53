/** Writing a plan's edits: all of them or none, and only on files that are still as the user was shown them. */
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmdirSync, statSync, unlinkSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { FileEdit } from '../agents/agent.ts';
import { replaceFile } from '../config/replace-file.ts';

/** An installation that could not be done; everything is as it was before. The message is for the user. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
}

/** The folders that must be made for these edits, outermost first. */
export function findMissingFolders(edits: readonly FileEdit[]): string[] {
  const missing = new Set<string>();
  for (const { path, after } of edits) {
    for (let folder = dirname(path); after && !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder)) missing.add(folder);
  }
  return [...missing].sort((a, b) => a.length - b.length);
}

/**
 * Applies the edits in order. Throws an `InstallationError` when a file is not as `before` says, or the disk refuses: then what
 * was written is taken back.
 */
export function applyEdits(edits: readonly FileEdit[]): void {
  for (const edit of edits) assertUnchanged(edit);
  const folders = findMissingFolders(edits);
  const done: FileEdit[] = [];
  try {
    for (const folder of folders) mkdirSync(folder, { mode: 0o700 });
    for (const edit of edits) {
      assertUnchanged(edit);
      write(edit.path, edit.after);
      done.push(edit);
    }
  } catch (error) {
    const lost = takeBack(done);
    removeEmptyFolders(folders);
    const reason = error instanceof InstallationError ? error.message : `${toSentence(error)} Nothing was changed.`;
    throw new InstallationError(lost.length === 0 ? reason : `${toSentence(error)} And these could not be put back as they were: ${lost.join(', ')}.`, { cause: error });
  }
}

/** Removes folders that are empty, innermost first; others stay. */
export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, or gone: both are fine.
    }
  }
}

function assertUnchanged({ path, before }: FileEdit): void {
  let now: Buffer | undefined;
  try {
    now = lstatSync(path, { throwIfNoEntry: false }) ? readFileSync(path) : undefined;
  } catch (error) {
    throw new InstallationError(`${toSentence(error)} Nothing was changed.`);
  }
  const isSame = now && before ? now.equals(before) : now === before;
  if (!isSame) throw new InstallationError(`${path} was changed by somebody else in the meantime. Nothing was done: run it again to see the new difference.`);
}

/** Through a link to what it points at. A new file is the user's alone. */
function write(path: string, content: Buffer | undefined): void {
  if (!content) return unlinkSync(path);
  const target = existsSync(path) ? realpathSync(path) : path;
  const stat: Stats | undefined = statSync(target, { throwIfNoEntry: false });
  replaceFile(target, content, stat ? { mode: stat.mode, owner: stat } : { mode: 0o600 });
}

/** Gives the paths that could not be taken back. */
function takeBack(done: readonly FileEdit[]): string[] {
  return done.toReversed().flatMap(({ path, before }) => {
    try {
      write(path, before);
      return [];
    } catch {
      return [path];
    }
  });
}

function toSentence(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = { EACCES: 'no permission', EPERM: 'no permission', EROFS: 'the disk is read-only', ENOSPC: 'the disk is full', EDQUOT: 'the quota is used up' };
  return path ? `${path} could not be written (${reasons[code ?? ''] ?? code}).` : `${message}.`;
}
