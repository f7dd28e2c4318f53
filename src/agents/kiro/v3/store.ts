/**
 * Where Kiro's V3 engine (the CLI's and the IDE's from 1.0 on) keeps its sessions, and reading one:
 * `~/.kiro/sessions/<16 hex>/sess_<uuid>/{session.json,messages.jsonl,sub-executions/*.jsonl}`.
 */
import { basename, dirname, join } from 'node:path';
import type { Fact } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { HistorySource } from '../../agent.ts';
import { stampOf } from '../../history-files.ts';
import { readLines } from '../../jsonl.ts';
import { readRegularFile } from '../../regular-file.ts';
import { findKiroHome } from '../kiro-home.ts';
import type { KiroStore } from '../kiro-store.ts';
import { createProblemList, type ProblemList } from '../../problem-list.ts';
import { findSpawnedIds, isFolder, isSafeId, listSubExecutions, sessionFolders, SUB_EXECUTIONS, toWorkspaces } from './folders.ts';
import { createMessageReader, type V3Facts } from './messages.ts';
import { parseSessionFile, toModelSeen, type SessionFile } from './session-file.ts';

const MESSAGES = 'messages.jsonl';
const SESSION = 'session.json';
/** A few hundred bytes; one beyond this would fill the collector's memory. */
const MAX_SESSION_BYTES = 16 << 20;

/**
 * The IDE's sessions up to 0.x had bare UUIDs for ids. Nothing public says how 1.0 remembers the one that it took a session over from: its
 * own id may be made of it, else it stands somewhere in the session's file.
 */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export const v3Store: KiroStore = {
  roots(environment) {
    // The engine goes by HOME; a KIRO_HOME is looked into as well.
    const homes = [environment.home && join(environment.home, '.kiro'), findKiroHome(environment)].filter((home) => home !== undefined);
    return [...new Set(homes)].map((home) => join(home, 'sessions'));
  },

  discover(environment, from) {
    const problems: Problem[] = [];
    const folders = from === undefined ? this.roots(environment).flatMap((root) => toWorkspaces(root, problems)).flatMap(sessionFolders) : foldersAt(from, problems);
    const found = folders.flatMap((folder) => sourcesIn(folder));
    const parents = new Map<string, string>();
    for (const source of found) for (const id of findSpawnedIds(source.files)) if (id !== source.sessionId && !parents.has(id)) parents.set(id, source.sessionId);
    const sources = new Map<string, HistorySource>();
    for (const source of found) if (!sources.has(source.sessionId)) sources.set(source.sessionId, withParent(source, parents.get(source.sessionId)));
    return { sources: [...sources.values()], problems };
  },

  find(environment, sessionId) {
    if (!isSafeId(sessionId)) return undefined;
    for (const root of this.roots(environment)) {
      for (const workspace of toWorkspaces(root, [])) {
        const own = toSource(join(workspace, sessionId));
        if (own) return own;
        for (const folder of sessionFolders(workspace)) {
          const file = stampOf(join(folder, SUB_EXECUTIONS, `${sessionId}.jsonl`));
          if (file) return toSubSource(folder, sessionId, file);
        }
      }
    }
    return undefined;
  },

  findChildren(environment, sessionId) {
    const source = this.find(environment, sessionId);
    return source ? childrenOf(source) : [];
  },

  /** Its own folder, where its subagents' stand once there are any, and the workspace's, where one may stand beside it. */
  watchPaths(source) {
    const folder = folderOf(source);
    const below = join(folder, SUB_EXECUTIONS);
    return [dirname(folder), folder, ...(isFolder(below) ? [below] : [])];
  },

  formerIds({ sessionId, files }) {
    const path = files.find((file) => basename(file.path) === SESSION)?.path;
    return [sessionId.replace(/^sess[_-]/, ''), ...((path === undefined ? undefined : readText(path))?.match(UUID) ?? [])];
  },

  owns: (source) => source.files.some(({ path }) => basename(path) === MESSAGES || basename(dirname(path)) === SUB_EXECUTIONS),

  read(source) {
    const problems = createProblemList();
    const path = source.files.find((file) => file.path.endsWith('.jsonl'))?.path;
    const file = source.files.find((one) => one.path.endsWith('.json'))?.path;
    const session = file === undefined ? undefined : loadSessionFile(file, problems);
    const told = path === undefined ? undefined : readMessages(path, source.sessionId, problems);
    const facts: Fact[] = [toSessionSeen(source, session, told?.agentType), ...(told?.facts ?? [])];
    if (session) facts.push(...toModelSeen(session, source.sessionId, told?.newestMessageId));
    // A child does not know its parent; only one that has a history of its own is worth a session.
    const spawned = new Set(told?.spawnedIds);
    for (const child of spawned.size > 0 ? childrenOf(source) : []) if (spawned.has(child.sessionId)) facts.push(toChildSeen(child.sessionId, source.sessionId));
    const hasRecords = told?.isRead ?? false;
    return { facts, problems: problems.list, isComplete: hasRecords && (file === undefined || session !== undefined), hasRecords };
  },
};

