/** Looking at the files and folders in which agents keep their history. */
import { readdirSync, statSync } from 'node:fs';
import type { Problem } from '../core/problem.ts';
import type { FileStamp } from './agent.ts';

/** The stamp of a regular file; links are followed only to regular files, everything else is none. */
export function stampOf(path: string): FileStamp | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? { path, size: stats.size, modifiedMillis: stats.mtimeMs, inode: stats.ino } : undefined;
  } catch {
    return undefined;
  }
}

/** What stands in a folder, in order. One that is not there has nothing; one that cannot be read is a problem. */
export function listNames(folder: string, problems: Problem[]): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ code: 'unreadable-folder', detail: `${folder}: ${code}` });
    return [];
  }
}
