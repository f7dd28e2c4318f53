/** Puts a file aside: `traces.jsonl` becomes `traces-1.jsonl`, the newest; the others move on by one, and the oldest goes. */
import { rename, rm, stat } from 'node:fs/promises';
import { extname } from 'node:path';

/** Keeps at most so many that were put aside. A crash in between leaves a gap in the numbers, which the next time is filled: no file goes before its time. */
export async function putAside(path: string, maxFiles: number): Promise<void> {
  const free = await findFree(path, maxFiles);
  if (free === undefined) await rm(toAsidePath(path, maxFiles), { force: true });
  for (let number = (free ?? maxFiles) - 1; number >= 1; number--) await rename(toAsidePath(path, number), toAsidePath(path, number + 1));
  await rename(path, toAsidePath(path, 1));
}

/** The first number that no file has. */
async function findFree(path: string, maxFiles: number): Promise<number | undefined> {
  for (let number = 1; number <= maxFiles; number++) {
    if (!(await stat(toAsidePath(path, number)).catch(ignoreMissing))) return number;
  }
  return undefined;
}

/** The extension stays, so that a pattern such as `*.jsonl` finds them all. */
export function toAsidePath(path: string, number: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
