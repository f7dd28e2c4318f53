/** Where Kiro V2 keeps its sessions (`$KIRO_HOME/sessions/cli/<id>.{json,jsonl,lock}`), and reading one. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Fact } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import type { HistorySource } from '../../agent.ts';
import { stampOf } from '../../history-files.ts';
import { readLines } from '../../jsonl.ts';
import { readRegularFile } from '../../regular-file.ts';
import { asUnixMillis } from '../../untrusted.ts';
import { findKiroHome } from '../kiro-home.ts';
import type { KiroStore } from '../kiro-store.ts';
import { createProblemList, type ProblemList } from '../../problem-list.ts';
import { parseRecord } from './records.ts';
import { parseSidecar, toSidecarFacts, type Sidecar } from './sidecar.ts';

/** A session id becomes part of a path only if it is made of these: Kiro's are UUIDs. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** About a kilobyte a turn; one beyond this would fill the collector's memory. */
const MAX_SIDECAR_BYTES = 64 << 20;

export const v2Store: KiroStore = {
  roots(environment) {
    const home = findKiroHome(environment);
    return home ? [join(home, 'sessions', 'cli')] : [];
  },

  discover(environment, from) {
    const problems: Problem[] = [];
    const sources = new Map<string, HistorySource>();
    for (const folder of from ? foldersAt(from) : this.roots(environment)) {
      for (const sessionId of sessionIdsIn(folder, from, problems)) {
        const source = toSource(folder, sessionId, problems);
        if (source) sources.set(sessionId, source);
      }
    }
    return { sources: [...sources.values()].sort((a, b) => b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1)), problems };
  },

  find(environment, sessionId) {
    if (!SAFE_ID.test(sessionId)) return undefined;
    for (const folder of this.roots(environment)) {
      const source = toSource(folder, sessionId, []);
      if (source) return source;
    }
    return undefined;
  },

  findChildren(environment, sessionId, sinceMillis) {
    return this.roots(environment).flatMap((folder) =>
      sessionIdsIn(folder, undefined, [])
        .filter((id) => id !== sessionId && isChangedSince(join(folder, `${id}.json`), sinceMillis))
        .flatMap((id) => toSource(folder, id, []) ?? [])
        .filter((source) => source.parent?.sessionId === sessionId && source.parent.relation === 'subagent'),
    );
  },

  /** `<id>.lock` = `{pid, started_at}` stands while Kiro works on the session. */
  isRunning(environment, sessionId) {
    if (!SAFE_ID.test(sessionId)) return undefined;
    const locks = this.roots(environment).flatMap((folder) => readText(join(folder, `${sessionId}.lock`), []) ?? []);
    if (locks.length === 0 && !this.find(environment, sessionId)) return undefined;
    return locks.some(isAlive);
  },

  owns: ({ sessionId, files }) => files.some(({ path }) => /^\.jsonl?$/.test(basename(path).slice(sessionId.length)) && basename(path).startsWith(sessionId)),

  read(source) {
    const facts: Fact[] = [];
    const problems = createProblemList();
    let isComplete = true;
    let hasRecords = false;
    for (const { path, modifiedMillis } of source.files) {
      if (path.endsWith('.json')) isComplete = readSidecarFacts(path, source.sessionId, facts, problems) && isComplete;
      else {
        facts.push(toWritten(source.sessionId, modifiedMillis));
        hasRecords = readRecordFacts(path, source.sessionId, facts, problems);
        isComplete &&= hasRecords;
      }
    }
    return { facts, problems: problems.list, isComplete, hasRecords };
  },
};

/** `--from` may name the folder itself, a Kiro home, or a home folder; a file stands for its folder. */
function foldersAt(from: string): string[] {
  const folder = stampOf(from) ? dirname(from) : from;
  return [folder, join(folder, 'sessions', 'cli'), join(folder, '.kiro', 'sessions', 'cli')];
}

function sessionIdsIn(folder: string, from: string | undefined, problems: Problem[]): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push({ code: 'unreadable-folder', detail: `${folder}: ${code}` });
    return [];
  }
  // A session's folder of the V3 engine: its files are no sessions of their own.
  if (names.includes('messages.jsonl')) return [];
  // A workspace's folder of the IDE: this is its list of its sessions.
  if (names.includes('sessions.json')) return [];
  const ids = new Set(names.flatMap((name) => /^(.+)\.jsonl?$/.exec(name)?.[1] ?? []).filter((id) => SAFE_ID.test(id)));
  const only = from && stampOf(from) ? basename(from).replace(/\.jsonl?$/, '') : undefined;
  return [...ids].filter((id) => only === undefined || id === only);
}

function toSource(folder: string, sessionId: string, problems: Problem[]): HistorySource | undefined {
  const files = [`${sessionId}.json`, `${sessionId}.jsonl`].flatMap((name) => stampOf(join(folder, name)) ?? []);
  if (files.length === 0) return undefined;
  const sidecar = files[0]?.path.endsWith('.json') ? loadSidecar(files[0].path, problems) : undefined;
  const hasRecords = files.some((file) => file.path.endsWith('.jsonl'));
  if (!hasRecords && sidecar?.root.session_id !== sessionId) return undefined;
  return { sessionId, parent: sidecar?.parent, files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)) };
}

function isChangedSince(path: string, sinceMillis: number): boolean {
  return (stampOf(path)?.modifiedMillis ?? 0) >= sinceMillis;
}

/** Whether the process that a lock file names exists. Signal 0 tests; a foreign user's process exists too (EPERM). */
function isAlive(lockText: string): boolean {
  const pid = Number(/"pid"\s*:\s*(\d{1,10})/.exec(lockText)?.[1] ?? 0);
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readText(path: string, problems: Problem[]): string | undefined {
  try {
    return readRegularFile(path, MAX_SIDECAR_BYTES).toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT') problems.push({ code: 'unreadable-file', detail: `${path}: ${code}` });
    return undefined;
  }
}

function loadSidecar(path: string, problems: Problem[]): Sidecar | undefined {
  const text = readText(path, problems);
  if (text === undefined) return undefined;
  const parsed = parseSidecar(text);
  for (const problem of parsed.problems) problems.push(problem);
  return parsed.value;
}

/** Returns whether it could be read. */
function readSidecarFacts(path: string, sessionId: string, facts: Fact[], problems: ProblemList): boolean {
  const found: Problem[] = [];
  const sidecar = loadSidecar(path, found);
  problems.add(found);
  if (!sidecar) return false;
  const told = toSidecarFacts(sidecar, sessionId);
  for (const fact of told.facts) facts.push(fact);
  problems.add(told.problems);
  return true;
}

function toWritten(sessionId: string, modifiedMillis: number): Fact {
  return { agent: 'kiro', sessionId, source: 'history', type: 'session.seen', key: `written:${sessionId}`, order: 0, writtenAt: asUnixMillis(modifiedMillis) };
}

/** A last line that is no JSON yet is being written: it is left for the next reading, without a problem. Returns whether the file could be read. */
function readRecordFacts(path: string, sessionId: string, facts: Fact[], problems: ProblemList): boolean {
  let unfinished: Problem[] = [];
  const failures = readLines(path, (text, order) => {
    problems.add(unfinished);
    const told = parseRecord(text, { sessionId, order });
    unfinished = told.problems.some((problem) => problem.code === 'bad-json') ? told.problems : [];
    if (unfinished.length === 0) problems.add(told.problems);
    for (const fact of told.facts) facts.push(fact);
  });
  problems.add(failures);
  return !failures.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
}
