/** Running a program where the network is loopback and nothing else. */
import { spawnSync } from 'node:child_process';

/** Set in it, so that it is not done twice; tests read it. */
const MARK = 'SPOOR_TEST_NETWORK';
const UP = 'ip link set lo up && exec "$@"';

/**
 * Runs the command in a network namespace of its own and gives its exit code. undefined: this process is in one already, or the system
 * does not permit it or lacks `unshare` and `ip`: then nothing was run.
 */
export function runOnLoopback(argv: readonly string[]): number | undefined {
  if (process.env[MARK] === 'loopback' || process.platform !== 'linux') return undefined;
  const unshare = ['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), 'sh', '-c', UP, 'sh'];
  if (spawnSync('unshare', [...unshare, 'true'], { stdio: 'ignore' }).status !== 0) return undefined;
  const { status } = spawnSync('unshare', [...unshare, ...argv], { stdio: 'inherit', env: { ...process.env, [MARK]: 'loopback' } });
  return status ?? 1;
}
