/** Running a backend on loopback for a test: started, waited for, and gone when the test or this process is. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Phoenix was measured at 16 s with an empty data folder (migrations). */
const START_DEADLINE_MILLIS = 4 * 60_000;
const STOP_DEADLINE_MILLIS = 10_000;
const POLL_MILLIS = 200;

export interface ServerOptions {
  /** For messages. */
  title: string;
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** What it says goes there; its end stands in the error when it does not start. */
  logFile: string;
  isReady(): Promise<boolean>;
}

export interface RunningServer {
  pid: number | undefined;
  /** Ends the server and waits until it is gone. Idempotent. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it is ready. Throws with the end of its log when it does not come up. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.program, options.args, { env: options.env, stdio: ['ignore', log, log] });
  closeSync(log);
  const stop = stopper(child);
  try {
    await waitUntilReady(options, child);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${readFileSync(options.logFile, 'utf8').slice(-2000)}`);
  }
  return { stop, pid: child.pid };
}

async function waitUntilReady({ title, isReady }: ServerOptions, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MILLIS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${title} ended before it was ready. The end of its log:`);
    if (await isReady().catch(() => false)) return;
    await sleep(POLL_MILLIS);
  }
  throw new Error(`${title} was not ready after ${START_DEADLINE_MILLIS / 1000} s. The end of its log:`);
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

/** A port of loopback that is free now. */
export function freePort(): Promise<number> {
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
