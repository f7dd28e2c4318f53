/**
 * Which MCP servers were configured where a session ran. Their tools are called `<server>_<tool>`, as a plugin's may be: only the
 * configuration tells which is which.
 */
import { dirname, join, resolve } from 'node:path';
import { findProperty } from '../json-edit.ts';
import { peekJson } from '../install-file.ts';

const NAMES = ['opencode.json', 'opencode.jsonc', join('.opencode', 'opencode.json'), join('.opencode', 'opencode.jsonc')];
/** A configuration further up is another project's. */
const MOST_FOLDERS = 12;

/** The servers' names as they begin the names of their tools, the longest first. `configFolder`: the user's own configuration. */
export function findMcpServers(cwd: string | undefined, configFolder: string | undefined): string[] {
  const paths = foldersFrom(cwd).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  if (configFolder !== undefined) paths.push(...['opencode.json', 'opencode.jsonc', 'config.json'].map((name) => join(configFolder, name)));
  const names = new Set(paths.flatMap(readServers).map((name) => name.replace(/[^a-zA-Z0-9_-]/g, '_')));
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function foldersFrom(cwd: string | undefined): string[] {
  const folders: string[] = [];
  for (let folder = cwd; folder?.startsWith('/') && folders.length < MOST_FOLDERS; folder = dirname(folder)) {
    folders.push(resolve(folder));
    if (dirname(folder) === folder) break;
  }
  return folders;
}

function readServers(path: string): string[] {
  const servers = findProperty(peekJson(path)?.root, 'mcp');
  return servers?.type === 'object' ? (servers.children ?? []).flatMap((property) => (typeof property.children?.[0]?.value === 'string' ? [property.children[0].value] : [])) : [];
}
