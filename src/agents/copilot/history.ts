/** All that Copilot CLI remembers: finding its sessions, and reading one. */
import { dirname } from 'node:path';
import { parse } from 'yaml';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, History, HistorySource } from '../agent.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList } from '../problem-list.ts';
import { readRegularFile } from '../regular-file.ts';
import { asRecord, asText } from '../untrusted.ts';
import { createEventReader } from './events.ts';
import { eventsFileOf, findSession, findSessionsFolder, listSessions, sessionsAt, stampOf, workspaceFileOf } from './folders.ts';

/** A few hundred bytes in truth. */
const MAX_WORKSPACE_BYTES = 1 << 18;

export const copilotHistory: History = {
  roots: rootsOf,

  discover(environment, from) {
    const problems: Problem[] = [];
    const found = from === undefined ? rootsOf(environment).flatMap((root) => listSessions(root, problems)) : sessionsAt(from, problems);
    const sources = new Map<string, HistorySource>();
    for (const source of found) if (!sources.has(source.sessionId)) sources.set(source.sessionId, source);
    return { sources: [...sources.values()].sort(newestFirst), problems };
  },

  find(environment, sessionId) {
    const folder = findSessionsFolder(environment);
    return folder === undefined ? undefined : findSession(folder, sessionId);
  },

  watchPaths(source) {
    const events = eventsFileOf(source);
    return events ? [dirname(events.path)] : [];
  },

  read(source) {
    const problems = createProblemList();
    const reader = createEventReader(source.sessionId);
    const path = eventsFileOf(source)?.path ?? '';
    // A last line that is no JSON yet is being written: it is left for the next reading, without a problem.
    let unfinished: Problem[] = [];
    const unreadable = readLines(path, (text, line) => {
      problems.add(unfinished);
      const told = reader.add(text, line);
      unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
      if (unfinished.length === 0) problems.add(told);
    });
    problems.add(unreadable);
    const isRead = !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
    const title = readTitle(workspaceFileOf(source));
    const facts = isRead ? reader.finish().map((fact): Fact => (fact.type === 'session.seen' && fact.sessionId === source.sessionId && title !== undefined ? { ...fact, title } : fact)) : [];
    return { facts, problems: problems.list, isComplete: isRead, hasRecords: isRead };
  },
};

function rootsOf(environment: AgentEnvironment): string[] {
  const folder = findSessionsFolder(environment);
  return folder === undefined ? [] : [folder];
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}

/** What the session is called in Copilot's list. It is rewritten now and then: what cannot be read is not there. */
function readTitle(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return asText(asRecord(parse(readRegularFile(path, MAX_WORKSPACE_BYTES).toString('utf8')))?.name);
  } catch {
    return undefined;
  }
}
