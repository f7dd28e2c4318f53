/** Programs of this folder, each a process of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Child {
  process: ChildProcessWithoutNullStreams;
  /** The next line of its output. Rejects when it ends without one. */
  line(): Promise<string>;
  /** Ends it, and waits until it is gone: what comes next runs alone. */
  stop(): Promise<void>;
}

export function run(file: string, argument: string): Child {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, file), argument], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.pipe(process.stderr);
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file} ended too soon.`);
      return value as string;
    },
    async stop() {
      child.kill();
      await gone;
    },
  };
}
