/** All that Gemini CLI remembers: finding its sessions, and reading one. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp, History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { readRegularFile } from '../regular-file.ts';
import { createProblemList, type ProblemList } from '../problem-list.ts';
import { chatFoldersAt, childrenIn, findGeminiHome, findIn, listChatFolders, readProjectFolder, sessionsIn } from './chats.ts';
import { createChatReader, type ChatFacts, type ChatReader } from './records.ts';

/** A `.json` is read at once; the agent itself keeps to a few MB. */
const MAX_WHOLE_BYTES = 64 << 20;

export const geminiHistory: History = {
  roots: rootsOf,

  discover(environment, from) {
    const problems: Problem[] = [];
    const folders = from === undefined ? rootsOf(environment).flatMap((root) => listChatFolders(root, problems)) : chatFoldersAt(from, problems);
    const sources = new Map<string, HistorySource>();
    for (const source of folders.flatMap(sessionsIn)) if (isNewer(source, sources.get(source.sessionId))) sources.set(source.sessionId, source);
    return { sources: [...sources.values()].sort(newestFirst), problems };
  },

  find(environment, sessionId) {
    let newest: HistorySource | undefined;
    for (const chats of rootsOf(environment).flatMap((root) => listChatFolders(root, []))) {
      const source = findIn(chats, sessionId);
      if (source && isNewer(source, newest)) newest = source;
    }
    return newest;
  },

  findChildren(environment, sessionId) {
    return rootsOf(environment).flatMap((root) => listChatFolders(root, [])).flatMap((chats) => childrenIn(chats, sessionId));
  },

  /** The session's file, and its subagents', which stand in a folder of its name. */
  watchPaths(source) {
    const folder = dirname(source.files[0]?.path ?? '');
    const below = join(folder, source.sessionId);
    return source.parent?.relation !== 'subagent' && existsSync(below) ? [folder, below] : [folder];
  },

  read(source) {
    const problems = createProblemList();
    const reader = createChatReader(source.sessionId, { isSubagent: source.parent?.relation === 'subagent' });
    let order = 0;
    let isRead = true;
    for (const file of source.files) {
      const read = file.path.endsWith('.json') ? readWhole(file, reader, { problems, order }) : readChat(file, reader, { problems, order });
      isRead &&= read.isRead;
      order = read.next;
    }
    const told = reader.finish();
    return { facts: [toSessionSeen(source, told), ...told.facts], problems: problems.list, isComplete: isRead, hasRecords: isRead };
  },
};

function rootsOf(environment: AgentEnvironment): string[] {
  const home = findGeminiHome(environment);
  return home === undefined ? [] : [join(home, 'tmp')];
}

/** Builds that name a project's folder by its name copied the chats out of the one named by a hash, and left that behind: it goes on no more. */
function isNewer(source: HistorySource, known: HistorySource | undefined): boolean {
  return known === undefined || source.modifiedMillis > known.modifiedMillis;
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}

function toSessionSeen(source: HistorySource, { title, cwd, startedAt, model }: ChatFacts): Fact {
  return {
    agent: 'gemini', sessionId: source.sessionId, source: 'history', type: 'session.seen', key: `session:${source.sessionId}`, order: 0,
    title, cwd: readProjectFolder(source.files[0]?.path ?? '') ?? cwd, startedAt, model, parent: source.parent,
  };
}

interface Reading {
  problems: ProblemList;
  /** Of the file's first record. */
  order: number;
}

/** A last line that is no JSON yet is being written: it is left for the next reading, without a problem. `isRead`: the file could be read. */
function readChat(file: FileStamp, reader: ChatReader, { problems, order }: Reading): { isRead: boolean; next: number } {
  let unfinished: Problem[] = [];
  let next = order;
  const unreadable = readLines(file.path, (text, line) => {
    problems.add(unfinished);
    const told = reader.add(text, (next = order + line));
    unfinished = told.some((problem) => problem.code === 'bad-json') ? told : [];
    if (unfinished.length === 0) problems.add(told);
  });
  problems.add(unreadable);
  return { isRead: !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(file.path) !== undefined, next: next + 1 };
}

function readWhole(file: FileStamp, reader: ChatReader, { problems, order }: Reading): { isRead: boolean; next: number } {
  const skipped = { isRead: false, next: order };
  try {
    const told = reader.addWhole(readRegularFile(file.path, MAX_WHOLE_BYTES).toString('utf8'), order);
    problems.add(told);
    // It is written anew each time: one that is no JSON is being written.
    return { isRead: !told.some(({ code }) => code === 'bad-json'), next: order + file.size };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT') problems.add([{ code: 'unreadable-file', detail: `${file.path}: ${code}` }]);
    return skipped;
  }
}
