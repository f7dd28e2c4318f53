/**
 * Where Qwen Code keeps its sessions: `<folder>/projects/<project>/chats/<session>.jsonl`, and subagents in
 * `<folder>/projects/<project>/subagents/<session>/agent-<agent>.jsonl` with `.meta.json` beside. Names are untrusted: only those of the
 * known shapes become paths.
 */
import { closeSync, readSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, HistorySource } from '../agent.ts';
import { listNames, stampOf } from '../history-files.ts';
import { openRegularFile, readRegularFile } from '../regular-file.ts';
import { asRecord, asText } from '../untrusted.ts';

const CHATS = 'chats';
const SUBAGENTS = 'subagents';
const CHAT_FILE = /^([A-Za-z0-9][A-Za-z0-9_-]{0,127})\.jsonl$/;
const AGENT_FILE = /^agent-([A-Za-z0-9][A-Za-z0-9_-]{0,190})\.jsonl$/;
/** A fork says in each of its records where it came from; the first is small enough unless its prompt is long. */
const HEAD_BYTES = 16 << 10;
const FORKED_FROM = /"forkedFrom"\s*:\s*\{\s*"sessionId"\s*:\s*"([A-Za-z0-9][A-Za-z0-9_-]{0,127})"/;
/** A sidecar is some hundred bytes. */
const MAX_META_BYTES = 1 << 20;

/** Qwen Code's own folder: `QWEN_HOME` where that is set, else `~/.qwen`; undefined without either. */
export function findQwenHome({ home, env }: AgentEnvironment): string | undefined {
  const named = env.QWEN_HOME;
  if (named && isAbsolute(named)) return named;
  return home ? join(home, '.qwen') : undefined;
}

/** The folders of projects: where the agent was told to keep what it writes, and its own folder. */
export function findProjectRoots(environment: AgentEnvironment): string[] {
  const named = environment.env.QWEN_RUNTIME_DIR;
  const folders = [named && isAbsolute(named) ? named : undefined, findQwenHome(environment)];
  return [...new Set(folders.flatMap((folder) => (folder === undefined ? [] : [join(folder, 'projects')])))];
}

/** The folders of single projects. One that is not there has none; one that cannot be read is a problem. */
export function listProjects(root: string, problems: Problem[]): string[] {
  return listNames(root, problems).map((name) => join(root, name));
}

/** `--from` may name a session's file, a folder of chats, a project's, the projects', Qwen Code's own, or a home folder. */
export function projectsAt(from: string, problems: Problem[]): string[] {
  const here = stampOf(from) ? dirname(from) : from;
  const own = basename(here) === CHATS ? dirname(here) : here;
  const roots = [own, join(own, 'projects'), join(own, '.qwen', 'projects')];
  return [...new Set([own, ...roots.flatMap((root) => listProjects(root, problems))])];
}

/** The sessions of a project, with their subagents'. */
export function sessionsIn(project: string): HistorySource[] {
  const own = listNames(join(project, CHATS), []).flatMap((name) => {
    const sessionId = CHAT_FILE.exec(name)?.[1];
    const source = sessionId === undefined ? undefined : toSession(project, sessionId);
    return source ? [source] : [];
  });
  const folders = listNames(join(project, SUBAGENTS), []);
  return [...own, ...folders.flatMap((sessionId) => childrenIn(project, sessionId))];
}

/** The session with this id in a project: a session's own, or a subagent's. */
export function findIn(project: string, sessionId: string): HistorySource | undefined {
  const own = CHAT_FILE.test(`${sessionId}.jsonl`) ? toSession(project, sessionId) : undefined;
  if (own) return own;
  const name = `agent-${sessionId}.jsonl`;
  if (!AGENT_FILE.test(name)) return undefined;
  const root = listNames(join(project, SUBAGENTS), []).find((folder) => stampOf(join(project, SUBAGENTS, folder, name)) !== undefined);
  return root === undefined ? undefined : childrenIn(project, root).find((child) => child.sessionId === sessionId);
}

function toSession(project: string, sessionId: string): HistorySource | undefined {
  const file = stampOf(join(project, CHATS, `${sessionId}.jsonl`));
  if (!file) return undefined;
  const origin = FORKED_FROM.exec(readHead(file.path))?.[1];
  return { sessionId, files: [file], modifiedMillis: file.modifiedMillis, ...(origin === undefined || origin === sessionId ? {} : { parent: { sessionId: origin, relation: 'fork' } }) };
}

/** A subagent's files, and what the sidecar says of it. */
export function childrenIn(project: string, sessionId: string): HistorySource[] {
  if (!CHAT_FILE.test(`${sessionId}.jsonl`)) return [];
  const folder = join(project, SUBAGENTS, sessionId);
  return listNames(folder, []).flatMap((name): HistorySource[] => {
    const id = AGENT_FILE.exec(name)?.[1];
    const file = id !== undefined && id !== sessionId ? stampOf(join(folder, name)) : undefined;
    if (id === undefined || !file) return [];
    const meta = stampOf(metaPathOf(file.path));
    const parentId = asText(readMeta(file.path)?.parentAgentId);
    const files = meta ? [file, meta] : [file];
    const parent = parentId !== undefined && parentId !== id ? parentId : sessionId;
    return [{ sessionId: id, files, modifiedMillis: Math.max(...files.map((one) => one.modifiedMillis)), parent: { sessionId: parent, relation: 'subagent' } }];
  });
}

/** By the call that started each subagent of a session's folder: its id. */
export function readSpawned(chatFile: string, sessionId: string): Map<string, string> {
  const isAgent = AGENT_FILE.test(basename(chatFile)) && basename(dirname(dirname(chatFile))) === SUBAGENTS;
  const folder = isAgent ? dirname(chatFile) : join(dirname(dirname(chatFile)), SUBAGENTS, sessionId);
  const spawned = new Map<string, string>();
  for (const name of listNames(folder, [])) {
    const id = AGENT_FILE.exec(name)?.[1];
    const callId = id === undefined ? undefined : asText(readMeta(join(folder, name))?.toolUseId);
    if (id !== undefined && callId !== undefined) spawned.set(callId, id);
  }
  return spawned;
}

/** The sidecar of a subagent's file; undefined where there is none that can be read. */
export function readMeta(agentFile: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(readRegularFile(metaPathOf(agentFile), MAX_META_BYTES).toString('utf8')));
  } catch {
    return undefined;
  }
}

function metaPathOf(agentFile: string): string {
  return agentFile.replace(/\.jsonl$/, '.meta.json');
}

function readHead(path: string): string {
  try {
    const file = openRegularFile(path);
    try {
      const head = Buffer.allocUnsafe(HEAD_BYTES);
      return head.toString('utf8', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
