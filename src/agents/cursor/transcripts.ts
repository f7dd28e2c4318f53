/**
 * The transcripts that IDE and CLI write for tools to read: `projects/<folder>/agent-transcripts/<session>/<session>.jsonl`, or without the
 * folder of the session; a subagent's in `subagents/` of its parent's. They tell words and calls, neither results nor ids nor clocks, and
 * are read only where no store has the session.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import type { HistoryReading, HistorySource } from '../agent.ts';
import { stampOf } from '../history-files.ts';
import { readLines } from '../jsonl.ts';
import { createProblemList } from '../problem-list.ts';
import { isSafeId } from './places.ts';
import { createTranscriptReader } from './transcript-lines.ts';
import { toFacts } from './turn-facts.ts';

const TRANSCRIPTS = 'agent-transcripts';
const SUBAGENTS = 'subagents';
const EXTENSION = '.jsonl';

/** All transcripts of a folder of projects. */
export function listProjects(projects: string): HistorySource[] {
  return listNames(projects).flatMap((project) => listTranscripts(join(projects, project, TRANSCRIPTS)));
}

/** All transcripts of one project's folder of them, subagents' included. */
export function listTranscripts(folder: string): HistorySource[] {
  return listNames(folder).flatMap((name) => {
    if (name.endsWith(EXTENSION)) return toSource(join(folder, name)) ?? [];
    const own = toSource(join(folder, name, `${name}${EXTENSION}`));
    return [...(own ? [own] : []), ...listChildren(join(folder, name))];
  });
}

function listChildren(sessionFolder: string): HistorySource[] {
  return listNames(join(sessionFolder, SUBAGENTS)).flatMap((name) => (name.endsWith(EXTENSION) ? (toSource(join(sessionFolder, SUBAGENTS, name)) ?? []) : []));
}

/** The transcript of this session, whose id is untrusted. */
export function findTranscript(projects: string, sessionId: string): HistorySource | undefined {
  if (!isSafeId(sessionId)) return undefined;
  for (const project of listNames(projects)) {
    const folder = join(projects, project, TRANSCRIPTS);
    const own = toSource(join(folder, sessionId, `${sessionId}${EXTENSION}`)) ?? toSource(join(folder, `${sessionId}${EXTENSION}`));
    if (own) return own;
    for (const parent of listNames(folder)) {
      const child = toSource(join(folder, parent, SUBAGENTS, `${sessionId}${EXTENSION}`));
      if (child) return child;
    }
  }
  return undefined;
}

/** The transcripts of subagents of this session. */
export function findChildTranscripts(projects: string, sessionId: string): HistorySource[] {
  if (!isSafeId(sessionId)) return [];
  return listNames(projects).flatMap((project) => listChildren(join(projects, project, TRANSCRIPTS, sessionId)));
}

/** The transcript at this path. */
export function transcriptAt(path: string): HistorySource | undefined {
  return path.endsWith(EXTENSION) ? toSource(path) : undefined;
}

/** Whose subagent's it is, as its place says. */
export function parentOf(path: string): string | undefined {
  const folder = dirname(path);
  return basename(folder) === SUBAGENTS ? basename(dirname(folder)) : undefined;
}

function toSource(path: string): HistorySource | undefined {
  const sessionId = basename(path).slice(0, -EXTENSION.length);
  const stamp = isSafeId(sessionId) ? stampOf(path) : undefined;
  if (!stamp || stamp.size === 0) return undefined;
  const parent = parentOf(path);
  return { sessionId, files: [stamp], modifiedMillis: stamp.modifiedMillis, ...(parent === undefined || parent === sessionId ? {} : { parent: { sessionId: parent, relation: 'subagent' } }) };
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isSafeId).sort();
  } catch {
    return [];
  }
}

/** Reads a transcript that a function of this file gave. A last line that is no JSON yet is being written: it is left for the next reading. */
export function readTranscript(source: HistorySource): HistoryReading {
  const list = createProblemList();
  const path = source.files[0]?.path ?? '';
  const reader = createTranscriptReader(source);
  let unfinished: Problem[] = [];
  const unreadable = readLines(path, (text, line) => {
    list.add(unfinished);
    const told = reader.add(text, line);
    unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
    if (unfinished.length === 0) list.add(told);
  });
  list.add(unreadable);
  const isRead = !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
  return { facts: isRead ? toFacts(reader.finish()) : [], problems: list.list, isComplete: isRead, hasRecords: isRead };
}

/** The first words of a person, or of the parent, in a transcript. */
export function readFirstPrompt(source: HistorySource): string | undefined {
  let prompt: string | undefined;
  readLines(source.files[0]?.path ?? '', (text, line) => {
    if (prompt !== undefined) return;
    const reader = createTranscriptReader(source);
    reader.add(text, line);
    prompt = reader.finish().turns[0]?.prompt;
  });
  return prompt;
}
