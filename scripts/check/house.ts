/** Reads the house: every file that git tracks or would track, and the parsed TypeScript among them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { House } from './check.ts';
import { parseSource } from './source-file.ts';

/** Throws where git is missing or this is no checkout. */
export function openHouse(root: string): House {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  if (listed.status !== 0) throw new Error(`git does not list the files of ${root}: ${listed.stderr}. The check needs a checkout.`);
  const paths = [...new Set(listed.stdout.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).sort();
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const files = paths.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts')).map((path) => parseSource(path, read(path)));
  return { root, paths, files, read };
}
