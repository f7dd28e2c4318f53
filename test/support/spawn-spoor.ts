/** The command as users run it: a process through bin/spoor.mjs, from src/ or dist/ as these tests themselves run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = join(dirname(dirname(import.meta.dirname)), 'bin', 'spoor.mjs');
const CONDITIONS = fileURLToPath(import.meta.resolve('#spoor/cli/main.ts')).endsWith('.ts') ? ['--conditions=spoor-source'] : [];

/** The program and its first arguments. */
export const spoorCommand: readonly string[] = [process.execPath, ...CONDITIONS, BIN];

export interface Spawned {
  code: number | null;
  out: string;
  err: string;
}

export interface SpawnOptions {
  /** The whole environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Stops reading stdout after so many characters, as `| head` does. */
  readOnly?: number;
}

/** Starts one command that the caller ends. */
export function startSpoor(words: readonly string[], { env = {} }: Pick<SpawnOptions, 'env'> = {}): ChildProcess {
  return spawn(process.execPath, [...spoorCommand.slice(1), ...words], { env, stdio: 'ignore' });
}

/** Runs one command to its end. */
export function spawnSpoor(words: readonly string[], { env = {}, cwd, readOnly = Infinity }: SpawnOptions = {}): Promise<Spawned> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...spoorCommand.slice(1), ...words], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const result: Spawned = { code: null, out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      result.out += text;
      if (result.out.length >= readOnly) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (result.err += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code }));
  });
}
