/** All that Template remembers: finding its sessions, and reading one. */
import type { Problem } from '../../core/problem.ts';
import type { History } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList } from '../problem-list.ts';
import { findRoots, listSources } from './folders.ts';
import { createRecordReader } from './records.ts';

export const templateHistory: History = {
  roots: findRoots,

  discover(environment, from) {
    const problems: Problem[] = [];
    const sources = listSources(from === undefined ? findRoots(environment) : [from], problems);
    return { sources: sources.sort((a, b) => b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1)), problems };
  },

  find(environment, sessionId) {
    return listSources(findRoots(environment), [], sessionId)[0];
  },

  read(source) {
    const problems = createProblemList();
    const reader = createRecordReader(source.sessionId);
    const path = source.files[0]?.path ?? '';
    // A last line that is no JSON yet is being written: it is left for the next reading, without a problem.
    let unfinished: Problem[] = [];
    const unreadable = readLines(path, (text, line) => {
      problems.add(unfinished);
      const told = reader.add(text, line);
      unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
      if (unfinished.length === 0) problems.add(told);
    });
    problems.add(unreadable);
    const isRead = unreadable.every(({ code }) => code !== 'unreadable-file') && stampOf(path) !== undefined;
    return { facts: reader.finish(), problems: problems.list, isComplete: isRead && unfinished.length === 0, hasRecords: isRead };
  },
};
