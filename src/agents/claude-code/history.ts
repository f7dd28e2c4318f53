/** Claude Code's history: transcripts of sessions and of their subagents. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Fact } from '../../core/fact.ts';
import type { Problem } from '../../core/problem.ts';
import { millisToNano } from '../../core/time.ts';
import type { AgentEnvironment, FileStamp, History, HistoryReading, HistoryReadOptions, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { createProblemList, type ProblemList } from '../problem-list.ts';
import { readRegularFile } from '../regular-file.ts';
import { asRecord, asText } from '../untrusted.ts';
import { findProjectRoots, isSafeId, listMains, listProjects, listSubagents, listTranscripts, runIdOf, toMain, toSubagent, type Transcript } from './folders.ts';
import { findForks } from './forks.ts';
import { readHead } from './heads.ts';
import { readRecords, type ReadRecords } from './read-records.ts';
import { isSessionRunning } from './running.ts';
import type { TranscriptFacts } from './transcript.ts';

export const claudeCodeHistory: History = {
  roots: findProjectRoots,

  discover(environment, from) {
    const problems: Problem[] = [];
    const projects = from === undefined ? findProjectRoots(environment).flatMap((root) => listProjects(root, problems)) : projectsAt(from, problems);
    const only = from === undefined ? undefined : onlyAt(from);
    const sources = sourcesIn([...new Set(projects)].flatMap((project) => listTranscripts(project, problems)));
    const asked = sources.filter(({ sessionId, parent }) => only === undefined || only.has(sessionId) || only.has(parent?.sessionId ?? ''));
    return { sources: asked.sort((a, b) => b.modifiedMillis - a.modifiedMillis || (a.sessionId < b.sessionId ? -1 : 1)), problems };
  },

  find(environment, sessionId) {
    if (!isSafeId(sessionId)) return undefined;
    const projects = findProjectRoots(environment).flatMap((root) => listProjects(root, []));
    const mains = projects.flatMap((project) => (toMain(project, sessionId) ? listMains(project) : []));
    return sourcesIn(mains).find((source) => source.sessionId === sessionId) ?? findSubagent(projects, sessionId, environment);
  },

  findChildren(environment, sessionId, sinceMillis) {
    if (!isSafeId(sessionId)) return [];
    const projects = findProjectRoots(environment).flatMap((root) => listProjects(root, []));
    return projects.flatMap((project) => listSubagents(join(project, sessionId))).filter(({ file }) => file.modifiedMillis >= sinceMillis).map((transcript) => toSource(transcript));
  },

  watchPaths: ({ files, parent }) => files.flatMap(({ path }) => (path.endsWith('.jsonl') ? toWatched(path, parent?.relation === 'subagent') : [])),

  isRunning: isSessionRunning,

  read: readTranscript,
};

/** The transcript's own folder, and those where its subagents' come, as far as they are there: a folder that comes is a change of one above. */
function toWatched(path: string, isSubagent: boolean): string[] {
  const folder = dirname(path);
  const own = join(folder, basename(path, '.jsonl'));
  return isSubagent ? [folder] : [folder, ...[own, join(own, 'subagents'), join(own, 'subagents', 'workflows')].filter((one) => existsSync(one))];
}

/** A hook of a subagent tells whose it is; without that every session's folder is looked into. */
function findSubagent(projects: readonly string[], id: string, { env }: AgentEnvironment): HistorySource | undefined {
  const main = env.CLAUDE_CODE_SESSION_ID;
  for (const project of projects) {
    const flat = toSubagent(project, id);
    if (flat) return toSource(flat);
    const beside = main !== undefined && isSafeId(main) ? listSubagents(join(project, main)) : [];
    const found = beside.find(({ sessionId }) => sessionId === id);
    if (found) return toSource(found);
  }
  const anywhere = projects.flatMap((project) => listTranscripts(project, [])).find(({ sessionId, isSubagent }) => isSubagent && sessionId === id);
  return anywhere && toSource(anywhere);
}

/** `--from` may name a transcript, a session's folder, a project's folder, the projects' folder, Claude's own folder, or a home folder. */
function projectsAt(from: string, problems: Problem[]): string[] {
  if (stampOf(from)) return [basename(dirname(from)) === 'subagents' ? dirname(dirname(dirname(from))) : dirname(from)];
  const roots = [from, join(from, 'projects'), join(from, '.claude', 'projects')];
  const isSession = stampOf(`${from}.jsonl`) !== undefined;
  return [...(isSession ? [dirname(from)] : [from]), ...(isSession ? [] : roots.flatMap((root) => listProjects(root, problems)))];
}

/** The session that `--from` names alone; undefined: all that stand there. */
function onlyAt(from: string): ReadonlySet<string> | undefined {
  const name = basename(from).replace(/\.jsonl$/, '');
  if (!stampOf(from) && !stampOf(`${from}.jsonl`)) return undefined;
  return new Set([name.replace(/^agent-/, '')]);
}

