/**
 * The files of an IDE storage: `workspace-sessions/<base64 of the path>/<session>.json`, and beside it what the agent did for each prompt,
 * `<32 hex>/<32 hex>/<32 hex>`. Names are untrusted: only those of the known shapes become paths, and links are not followed.
 */
import { closeSync, readdirSync, readSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../../core/ids.ts';
import type { Problem } from '../../../core/problem.ts';
import { openRegularFile } from '../../regular-file.ts';
import { SESSIONS } from './find-roots.ts';

/** The agent names its files by the first 32 digits of a hash: of the workspace's path, of `KIRO::EXECUTION::SAVES`, of the execution's id. */
const HASHED = /^[0-9a-f]{32}$/;
/** An execution's file; some tools that copy storages give it the execution's id for a name. */
const EXECUTION_FILE = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
/** base64 of a path, its padding written `_`. */
const WORKSPACE = /^[A-Za-z0-9+_=-]{1,1024}$/;
const CHAT_FILE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}\.chat$/;
const ROSTER = 'sessions';

/** Ids stand near the start of most files. */
const CHUNK_BYTES = 1 << 16;
/** `"chatSessionId":"<id>"`, and what of it may stand at the end of a chunk. */
const OWNER = /"chatSessionId"\s*:\s*"([^"\\]{1,128})"/;
/** The same of the execution that a `.chat` file belongs to. */
const EXECUTION = /"executionId"\s*:\s*"([^"\\]{1,128})"/;
const ID_LENGTH = 200;

/** A session's own file. */
export interface SessionPlace {
  sessionId: string;
  path: string;
}

/** Whether an id may become a part of a path. */
export function isSafeId(id: string): boolean {
  return SESSION_ID.test(id) && id !== ROSTER;
}

/** The workspaces' folders of a storage. A folder that is not there has none; one that cannot be read is a problem. */
export function workspaceFolders(storage: string, problems: Problem[]): string[] {
  const folder = join(storage, SESSIONS);
  return listEntries(folder, problems).filter((entry) => entry.isDirectory() && WORKSPACE.test(entry.name)).map(({ name }) => join(folder, name));
}

/** The sessions of a workspace's folder. */
export function listSessions(workspace: string): SessionPlace[] {
  return listEntries(workspace, []).flatMap((entry) => {
    const sessionId = /^(.+)\.json$/.exec(entry.name)?.[1];
    return entry.isFile() && sessionId !== undefined && isSafeId(sessionId) ? [{ sessionId, path: join(workspace, entry.name) }] : [];
  });
}

/** The file of the session with this id, or undefined. */
export function findSession(storage: string, sessionId: string): SessionPlace | undefined {
  if (!isSafeId(sessionId)) return undefined;
  for (const workspace of workspaceFolders(storage, [])) {
    const found = listSessions(workspace).find((place) => place.sessionId === sessionId);
    if (found) return found;
  }
  return undefined;
}

/** The list of a workspace's sessions, beside them. */
export function rosterOf(workspace: string): string {
  return join(workspace, `${ROSTER}.json`);
}

/** What a storage has of executions. */
export interface ExecutionFiles {
  /** By name. */
  files: Map<string, string>;
  /** Older builds' snapshots of conversations, whose names tell nothing. */
  chats: string[];
}

/** Every execution's file of a storage. */
export function listExecutions(storage: string): ExecutionFiles {
  const files = new Map<string, string>();
  const chats: string[] = [];
  for (const { path } of foldersIn(storage)) {
    for (const entry of listEntries(path, [])) if (entry.isFile() && CHAT_FILE.test(entry.name)) chats.push(join(path, entry.name));
    for (const folder of foldersIn(path)) {
      for (const entry of listEntries(folder.path, [])) {
        if (entry.isFile() && EXECUTION_FILE.test(entry.name) && !files.has(entry.name)) files.set(entry.name, join(folder.path, entry.name));
      }
    }
  }
  return { files, chats };
}

/** The file of an execution, by its id: named by its hash, or by the id itself. */
export function executionFile(files: ReadonlyMap<string, string>, executionId: string): string | undefined {
  return files.get(hashOf(executionId).slice(0, 32)) ?? files.get(executionId);
}

function foldersIn(folder: string): { path: string }[] {
  return listEntries(folder, []).filter((entry) => entry.isDirectory() && HASHED.test(entry.name)).map(({ name }) => ({ path: join(folder, name) }));
}

function listEntries(folder: string, problems: Problem[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ code: 'unreadable-folder', detail: `${folder}: ${code}` });
    return [];
  }
}

/** Which session an execution's file belongs to, found without parsing it: such files hold whole conversations. */
export function ownerOf(path: string): string | undefined {
  return findIn(path, OWNER);
}

/** Which execution a `.chat` file belongs to, found in the same way. */
export function executionOf(path: string): string | undefined {
  return findIn(path, EXECUTION);
}

function findIn(path: string, pattern: RegExp): string | undefined {
  let file: number;
  try {
    file = openRegularFile(path);
  } catch {
    return undefined;
  }
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let kept = 0; ; ) {
      const count = readSync(file, chunk, kept, CHUNK_BYTES - kept, null);
      const end = kept + count;
      const found = pattern.exec(chunk.toString('latin1', 0, end))?.[1];
      if (found !== undefined || count === 0) return found;
      kept = Math.min(ID_LENGTH, end);
      chunk.copy(chunk, 0, end - kept, end);
    }
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
