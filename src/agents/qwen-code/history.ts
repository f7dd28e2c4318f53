/** All that Qwen Code remembers: finding its sessions, and reading one. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, FileStamp, History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList, type ProblemList } from '../problem-list.ts';
import { childrenIn, findIn, findProjectRoots, listProjects, projectsAt, readMeta, readSpawned, sessionsIn } from './folders.ts';
import { createChatReader, type ChatFacts, type ChatReader } from './records.ts';

export const qwenHistory: History = {
  roots: findProjectRoots,

  discover(environment, from) {
    const problems: Problem[] = [];
    const projects = from === undefined ? findProjectRoots(environment).flatMap((root) => listProjects(root, problems)) : projectsAt(from, problems);
    const sources = new Map<string, HistorySource>();
    for (const source of projects.flatMap(sessionsIn)) if (isNewer(source, sources.get(source.sessionId))) sources.set(source.sessionId, source);
    return { sources: [...sources.values()].sort(newestFirst), problems };
  },

  find(environment, sessionId) {
    let newest: HistorySource | undefined;
    for (const project of allProjects(environment)) {
      const source = findIn(project, sessionId);
      if (source && isNewer(source, newest)) newest = source;
    }
    return newest;
  },

  findChildren: (environment, sessionId) => allProjects(environment).flatMap((project) => childrenIn(project, sessionId)),

  /** The session's file, and its subagents', which stand in a folder of its name. */
  watchPaths(source) {
    const folder = dirname(source.files[0]?.path ?? '');
    const children = join(dirname(folder), 'subagents');
    return source.parent?.relation === 'subagent' ? [folder] : [folder, ...[children, join(children, source.sessionId)].filter((path) => existsSync(path))];
  },

  read(source) {
    const problems = createProblemList();
    const [file] = source.files;
    if (!file) return { facts: [], problems: [], isComplete: false, hasRecords: false };
    const isSubagent = source.parent?.relation === 'subagent';
    const reader = createChatReader(source.sessionId, { isSubagent, spawned: readSpawned(file.path, source.sessionId), meta: isSubagent ? readMeta(file.path) : undefined });
    const isRead = readChat(file, reader, problems);
    const told = reader.finish();
    return { facts: [toSessionSeen(source, told), ...told.facts], problems: problems.list, isComplete: isRead && !told.isAnswerDue, hasRecords: isRead };
  },
};

function allProjects(environment: AgentEnvironment): string[] {
  return findProjectRoots(environment).flatMap((root) => listProjects(root, []));
}

/** A copy of a project's folder may be left behind: it goes on no more. */
function isNewer(source: HistorySource, known: HistorySource | undefined): boolean {
  return known === undefined || source.modifiedMillis > known.modifiedMillis;
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}

function toSessionSeen(source: HistorySource, { title, cwd, agentName, agentVersion, startedAt, model, contextWindowTokens }: ChatFacts): Fact {
  return {
    agent: 'qwen-code', sessionId: source.sessionId, source: 'history', type: 'session.seen', key: `session:${source.sessionId}`, order: 0,
    title, cwd, agentName, agentVersion, startedAt, model, contextWindowTokens, parent: source.parent,
  };
}

/** A last line that is no JSON yet is being written: it is left for the next reading, without a problem. True: the file could be read. */
function readChat(file: FileStamp, reader: ChatReader, problems: ProblemList): boolean {
  let unfinished: Problem[] = [];
  const unreadable = readLines(file.path, (text, order) => {
    problems.add(unfinished);
    const told = reader.add(text, order);
    unfinished = told.some((problem) => problem.code === 'bad-json') ? told : [];
    if (unfinished.length === 0) problems.add(told);
  });
  problems.add(unreadable);
  return !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(file.path) !== undefined;
}
