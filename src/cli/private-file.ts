/** A file that appears whole or not at all, and that only its owner can read. */
import { constants, type Stats } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { Failure } from './failure.ts';

export interface PrivateFile {
  write(data: string | Uint8Array): Promise<void>;
  /** Makes it visible under its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind unless `commit` came first. Idempotent. */
  close(): Promise<void>;
}

/** Starts a file at `path` (0600). A pipe or device there is written to as it is. Throws a `Failure` where that cannot be. */
export async function createPrivateFile(path: string): Promise<PrivateFile> {
  try {
    const present = await stat(path).catch(ignoreMissing);
    if (present?.isDirectory()) throw new Failure(`${path} is a folder.`, 'Name a file in it.');
    // Renaming over a device would replace it: /dev/null would be gone.
    if (present && !present.isFile()) return await openSpecial(path);
    return await createRegular(present ? await realpath(path) : path);
  } catch (error) {
    throw asFailure(error, path);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): Stats | undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

async function openSpecial(path: string): Promise<PrivateFile> {
  const file = await open(path, constants.O_WRONLY);
  let isOpen = true;
  return {
    write: (data) => writeTo(file, data, path),
    commit: async () => undefined,
    close: async () => {
      if (isOpen) await file.close();
      isOpen = false;
    },
  };
}

async function createRegular(path: string): Promise<PrivateFile> {
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  let isOpen = true;
  const release = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    write: (data) => writeTo(file, data, path),
    commit: async () => {
      try {
        await file.sync();
        await release();
        await rename(temporary, path);
      } catch (error) {
        throw asFailure(error, path);
      }
    },
    close: async () => {
      await release();
      await rm(temporary, { force: true });
    },
  };
}

async function writeTo(file: FileHandle, data: string | Uint8Array, path: string): Promise<void> {
  try {
    await file.writeFile(data);
  } catch (error) {
    throw asFailure(error, path);
  }
}

function asFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new Failure(`${path} could not be written: ${error.message}.`, 'Choose a file in a folder that you may write to and that has room.');
}
