/** Starts a collector from the command line: the counterpart of the shims' `start-collector.sh`. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../../config/home.ts';
import { type CollectorProcess, readCollector } from './pid-file.ts';

export interface LaunchOptions {
  /** Absolute path of node. */
  node: string;
  /** Absolute path of the collector's entry, then its arguments. */
  entry: readonly string[];
  /** Scrubbed: `toCollectorEnvironment` of `hook/variables.ts`. */
  env: Readonly<Record<string, string>>;
  /** How long to wait until it says that it runs. */
  waitMillis?: number;
}

/**
 * Starts a collector in a session of its own with no standard streams and returns the one that runs then: the new one, or one that
 * was quicker. Undefined when none does in time. Throws nothing for a missing node.
 */
export async function startCollector(home: Home, options: LaunchOptions): Promise<CollectorProcess | undefined> {
  const child = spawn(options.node, options.entry, { detached: true, stdio: 'ignore', cwd: '/', env: options.env });
  let ended = false;
  child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  child.unref();
  const deadlineMillis = performance.now() + (options.waitMillis ?? 10_000);
  for (;;) {
    const running = readCollector(home);
    if (running?.alive) return running;
    if (ended || performance.now() > deadlineMillis) return undefined;
    await delay(20);
  }
}
