/** Opening other people's files: regular ones only, so that nobody waits for a pipe or reads a device without end. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Opens a regular file to read it; links are followed to one. Throws what the disk throws, and an error of code `no-file` for what is none. */
export function openRegularFile(path: string): number {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(file).isFile()) return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
  closeSync(file);
  throw Object.assign(new Error('not a regular file'), { code: 'no-file' });
}

/** What `use` makes of a regular file that is open for it alone; undefined where there is none, it cannot be read, or `use` throws. */
export function withRegularFile<T>(path: string, use: (file: number) => T): T | undefined {
  let file: number | undefined;
  try {
    file = openRegularFile(path);
    return use(file);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The whole of a regular file. Throws as `openRegularFile` does, and an error of code `too-large` beyond `mostBytes`. */
export function readRegularFile(path: string, mostBytes: number): Buffer {
  const file = openRegularFile(path);
  try {
    const { size } = fstatSync(file);
    if (size > mostBytes) throw Object.assign(new Error(`more than ${mostBytes} bytes`), { code: 'too-large' });
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const count = readSync(file, bytes, length, size - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
