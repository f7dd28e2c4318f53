/**
 * Where Gemini CLI keeps its chats: `<home>/.gemini/tmp/<project>/chats/session-<minute>-<8 of the id>.jsonl` (older builds `.json`), and
 * its subagents' in a folder beside them that has the session's id. Names are untrusted: only those of the known shapes become paths.
 */
import { closeSync, readSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { openRegularFile } from '../regular-file.ts';
import { asList, asRecord, asText } from '../untrusted.ts';

const CHATS = 'chats';
const CHAT_FILE = /^session-.*-([A-Za-z0-9_]{8})\.jsonl?$/;
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The id stands at the very beginning, in a `.json` behind a brace and a line end. */
const HEAD_BYTES = 4096;
const SESSION_ID = /"sessionId"\s*:\s*"([^"\\]{1,128})"/;

/** Gemini CLI's own folder: below `GEMINI_CLI_HOME` where that is set, else below the home; undefined without either. */
export function findGeminiHome({ home, env }: AgentEnvironment): string | undefined {
  const named = env.GEMINI_CLI_HOME;
  const base = named && isAbsolute(named) ? named : home;
  return base ? join(base, '.gemini') : undefined;
}

/** Every project's chats below a folder of projects (`…/.gemini/tmp`). One that is not there has none; one that cannot be read is a problem. */
export function listChatFolders(root: string, problems: Problem[]): string[] {
  return listNames(root, problems).map((name) => join(root, name, CHATS));
}

/** `--from` may name a chat file, a folder of chats, a project's, the projects', Gemini CLI's own, or a home folder. */
export function chatFoldersAt(from: string, problems: Problem[]): string[] {
  const here = stampOf(from) ? dirname(from) : from;
  const roots = [here, join(here, 'tmp'), join(here, '.gemini', 'tmp')];
  return [...new Set([here, join(here, CHATS), ...roots.flatMap((root) => listChatFolders(root, problems))])];
}

/** The sessions of a folder of chats, with their subagents'. */
export function sessionsIn(chats: string): HistorySource[] {
  const bySession = new Map<string, FileStamp[]>();
  const names = listNames(chats, []).filter((name) => CHAT_FILE.test(name));
  for (const name of names) {
    // A session that was taken over from the older form has both: the newer one repeats the older.
    if (name.endsWith('.json') && names.includes(`${name}l`)) continue;
    const file = stampOf(join(chats, name));
    const sessionId = file && readSessionId(file.path);
    if (file && sessionId !== undefined) bySession.set(sessionId, [...(bySession.get(sessionId) ?? []), file]);
  }
  return [...bySession].flatMap(([sessionId, files]) => [toSource(sessionId, files), ...childrenIn(chats, sessionId)]);
}

/** The session with this id in a folder of chats: a session's own, or a subagent's. */
export function findIn(chats: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  const short = sessionId.slice(0, 8);
  const names = listNames(chats, []);
  const isOwn = (name: string): boolean => CHAT_FILE.exec(name)?.[1] === short && !(name.endsWith('.json') && names.includes(`${name}l`));
  const files = names.filter(isOwn).flatMap((name) => stampOf(join(chats, name)) ?? []).filter(({ path }) => readSessionId(path) === sessionId);
  if (files.length > 0) return toSource(sessionId, files);
  const parent = names.find((name) => isSafeId(name) && stampOf(join(chats, name, `${sessionId}.jsonl`)));
  return parent === undefined ? undefined : childrenIn(chats, parent).find((child) => child.sessionId === sessionId);
}

/**
 * The subagents of a session, and theirs: all stand in one folder. Which of them started which is told by their calls; the session itself
 * started the others.
 */
export function childrenIn(chats: string, sessionId: string): HistorySource[] {
  if (!isSafeId(sessionId)) return [];
  const folder = join(chats, sessionId);
  const files = listNames(folder, []).flatMap((name) => {
    const id = /^(.+)\.jsonl$/.exec(name)?.[1];
    const file = id !== undefined && isSafeId(id) && id !== sessionId ? stampOf(join(folder, name)) : undefined;
    return id !== undefined && file ? [{ id, file }] : [];
  });
  const parents = new Map<string, string>();
  if (files.length > 1) for (const { id, file } of files) for (const child of spawnedIdsOf(file)) if (child !== id && !parents.has(child)) parents.set(child, id);
  return files.map(({ id, file }) => ({ ...toSource(id, [file]), parent: { sessionId: parents.get(id) ?? sessionId, relation: 'subagent' } }));
}

/** Whether an id may become a part of a path. */
function isSafeId(id: string): boolean {
  return SAFE_ID.test(id) && !/^\.+$/.test(id);
}

function toSource(sessionId: string, files: FileStamp[]): HistorySource {
  return { sessionId, files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)) };
}

/** The folder of the project that a chat is about: the agent keeps its path beside the chats. */
export function readProjectFolder(chatFile: string): string | undefined {
  const folder = dirname(chatFile);
  const chats = basename(folder) === CHATS ? folder : dirname(folder);
  return asText(readHead(join(dirname(chats), '.project_root'))?.trim());
}

function readSessionId(path: string): string | undefined {
  return SESSION_ID.exec(readHead(path) ?? '')?.[1];
}

function readHead(path: string): string | undefined {
  let file: number;
  try {
    file = openRegularFile(path);
  } catch {
    return undefined;
  }
  try {
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    return head.toString('utf8', 0, readSync(file, head, 0, HEAD_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** While a session with subagents runs its files are asked again and again; most have not changed. */
const MAX_REMEMBERED = 256;
const remembered = new Map<string, { stamp: string; ids: readonly string[] }>();

/** The subagents that a chat's calls name. */
function spawnedIdsOf({ path, size, modifiedMillis, inode }: FileStamp): readonly string[] {
  const stamp = `${size}:${modifiedMillis}:${inode}`;
  const known = remembered.get(path);
  if (known?.stamp === stamp) return known.ids;
  const ids = readSpawnedIds(path);
  remembered.delete(path);
  remembered.set(path, { stamp, ids });
  for (const oldest of remembered.keys()) if (remembered.size > MAX_REMEMBERED) remembered.delete(oldest);
  return ids;
}

/** Few lines name one: the others are not parsed. */
function readSpawnedIds(path: string): string[] {
  const ids: string[] = [];
  readLines(path, (text) => {
    if (!text.includes('"agentId"')) return;
    try {
      for (const call of asList(asRecord(JSON.parse(text))?.toolCalls)) ids.push(...(asText(asRecord(call)?.agentId) === undefined ? [] : [asRecord(call)?.agentId as string]));
    } catch {
      // A line that is still being written: it is read again when it is whole.
    }
  });
  return ids;
}
