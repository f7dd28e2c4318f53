/**
 * Where the Kiro IDE up to 0.x keeps its sessions, and reading one: its own file in `workspace-sessions`, and the executions beside it.
 * From 1.0 on the IDE writes as the V3 engine does.
 */
import { basename, dirname } from 'node:path';
import type { Fact } from '../../../core/fact.ts';
import type { Problem } from '../../../core/problem.ts';
import { millisToNano } from '../../../core/time.ts';
import type { FileStamp, HistorySource } from '../../agent.ts';
import { stampOf } from '../../history-files.ts';
import { readRegularFile } from '../../regular-file.ts';
import type { KiroStore } from '../kiro-store.ts';
import { createProblemList, type ProblemList } from '../../problem-list.ts';
import { mergeExecutions, parseChatFile } from './chat-file.ts';
import { parseExecution, type Execution } from './execution.ts';
import { findStorages, findStoragesAt, SESSIONS, type NamedPlace } from './find-roots.ts';
import { executionFile, executionOf, findSession, listExecutions, listSessions, ownerOf, rosterOf, workspaceFolders, type SessionPlace } from './folders.ts';
import { decodeWorkspace, parseRoster, parseSessionFile, type SessionFile } from './session-file.ts';
import { toSessionFacts } from './turns.ts';

/** Such a file holds a whole conversation, and may be written again for each prompt; JSON beyond this would fill the memory. */
const MAX_FILE_BYTES = 128 << 20;

export const ideStore: KiroStore = {
  roots: findStorages,
  isTakenOver: true,

  discover(environment, from) {
    const problems: Problem[] = [];
    const named: NamedPlace = from === undefined ? { storages: findStorages(environment) } : findStoragesAt(from);
    const sources = new Map<string, HistorySource>();
    for (const storage of named.storages) {
      for (const source of toSources(storage, problems)) {
        const isMeant = (named.workspace === undefined || basename(dirname(source.files[0]?.path ?? '')) === named.workspace) && (named.sessionId ?? source.sessionId) === source.sessionId;
        if (isMeant && !sources.has(source.sessionId)) sources.set(source.sessionId, source);
      }
    }
    return { sources: [...sources.values()], problems };
  },

  find(environment, sessionId) {
    for (const storage of findStorages(environment)) {
      if (!findSession(storage, sessionId)) continue;
      const source = toSources(storage, []).find((one) => one.sessionId === sessionId);
      if (source) return source;
    }
    return undefined;
  },

  owns: (source) => source.files.some(({ path }) => basename(dirname(dirname(path))) === SESSIONS),

  read(source) {
    const problems = createProblemList();
    const [own, ...rest] = source.files;
    const loaded = own && load(own, problems, parseSessionFile);
    if (!own || !loaded) return { facts: [], problems: problems.list, isComplete: false, hasRecords: false };
    const executions = rest.map((stamp) => load(stamp, problems, stamp.path.endsWith('.chat') ? parseChatFile : parseExecution));
    const isComplete = executions.every((execution) => execution !== undefined);
    const byId = new Map<string, Execution>();
    for (const one of executions) if (one) byId.set(one.id, mergeExecutions(byId.get(one.id) ?? one, one));
    const told = toSessionFacts(source.sessionId, loaded, byId);
    problems.add(told.problems);
    return { facts: [...toSeen(own, source.sessionId, { file: loaded, newestMessageId: told.newestMessageId }), ...told.facts], problems: problems.list, isComplete, hasRecords: true };
  },
};

/** Every session of a storage, with its executions: those that its file names, and those that name it. */
function toSources(storage: string, problems: Problem[]): HistorySource[] {
  const places = workspaceFolders(storage, problems).flatMap(listSessions);
  if (places.length === 0) return [];
  const { files, chats } = listExecutions(storage);
  const chatsOf = Map.groupBy(chats, executionOf);
  const claimed = new Set<string>();
  const own = places.map((place) => {
    const paths = namedExecutions(place).flatMap((id) => executionFile(files, id) ?? chatsOf.get(id) ?? []);
    for (const path of paths) claimed.add(path);
    return { place, paths: new Set(paths) };
  });
  const byId = new Map(own.map((one) => [one.place.sessionId, one]));
  for (const path of files.values()) {
    const owner = claimed.has(path) ? undefined : ownerOf(path);
    if (owner !== undefined) byId.get(owner)?.paths.add(path);
  }
  return own.flatMap(({ place, paths }) => toSource(place, paths));
}

/** The executions that a session's file names. What is wrong with the file is told when it is read. */
function namedExecutions({ path }: SessionPlace): string[] {
  const stamp = stampOf(path);
  const file = stamp && load(stamp, createProblemList(), parseSessionFile);
  return file?.entries.flatMap(({ executionId }) => executionId ?? []) ?? [];
}

function toSource({ sessionId, path }: SessionPlace, executions: ReadonlySet<string>): HistorySource[] {
  const own = stampOf(path);
  if (!own) return [];
  const files = [own, ...[...executions].sort().flatMap((one) => stampOf(one) ?? [])];
  return [{ sessionId, files, modifiedMillis: Math.max(...files.map((file) => file.modifiedMillis)) }];
}

function load<T>({ path, size }: FileStamp, problems: ProblemList, parse: (text: string) => { value?: T; problems: Problem[] }): T | undefined {
  if (size > MAX_FILE_BYTES) {
    problems.add([{ code: 'record-too-large', detail: `${path}: ${size >> 20} MiB` }]);
    return undefined;
  }
  const text = readText(path, problems);
  if (text === undefined) return undefined;
  const parsed = parse(text);
  problems.add(parsed.problems);
  return parsed.value;
}

function readText(path: string, problems: ProblemList): string | undefined {
  try {
    return readRegularFile(path, MAX_FILE_BYTES).toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (code !== 'ENOENT') problems.add([{ code: 'unreadable-file', detail: `${path}: ${code}` }]);
    return undefined;
  }
}

function toSeen(own: FileStamp, sessionId: string, { file, newestMessageId }: { file: SessionFile; newestMessageId?: string }): Fact[] {
  const folder = dirname(own.path);
  const roster = parseRoster(readText(rosterOf(folder), createProblemList()) ?? '', sessionId);
  const base = { agent: 'kiro', sessionId, source: 'history', order: 0 } as const;
  const createdMillis = roster?.createdMillis;
  const isMoment = createdMillis !== undefined && createdMillis > 0 && createdMillis < own.modifiedMillis + 1;
  const seen: Fact = {
    ...base, type: 'session.seen', key: `session:${sessionId}`, title: file.title ?? roster?.title, cwd: file.cwd ?? roster?.cwd ?? decodeWorkspace(basename(folder)),
    model: file.model, agentName: file.agentName, startedAt: isMoment ? millisToNano(createdMillis) : undefined,
  };
  if (file.model === undefined || newestMessageId === undefined) return [seen];
  const at = { unixNano: millisToNano(own.modifiedMillis), source: 'transcript' as const };
  return [seen, { ...base, type: 'model.seen', key: `model:${newestMessageId}:${file.model}`, messageId: newestMessageId, model: file.model, at }];
}