/** A session that went on in another folder has a file in each: with what was said since, or with a copy of all. Both are its own. */
function sourcesIn(transcripts: readonly Transcript[]): HistorySource[] {
  const newest = new Map<string, Transcript>();
  const older = new Map<string, FileStamp[]>();
  for (const transcript of transcripts.toSorted((a, b) => b.file.modifiedMillis - a.file.modifiedMillis)) {
    const { sessionId, file, isSubagent } = transcript;
    if (!newest.has(sessionId)) newest.set(sessionId, transcript);
    else if (!isSubagent && newest.get(sessionId)?.isSubagent === false) older.set(sessionId, [...(older.get(sessionId) ?? []), file]);
  }
  const sessions = [...newest.values()];
  // How a session began stands in its oldest file.
  const beginnings = sessions.flatMap((transcript) => (transcript.isSubagent ? [] : [{ ...transcript, file: older.get(transcript.sessionId)?.at(-1) ?? transcript.file }]));
  const forks = findForks(beginnings);
  return sessions.map((transcript) => toSource(transcript, forks.get(transcript.sessionId), older.get(transcript.sessionId)));
}

/** Files: the transcript that was written to last, older ones of the same session, and what is noted beside a subagent's. */
function toSource(transcript: Transcript, origin?: string, older: readonly FileStamp[] = []): HistorySource {
  const { sessionId, file, meta } = transcript;
  const files = [file, ...older, ...(meta ? [meta] : [])];
  const source: HistorySource = { sessionId, files, modifiedMillis: Math.max(...files.map((one) => one.modifiedMillis)) };
  const main = transcript.isSubagent ? (transcript.mainSessionId ?? readHead(file).namedSessionId) : undefined;
  if (main !== undefined && main !== sessionId && isSafeId(main)) source.parent = { sessionId: main, relation: 'subagent' };
  else if (origin !== undefined) source.parent = { sessionId: origin, relation: 'fork' };
  return source;
}

function readTranscript(source: HistorySource, options: HistoryReadOptions = {}): HistoryReading {
  const { files } = partsOf(source);
  if (files.length === 0) return { facts: [], problems: [], isComplete: true, hasRecords: false };
  const problems = createProblemList();
  return toReading(source, { told: readRecords(files, source, { problems, outlineOnly: options.outlineOnly }), problems, isKept: options.isKept === true });
}

/** The transcripts, the oldest first, and what is noted beside a subagent's. */
function partsOf(source: HistorySource): { files: FileStamp[]; metaFile: FileStamp | undefined } {
  const metaFile = source.files.find(({ path }) => path.endsWith('.json'));
  return { files: source.files.filter((file) => file !== metaFile).reverse(), metaFile };
}

function toReading(source: HistorySource, { told, problems, isKept }: { told: ReadRecords; problems: ProblemList; isKept: boolean }): HistoryReading {
  const { metaFile } = partsOf(source);
  const meta = metaFile && loadMeta(metaFile.path, problems);
  const hasRecords = told.isRead;
  return {
    facts: [toSessionSeen(source, told, meta), ...told.facts],
    problems: problems.list,
    isComplete: hasRecords && (metaFile === undefined || meta !== undefined),
    hasRecords,
    ...(told.far.isEmpty() ? {} : { findText: told.far.find }),
    ...(isKept && told.readOn ? { readOn: (later) => readOn(told, later) } : {}),
  };
}

function readOn(before: ReadRecords, source: HistorySource): HistoryReading | undefined {
  const [file, ...more] = partsOf(source).files;
  const problems = createProblemList();
  const told = file && more.length === 0 ? before.readOn?.(file, problems) : undefined;
  return told && toReading(source, { told, problems, isKept: true });
}

/** A few hundred bytes in truth. */
const MAX_META_BYTES = 1 << 20;

/** What Claude Code notes of a subagent beside its transcript. */
interface Meta {
  agentType?: string;
  callId?: string;
}

function loadMeta(path: string, problems: ProblemList): Meta | undefined {
  try {
    const values = asRecord(JSON.parse(readRegularFile(path, MAX_META_BYTES).toString('utf8')));
    if (values) return { agentType: asText(values.agentType), callId: asText(values.toolUseId) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return {};
    if (code !== undefined) problems.add([{ code: 'unreadable-file', detail: `${path}: ${code}` }]);
  }
  problems.add([{ code: 'bad-json', detail: `${path}: no JSON object` }]);
  return undefined;
}

function toSessionSeen(source: HistorySource, { about }: TranscriptFacts, meta: Meta | undefined): Fact {
  const runId = runIdOf(source.files[0]?.path ?? '');
  const parent = source.parent && { ...source.parent, ...(meta?.callId === undefined ? {} : { callId: meta.callId }), ...(runId === undefined ? {} : { runId }) };
  return {
    agent: 'claude-code', sessionId: source.sessionId, source: 'history', type: 'session.seen', key: `session:${source.sessionId}`, order: 0,
    title: about.title, cwd: about.cwd, agentVersion: about.version, agentName: meta?.agentType ?? about.agentName, parent,
    writtenAt: millisToNano(source.files[0]?.modifiedMillis ?? source.modifiedMillis),
  };
}
