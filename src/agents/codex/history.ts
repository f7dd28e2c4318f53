/** All that Codex remembers: one rollout a thread, newest first. */
import { basename, dirname, join } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList, type ProblemList } from '../problem-list.ts';
import { findCodexHome } from './codex-home.ts';
import { isSafeId, likelyFolders, listRolloutFolders, listRollouts, readHead, type RolloutFile } from './files.ts';
import { isRunning } from './is-running.ts';
import { createRolloutReader, type RolloutFacts } from './rollout.ts';
import { parseSessionMeta } from './session-meta.ts';

export const codexHistory: History = {
  roots(environment) {
    const home = findCodexHome(environment);
    return home === undefined ? [] : [join(home, 'sessions'), join(home, 'archived_sessions')];
  },

  discover(environment, from) {
    const problems: Problem[] = [];
    const home = findCodexHome(environment);
    const files = from === undefined ? (home === undefined ? [] : rolloutsBelow(home, problems)) : rolloutsAt(from, problems);
    const newest = new Map<string, RolloutFile>();
    for (const file of files) {
      const known = newest.get(file.sessionId);
      if (!known || known.stamp.modifiedMillis < file.stamp.modifiedMillis) newest.set(file.sessionId, file);
    }
    return { sources: [...newest.values()].map(toSource).sort(newestFirst), problems };
  },

  find(environment, sessionId) {
    const file = findFile(environment, sessionId);
    return file && toSource(file);
  },

  findChildren(environment, sessionId, sinceMillis) {
    const home = findCodexHome(environment);
    if (home === undefined || !isSafeId(sessionId)) return [];
    const changed = rolloutsBelow(home, []).filter((file) => file.stamp.modifiedMillis >= sinceMillis && file.sessionId !== sessionId);
    return changed.map(toSource).filter(({ parent }) => parent?.sessionId === sessionId && parent.relation === 'subagent');
  },

  isRunning,

  read(source) {
    const problems = createProblemList();
    const [file] = source.files;
    const told = file && readRollout(file.path, source.sessionId, problems);
    if (!told) return { facts: [], problems: problems.list, isComplete: true, hasRecords: false };
    return { facts: [toSessionSeen(source.sessionId, told), ...told.facts], problems: problems.list, isComplete: told.isRead, hasRecords: told.isRead };
  },
};

function rolloutsBelow(home: string, problems: Problem[]): RolloutFile[] {
  return listRolloutFolders(home, problems).flatMap((folder) => listRollouts(folder, problems));
}

/** `--from` may name a rollout, a folder with rollouts, a sessions folder, a Codex home or a home folder. */
function rolloutsAt(from: string, problems: Problem[]): RolloutFile[] {
  if (stampOf(from)) return listRollouts(dirname(from), problems).filter(({ stamp }) => basename(stamp.path) === basename(from));
  const homes = [from, join(from, '.codex'), ...(basename(from) === 'sessions' ? [dirname(from)] : [])];
  const files = [...listRollouts(from, problems), ...homes.flatMap((home) => rolloutsBelow(home, problems))];
  return [...new Map(files.map((file) => [file.stamp.path, file])).values()];
}

function findFile(environment: AgentEnvironment, sessionId: string): RolloutFile | undefined {
  const home = findCodexHome(environment);
  if (home === undefined || !isSafeId(sessionId)) return undefined;
  const search = (folders: readonly string[]): RolloutFile | undefined => {
    const found = folders.flatMap((folder) => listRollouts(folder, [])).filter((file) => file.sessionId === sessionId);
    return found.sort((a, b) => b.stamp.modifiedMillis - a.stamp.modifiedMillis)[0];
  };
  return search([...likelyFolders(home, sessionId), join(home, 'archived_sessions')]) ?? search(listRolloutFolders(home, []));
}

function toSource({ sessionId, stamp }: RolloutFile): HistorySource {
  const parent = parseSessionMeta({ ...readHead(stamp.path), id: sessionId }).parent;
  return { sessionId, ...(parent ? { parent } : {}), files: [stamp], modifiedMillis: stamp.modifiedMillis };
}

function newestFirst(a: HistorySource, b: HistorySource): number {
  return b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1);
}

/** A last line that is no JSON yet is being written: it is left for the next reading, without a problem. */
function readRollout(path: string, sessionId: string, problems: ProblemList): RolloutFacts & { isRead: boolean } {
  const reader = createRolloutReader(sessionId);
  let unfinished: Problem[] = [];
  const unreadable = readLines(path, (text, lineNumber) => {
    problems.add(unfinished);
    const told = reader.add(text, lineNumber);
    unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
    if (unfinished.length === 0) problems.add(told);
  });
  problems.add(unreadable);
  const isRead = !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
  return { ...reader.finish(), isRead };
}

function toSessionSeen(sessionId: string, { meta, model, title }: RolloutFacts): Fact {
  return {
    agent: 'codex', sessionId, source: 'history', type: 'session.seen', key: `session:${sessionId}`, order: 0,
    title, cwd: meta.cwd, model, startedAt: meta.startedAt, agentVersion: meta.version, agentName: meta.agentName, parent: meta.parent,
  };
}
