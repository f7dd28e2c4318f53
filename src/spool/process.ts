/** What the machine says of other processes. Pids come back: a pid alone never names a process. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { NANOS_PER_SECOND } from '../core/time.ts';

/** Linux counts process times in hundredths of a second towards user space, whatever CONFIG_HZ is (USER_HZ). */
const LINUX_TICKS_PER_SECOND = 100n;

/** Boot time plus ticks is exact to a second, and clocks are set now and then. */
const START_TOLERANCE_NANO = 5n * NANOS_PER_SECOND;

/** Whether a process with this pid runs, whoever owns it. A zombie does not. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const state = readLinuxStat(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/**
 * Whether the process with this pid can be one that already ran at that moment (Unix ns): false when none runs, or one that started
 * later and got the pid again.
 */
export function hasRunSince(pid: number, unixNano: bigint): boolean {
  if (!isProcessAlive(pid)) return false;
  const started = startUnixNano(pid);
  return started === undefined || started <= unixNano + START_TOLERANCE_NANO;
}

/** A word that is different for each process that had this pid: clock ticks since boot, or `ps`'s date. Absent if it cannot be told. */
export function processStartTime(pid: number): string | undefined {
  return readLinuxStat(pid)?.[19] ?? readPsStart(pid)?.replaceAll(/\s+/g, '_');
}

/**
 * The command lines of a process and of its ancestors, nearest first, as lists of words; none where the process is gone, or is another
 * one that got the pid after that moment (Unix ns). Where there is no /proc the words are split at spaces.
 */
export function readProcessLine(pid: number, { sinceUnixNano, max }: { sinceUnixNano: bigint; max: number }): string[][] {
  const line: string[][] = [];
  for (let at = pid; at > 1 && line.length < max && hasRunSince(at, sinceUnixNano); ) {
    const words = readLinuxWords(at) ?? readPs('args=', at)?.split(/\s+/);
    if (!words) break;
    line.push(words);
    at = Number(readLinuxStat(at)?.[1] ?? readPs('ppid=', at) ?? 0);
  }
  return line;
}

function readLinuxWords(pid: number): string[] | undefined {
  const text = process.platform === 'linux' ? readText(`/proc/${pid}/cmdline`) : undefined;
  return text ? text.replace(/\0$/, '').split('\0') : undefined;
}

function startUnixNano(pid: number): bigint | undefined {
  const ticks = readLinuxStat(pid)?.[19];
  const boot = readText('/proc/stat')?.match(/^btime (\d+)$/m)?.[1];
  if (ticks && boot) return BigInt(boot) * NANOS_PER_SECOND + (BigInt(ticks) * NANOS_PER_SECOND) / LINUX_TICKS_PER_SECOND;
  const millis = Date.parse(`${readPsStart(pid)} UTC`);
  return Number.isNaN(millis) ? undefined : BigInt(millis) * 1_000_000n;
}

/** Fields of /proc/<pid>/stat from the third on (proc_pid_stat(5)); the second may hold spaces and parentheses. */
function readLinuxStat(pid: number): string[] | undefined {
  const text = process.platform === 'linux' ? readText(`/proc/${pid}/stat`) : undefined;
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readPsStart(pid: number): string | undefined {
  return readPs('lstart=', pid);
}

function readPs(field: string, pid: number): string | undefined {
  try {
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
    return execFileSync('ps', ['-o', field, '-p', String(pid)], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
