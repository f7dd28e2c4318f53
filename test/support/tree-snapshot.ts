/** All that can be seen of a folder from outside: to show that it is as it was. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface SnapshotOptions {
  /** Also when each thing was last changed. */
  times?: boolean;
  /** Names below the folder that are left out, with all that is in them. */
  without?: readonly string[];
}

/** Path → what is there: kind, mode, content or target. Nothing is followed, and no pipe or device is opened. */
export function snapshotTree(root: string, { times = false, without = [] }: SnapshotOptions = {}): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    const name = relative(root, path);
    if (without.includes(name)) return;
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    const time = times ? ` ${stat.mtimeMs}` : '';
    if (stat.isSymbolicLink()) found[name] = `link to ${readlinkSync(path)}${time}`;
    else if (stat.isFile()) found[name] = `file ${mode} ${stat.size} ${stat.size <= 1 << 20 ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16) : ''}${time}`;
    else if (stat.isDirectory()) found[`${name}/`] = `folder ${mode}${time}`;
    else found[name] = `other ${mode}${time}`;
    if (stat.isDirectory()) for (const below of readdirSync(path).sort()) walk(join(path, below));
  };
  walk(root);
  return found;
}
