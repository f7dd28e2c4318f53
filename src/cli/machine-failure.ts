/** Errors of the disk, in sentences: whichever command meets them. */
import { statSync } from 'node:fs';
import type { Home } from '../config/home.ts';
import { Failure } from './failure.ts';

type Fault = 'no folder' | 'below a file' | 'unmakeable' | 'full' | 'read-only' | 'forbidden' | 'broken' | 'busy' | 'unwritable store';

/** Codes of the system: errno(3). */
const SYSTEM: Readonly<Record<string, Fault>> = { ENOSPC: 'full', EDQUOT: 'full', EROFS: 'read-only', EACCES: 'forbidden', EPERM: 'forbidden', EIO: 'broken' };

/** Of a folder that was to be made. */
const MAKING: Readonly<Record<string, Fault>> = { EEXIST: 'below a file', ENOTDIR: 'unmakeable', ENOENT: 'unmakeable', ELOOP: 'unmakeable', ENAMETOOLONG: 'unmakeable', ENOSYS: 'unmakeable' };

/** Primary result codes, https://www.sqlite.org/rescode.html: PERM, BUSY, READONLY, IOERR, FULL, CANTOPEN. */
const SQLITE: Readonly<Record<number, Fault>> = { 3: 'forbidden', 5: 'busy', 8: 'unwritable store', 10: 'broken', 13: 'full', 14: 'unwritable store' };

/** A `Failure` that says what the disk refused and what to do; undefined for every other error. `home`: undefined where there is none. */
export function toMachineFailure(error: unknown, home: Home | undefined): Failure | undefined {
  if (!(error instanceof Error) || error instanceof Failure) return undefined;
  const isStore = 'errcode' in error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const fault = home && isNoFolder(home.root) ? 'no folder' : isStore ? SQLITE[Number(error.errcode) & 0xff] : (SYSTEM[String(code)] ?? (syscall === 'mkdir' ? MAKING[String(code)] : undefined));
  if (!fault) return undefined;
  const root = home?.root ?? 'the folder';
  return new Failure(...toSentences(fault, (isStore ? home?.database : path?.replace(TEMPORARY, '$1')) ?? root, root));
}

/** What `config/replace-file.ts` writes before it becomes the file that is meant. */
const TEMPORARY = /\.([^/]+)\.\d+\.[0-9a-z]+\.tmp$/;

/** A file where our folder should be: then nothing else that is told of it matters. */
function isNoFolder(root: string): boolean {
  return statSync(root, { throwIfNoEntry: false })?.isDirectory() === false;
}

function toSentences(fault: Fault, path: string, root: string): [message: string, next: string] {
  switch (fault) {
    case 'no folder':
      return [`${root} is no folder, and spoor keeps its data in one.`, 'Move it away, or set SPOOR_HOME to a folder.'];
    case 'below a file':
      return [`The folder ${root}, in which spoor keeps its data, cannot be made: ${path} is no folder.`, 'Move that away, or set SPOOR_HOME to a folder that can be made.'];
    case 'unmakeable':
      return [`The folder ${root}, in which spoor keeps its data, cannot be made: the system refuses ${path}.`, 'Set SPOOR_HOME to a folder that can be made.'];
    case 'full':
      return [`The disk is full: ${path} could not be written.`, 'Make room and try again. What hooks have recorded stays until it is collected.'];
    case 'read-only':
      return [`${path} cannot be written: the disk is read-only.`, 'Make it writable, or set SPOOR_HOME to a folder that is.'];
    case 'forbidden':
      return [`${path} may not be read or written by this user.`, `Make ${root} and all that is in it your own, or set SPOOR_HOME to a folder that is.`];
    case 'broken':
      return [`${path} could not be read or written: the disk is full, or fails.`, 'Make room, check the disk, and try again.'];
    case 'busy':
      return [`The store ${path} is in use by another process, which does not let go of it.`, 'Try again; see what runs with: spoor status'];
    case 'unwritable store':
      return [
        `The store ${path} cannot be opened: SQLite writes beside a store even to read it, and there nothing can be written.`,
        `Make ${root} writable, or copy it to where it is and set SPOOR_HOME to the copy.`,
      ];
  }
}
