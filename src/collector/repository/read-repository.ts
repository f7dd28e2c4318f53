/** What git says of a folder, read from its files: no program is started. Formats: gitrepository-layout(5), git-config(1). */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readRegularFile } from '../../agents/regular-file.ts';
import { toBranch, toCommit, toRepositoryUrl, type Repository } from '../../core/repository.ts';

/** A head, a link or a ref is a line. */
const MOST_LINE_BYTES = 4096;
/** Far above every config that people write. */
const MOST_CONFIG_BYTES = 1024 * 1024;
/** 100 bytes a ref: so many has hardly a repository. */
const MOST_PACKED_BYTES = 32 * 1024 * 1024;
/** No path is deeper. */
const MOST_FOLDERS = 64;

/** The repository that holds this folder, as it is now; undefined where there is none, or nothing of it can be told. Never throws. */
export function readRepository(folder: string): Repository | undefined {
  if (!isAbsolute(folder)) return undefined;
  const gitFolder = findGitFolder(folder);
  if (gitFolder === undefined) return undefined;
  // A worktree has its own head; refs and config are the main one's.
  const shared = readLine(join(gitFolder, 'commondir'));
  const mainFolder = shared === undefined ? gitFolder : resolve(gitFolder, shared);
  const head = readLine(join(gitFolder, 'HEAD'));
  const ref = head?.startsWith('ref: ') ? head.slice(5).trim() : undefined;
  const repository: Repository = {};
  const branch = ref?.startsWith('refs/heads/') ? toBranch(ref.slice('refs/heads/'.length)) : undefined;
  const commit = ref === undefined ? toCommit(head) : readRef(ref, gitFolder, mainFolder);
  const url = readRemote(join(mainFolder, 'config'));
  if (url !== undefined) repository.url = url;
  if (branch !== undefined) repository.branch = branch;
  if (commit !== undefined) repository.commit = commit;
  return Object.keys(repository).length > 0 ? repository : undefined;
}

/** `.git` in the folder or above it: a folder, or (worktrees, submodules) a file that says where it is. */
function findGitFolder(folder: string): string | undefined {
  for (let at = folder, count = 0; count < MOST_FOLDERS; at = dirname(at), count++) {
    const path = join(at, '.git');
    const kind = kindOf(path);
    if (kind === 'folder') return path;
    const link = kind === 'file' ? readLine(path) : undefined;
    if (link?.startsWith('gitdir: ')) return resolve(at, link.slice('gitdir: '.length).trim());
    if (dirname(at) === at) break;
  }
  return undefined;
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

function readRef(ref: string, gitFolder: string, mainFolder: string): string | undefined {
  // The name is foreign: it must not lead out of the folder.
  if (!/^refs\/[^\s\p{Cc}]+$/u.test(ref) || ref.split('/').includes('..')) return undefined;
  return toCommit(readLine(join(gitFolder, ref))) ?? toCommit(readLine(join(mainFolder, ref))) ?? findPacked(ref, mainFolder);
}

/** Lines `<commit> <ref>`; those that begin with `^` or `#` tell other things. */
function findPacked(ref: string, mainFolder: string): string | undefined {
  const packed = readText(join(mainFolder, 'packed-refs'), MOST_PACKED_BYTES);
  const end = packed === undefined ? -1 : `${packed}\n`.indexOf(` ${ref}\n`);
  if (packed === undefined || end < 0) return undefined;
  return toCommit(packed.slice(packed.lastIndexOf('\n', end) + 1, end));
}

/** The address of `origin`, else of the first remote. Files that it includes are not looked into. */
function readRemote(path: string): string | undefined {
  const addresses = new Map<string, string>();
  let remote: string | undefined;
  for (const line of (readText(path, MOST_CONFIG_BYTES) ?? '').split(/\r?\n/)) {
    const section = /^\s*\[(?<text>[^\]]*)\]/.exec(line)?.groups?.text;
    if (section !== undefined) remote = /^remote "(?<name>.*)"$/.exec(section)?.groups?.name;
    const address = remote === undefined ? undefined : /^\s*url\s*=\s*(?<url>\S+)/.exec(line)?.groups?.url?.replaceAll('"', '');
    if (remote !== undefined && address !== undefined && !addresses.has(remote)) addresses.set(remote, address);
  }
  const chosen = addresses.get('origin') ?? [...addresses.values()][0];
  return chosen === undefined ? undefined : toRepositoryUrl(chosen);
}

function readLine(path: string): string | undefined {
  const line = readText(path, MOST_LINE_BYTES)?.split('\n', 1)[0]?.trim();
  return line === '' ? undefined : line;
}

function readText(path: string, mostBytes: number): string | undefined {
  try {
    return readRegularFile(path, mostBytes).toString('utf8');
  } catch {
    return undefined;
  }
}
