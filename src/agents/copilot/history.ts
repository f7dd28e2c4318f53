/** All that Copilot CLI remembers, and what Copilot in VS Code writes down: finding the sessions, and reading one. */
import { basename, dirname } from 'node:path';
import { parse } from 'yaml';
import type { Fact, FactOf } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import type { AgentEnvironment, History, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList } from '../problem-list.ts';
import { readRegularFile } from '../regular-file.ts';
import { asRecord, asText } from '../untrusted.ts';
import { createEventReader } from './events.ts';
import { eventsFileOf, findSession, findSessionsFolder, listSessions, sessionsAt } from './folders.ts';
import { isRunning } from './is-running.ts';
import { addTelemetry, isTelemetryStamp, stampTelemetry } from './otel-file.ts';
import { addRequests, isRequestsStamp } from './vscode-traces.ts';
import { findTranscript, findWorkspaceFolders, listTranscripts, readWorkspaceFolder, transcriptAt } from './vscode-folders.ts';

/** A few hundred bytes in truth. */
const MAX_WORKSPACE_BYTES = 1 << 18;

export const copilotHistory: History = {
  roots: rootsOf,

  discover(environment, from) {
    const problems: Problem[] = [];
    const found = from === undefined ? findAll(environment, problems) : findAt(from, problems);
    const stamp = stampTelemetry(environment);
    const sources = new Map<string, HistorySource>();
    for (const source of found) if (!sources.has(source.sessionId)) sources.set(source.sessionId, stamp(source));
    return { sources: [...sources.values()].sort(newestFirst), problems };
  },

  find: findSource,

  watchPaths(source) {
    const events = eventsFileOf(source);
    return events ? [dirname(events.path)] : [];
  },

  isRunning(environment, sessionId) {
    const source = findSource(environment, sessionId);
    return source && isRunning(source);
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
    const facts = isRead ? reader.finish().map((fact) => (fact.type === 'session.seen' && fact.sessionId === source.sessionId ? addBeside(fact, source) : fact)) : [];
    const requests = source.files.find(isRequestsStamp);
    if (requests) problems.add(addRequests(facts.filter((fact) => fact.type === 'model.answered'), requests, source.sessionId));
    const telemetry = source.files.find((stamp) => isTelemetryStamp(stamp, source.sessionId));
    if (telemetry) problems.add(addTelemetry(facts, telemetry, source.sessionId));
    return { facts, problems: problems.list, isComplete: isRead, hasRecords: isRead };
  },
};

function rootsOf(environment: AgentEnvironment): string[] {
  const folder = findSessionsFolder(environment);
  return [...(folder === undefined ? [] : [folder]), ...findWorkspaceFolders(environment)];
}

/** A session of VS Code's that the CLI goes on with is the CLI's. */
function findAll(environment: AgentEnvironment, problems: Problem[]): HistorySource[] {
  const folder = findSessionsFolder(environment);
  const own = folder === undefined ? [] : listSessions(folder, problems);
  return [...own, ...findWorkspaceFolders(environment).flatMap((workspaces) => listTranscripts(workspaces, problems))];
}

/** A home folder may be another machine's. */
const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

/** `--from` may also name a transcript of VS Code's, its folder of workspaces, or a home folder. */
function findAt(from: string, problems: Problem[]): HistorySource[] {
  const transcript = transcriptAt(from);
  if (transcript) return [transcript];
  const below = PLATFORMS.flatMap((platform) => findWorkspaceFolders({ home: from, env: {}, platform }));
  return [...sessionsAt(from, problems), ...[from, ...below].flatMap((workspaces) => listTranscripts(workspaces, problems))];
}

/** What the files beside the events tell. */
function addBeside(fact: FactOf<'session.seen'>, source: HistorySource): Fact {
  const title = readTitle(source.files.find(({ path }) => basename(path) === 'workspace.yaml')?.path);
  const workspace = source.files.find(({ path }) => basename(path) === 'workspace.json')?.path;
  const cwd = fact.cwd ?? (workspace === undefined ? undefined : readWorkspaceFolder(workspace));
  return { ...fact, cwd, title: title ?? fact.title };
}

function findSource(environment: AgentEnvironment, sessionId: string): HistorySource | undefined {
  const folder = findSessionsFolder(environment);
  const own = folder === undefined ? undefined : findSession(folder, sessionId);
  if (own) return stampTelemetry(environment)(own);
  for (const workspaces of findWorkspaceFolders(environment)) {
    const source = findTranscript(workspaces, sessionId);
    if (source) return source;
  }
  return undefined;
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
