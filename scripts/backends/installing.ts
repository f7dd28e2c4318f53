/** Getting a backend once into a cache folder outside the repository, however many test runs want it at the same time. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** On two idle cores a cold install of Phoenix was measured at 95 s, a build of the Collector at 110 s, one of Jaeger at 8 min; a busy machine needs several times that. */
const INSTALL_DEADLINE_MILLIS = 60 * 60_000;
const POLL_MILLIS = 200;

/** Where a backend's files stand: below SPOOR_TEST_CACHE, else ~/.cache/spoor-test. */
export function cacheFolder(name: string): string {
  return join(process.env.SPOOR_TEST_CACHE ?? join(homedir(), '.cache', 'spoor-test'), name);
}

/** Whether `installOnce` went through for this folder. */
export function isInstalled(folder: string): boolean {
  return existsSync(join(folder, 'installed'));
}

/** Calls `work` with the empty folder, unless that went through before. A second caller waits, and takes over from a first that died. */
export async function installOnce(folder: string, work: () => Promise<void>): Promise<void> {
  if (isInstalled(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (isInstalled(folder)) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await work();
    writeFileSync(join(folder, 'installed'), '');
  });
}

export interface ProgramOptions {
  /** What to do when the program is not there. */
  hint: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Exit codes that are fine. */
  expected?: readonly number[];
}

/** Runs one of the installer's programs with its talk on our stderr. Throws a sentence when it is missing or fails. */
export async function runProgram(program: string, args: readonly string[], { hint, cwd, env = process.env, expected = [0] }: ProgramOptions): Promise<void> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 2, 2], signal: AbortSignal.timeout(INSTALL_DEADLINE_MILLIS) });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${program} could not be started: ${error.message}. ${hint}`)));
    child.once('exit', (code, signal) => {
      if (code !== null && expected.includes(code)) resolve();
      else reject(new Error(`\`${program} ${args.join(' ')}\` ended with ${code ?? signal}. Its output stands above.`));
    });
  });
}

/** Progress goes to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + INSTALL_DEADLINE_MILLIS;
  while (!tryLock(file)) {
    if (Date.now() > deadline) throw new Error(`Another install holds ${file} for too long. Remove that file and try again.`);
    await sleep(POLL_MILLIS);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHeld(file)) rmSync(file, { force: true });
    return false;
  }
}

/** A lock file without a number is one that is just being written. */
function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (!(pid > 0)) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
