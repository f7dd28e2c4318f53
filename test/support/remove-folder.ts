import { rmSync } from 'node:fs';

const DEADLINE_MILLIS = 10_000;

/** Removes a folder in which a process that a hook started may still leave a file: looks again until it is empty. Throws when it never is. */
export function removeFolder(path: string): void {
  for (const end = performance.now() + DEADLINE_MILLIS; ; ) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