/** `--from` may name a session's folder or a file in it, a workspace's folder, the sessions' folder, a Kiro home, or a home folder. */
function foldersAt(from: string, problems: Problem[]): string[] {
  const here = stampOf(from) ? dirname(from) : from;
  const folder = basename(here) === SUB_EXECUTIONS ? dirname(here) : here;
  if (stampOf(join(folder, MESSAGES))) return [folder];
  const workspaces = [folder, ...[folder, join(folder, 'sessions'), join(folder, '.kiro', 'sessions')].flatMap((root) => toWorkspaces(root, problems))];
  return workspaces.flatMap(sessionFolders);
}

/** A session's folder → the session and its sub-executions. */
function sourcesIn(folder: string): HistorySource[] {
  const own = toSource(folder);
  return own ? [own, ...listSubExecutions(folder).map(({ id, file }) => toSubSource(folder, id, file))] : [];
}

function toSource(folder: string): HistorySource | undefined {
  const messages = stampOf(join(folder, MESSAGES));
  if (!messages) return undefined;
  const files = [messages, ...[stampOf(join(folder, SESSION))].filter((file) => file !== undefined)];
  return { sessionId: basename(folder), files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)) };
}

function toSubSource(folder: string, sessionId: string, file: HistorySource['files'][number]): HistorySource {
  return withParent({ sessionId, files: [file], modifiedMillis: file.modifiedMillis }, basename(folder));
}

function withParent(source: HistorySource, parentId: string | undefined): HistorySource {
  return parentId === undefined || parentId === source.sessionId ? source : { ...source, parent: { sessionId: parentId, relation: 'subagent' } };
}

function isSubSource({ files }: HistorySource): boolean {
  return basename(dirname(files[0]?.path ?? '')) === SUB_EXECUTIONS;
}

/** The session's folder; of a sub-execution, its parent's. */
function folderOf(source: HistorySource): string {
  const folder = dirname(source.files[0]?.path ?? '');
  return isSubSource(source) ? dirname(folder) : folder;
}

/** What this session started: the files below it, and the sessions beside it that it names. */
function childrenOf(source: HistorySource): HistorySource[] {
  const isSub = isSubSource(source);
  const folder = folderOf(source);
  const below = listSubExecutions(folder).map(({ id, file }) => toSubSource(folder, id, file));
  const named = findSpawnedIds(source.files);
  const beside = [...named].filter(isSafeId).flatMap((id) => toSource(join(dirname(folder), id)) ?? []);
  const children = [...(isSub ? below.filter(({ sessionId }) => named.has(sessionId)) : below), ...beside];
  return children.filter(({ sessionId }) => sessionId !== source.sessionId).map((child) => withParent(child, source.sessionId));
}

function toSessionSeen(source: HistorySource, session: SessionFile | undefined, agentType: string | undefined): Fact {
  const { title, cwd, model, startedAt } = session ?? {};
  return {
    agent: 'kiro', sessionId: source.sessionId, source: 'history', type: 'session.seen', key: `session:${source.sessionId}`, order: 0,
    title, cwd, model, startedAt, agentName: agentType ?? session?.agentName, parent: source.parent,
  };
}

function toChildSeen(sessionId: string, parentId: string): Fact {
  return { agent: 'kiro', sessionId, source: 'history', type: 'session.seen', key: `child:${sessionId}:${parentId}`, order: 0, parent: { sessionId: parentId, relation: 'subagent' } };
}

function readText(path: string): string | undefined {
  try {
    return readRegularFile(path, MAX_SESSION_BYTES).toString('utf8');
  } catch {
    return undefined;
  }
}

function loadSessionFile(path: string, problems: ProblemList): SessionFile | undefined {
  try {
    const parsed = parseSessionFile(readRegularFile(path, MAX_SESSION_BYTES).toString('utf8'));
    problems.add(parsed.problems);
    return parsed.value;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT') problems.add([{ code: 'unreadable-file', detail: `${path}: ${code}` }]);
    return undefined;
  }
}

/** A last line that is no JSON yet is being written: it is left for the next reading, without a problem. `isRead`: the file could be read. */
function readMessages(path: string, sessionId: string, problems: ProblemList): V3Facts & { isRead: boolean } {
  const reader = createMessageReader(sessionId);
  let unfinished: Problem[] = [];
  const unreadable = readLines(path, (text, order) => {
    problems.add(unfinished);
    const told = reader.add(text, order);
    unfinished = told.some((problem) => problem.code === 'bad-json') ? told : [];
    if (unfinished.length === 0) problems.add(told);
  });
  problems.add(unreadable);
  const isRead = !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
  return { ...reader.finish(), isRead };
}
