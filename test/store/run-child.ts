import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Starts a script as a process of its own, with the same source of `#spoor/…` as this one. stderr is shown. */
export function runChild(script: URL, ...args: string[]): ChildProcessByStdio<null, Readable, null> {
  const flags = process.execArgv.filter((flag) => flag.startsWith('--conditions'));
  return spawn(process.execPath, [...flags, fileURLToPath(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}
