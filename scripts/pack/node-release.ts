/** A Node.js of a given version out of the npm registry, kept outside the project. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where what tests download is kept: SPOOR_TEST_CACHE, else ~/.cache/spoor-test. */
export function testCache(): string {
  return process.env.SPOOR_TEST_CACHE ?? join(homedir(), '.cache', 'spoor-test');
}

/**
 * Gives the path of the `node` of this version, fetching it the first time (about 40 MB). The packages `node-<os>-<arch>` hold
 * the program itself and need no install script. Throws one sentence when it cannot be had.
 */
export function fetchNode(version: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(testCache(), `${name}-${version}`);
  const program = join(folder, 'bin', 'node');
  if (existsSync(program)) return program;
  mkdirSync(testCache(), { recursive: true });
  const work = mkdtempSync(join(testCache(), 'fetch-'));
  try {
    runOrThrow('npm', ['pack', `${name}@${version}`, '--pack-destination', work], work, { ...process.env, PATH: withoutOwnPrograms(process.env.PATH ?? '') });
    runOrThrow('tar', ['-xzf', `${name}-${version}.tgz`], work);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}

/** npm finds its machine-wide settings (certificates, proxies) beside the Node.js that runs it: that must be the machine's own. */
export function withoutOwnPrograms(path: string): string {
  return path.split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

/** Runs a program to its end. Throws with what it said when it fails. */
export function runOrThrow(program: string, args: string[], cwd: string, env = process.env): string {
  const ran = spawnSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')} left with ${ran.status ?? ran.error?.message}: ${ran.stderr ?? ''}${ran.stdout ?? ''}`);
  return ran.stdout;
}
