/**
 * A real Arize Phoenix for the interop tests: installed once into a cache folder, started on loopback with a data folder of
 * the caller's. `node scripts/backends/phoenix.ts` installs it and says where.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pinned: the interop test asserts this version's REST answers. */
const PHOENIX_VERSION = '20.26.1';

/** A cold install was measured at 95 s on two idle cores; a busy machine gets ten times that. */
const INSTALL_DEADLINE_MILLIS = 15 * 60_000;

/** Readiness was measured at 16 s with an empty data folder (migrations). */
const START_DEADLINE_MILLIS = 4 * 60_000;
const STOP_DEADLINE_MILLIS = 10_000;
const POLL_MILLIS = 200;

export interface RunningPhoenix {
  /** `http://127.0.0.1:<port>`; traces go to `<url>/v1/traces`. */
  url: string;
  /** Ends the server and waits until it is gone. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Installs Phoenix (about 95 s and 850 MB, the second time nothing) and gives the path of its `phoenix` program. Progress goes
 * to stderr. Throws one sentence when python3 or pip cannot do it.
 */
export async function installPhoenix(): Promise<string> {
  const cache = process.env.SPOOR_TEST_CACHE ?? join(homedir(), '.cache', 'spoor-test');
  const folder = join(cache, `phoenix-${PHOENIX_VERSION}`);
  const marker = join(folder, 'installed');
  const program = join(folder, 'venv', 'bin', 'phoenix');
  if (existsSync(marker) && existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(marker) && existsSync(program)) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    say(`installing arize-phoenix ${PHOENIX_VERSION} into ${folder} (about two minutes)`);
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(join(folder, 'venv', 'bin', 'pip'), ['install', '--no-input', '--progress-bar', 'off', `arize-phoenix==${PHOENIX_VERSION}`]);
    writeFileSync(marker, `${PHOENIX_VERSION}\n`);
    say('arize-phoenix is installed');
  });
  return program;
}

/** Starts Phoenix with its database in `folder` and waits until it answers. Throws with the end of its log when it does not. */
export async function startPhoenix(folder: string): Promise<RunningPhoenix> {
  const program = await installPhoenix();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'phoenix.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(program, ['serve'], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PHOENIX_WORKING_DIR: folder,
      PHOENIX_HOST: '127.0.0.1',
      PHOENIX_PORT: String(port),
      PHOENIX_GRPC_PORT: String(await freePort()),
      PHOENIX_TELEMETRY_ENABLED: 'false',
      PHOENIX_ALLOW_EXTERNAL_RESOURCES: 'false',
      PHOENIX_DISABLE_AGENT_ASSISTANT: 'true',
      PHOENIX_LOG_MIGRATIONS: 'false',
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const stop = stopper(child);
  try {
    await waitUntilReady(url, child);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
  }
  return { url, stop };
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MILLIS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('Phoenix ended before it was ready. The end of its log:');
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.ok, () => false);
    if (ready) return;
    await sleep(POLL_MILLIS);
  }
  throw new Error(`Phoenix was not ready after ${START_DEADLINE_MILLIS / 1000} s. The end of its log:`);
}

/** Ends the child when asked, and when this process exits without asking. */
function stopper(child: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const killNow = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killNow);
  return async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(killNow, STOP_DEADLINE_MILLIS);
    await gone;
    clearTimeout(timer);
    process.off('exit', killNow);
  };
}

/** Runs one of the installer's programs with its talk on our stderr. Throws a sentence when it is missing or fails. */
async function run(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 2, 2], signal: AbortSignal.timeout(INSTALL_DEADLINE_MILLIS) });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${program} could not be started: ${error.message}. Install Python 3 with venv and pip.`)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${program} ${args.join(' ')}\` ended with ${code ?? signal}. Its output stands above.`));
    });
  });
}

/** Two test runs may want the same cache: the second waits, and takes over from a first that died. */
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (import.meta.main) console.log(await installPhoenix());
