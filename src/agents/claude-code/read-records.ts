/** The records in the files of a session: all of them, or, where one file only grew since, those that came. */
import { readSync } from 'node:fs';
import type { Problem } from '../../core/problem.ts';
import type { FileStamp, HistoryReadOptions, HistorySource } from '../agent.ts';
import { createFarTexts, type FarTexts, type LinePlace } from '../far-texts.ts';
import { stampOf } from '../history-files.ts';
import { readLines, type ReadLinesOptions } from '../jsonl.ts';
import type { ProblemList } from '../problem-list.ts';
import { withRegularFile } from '../regular-file.ts';
import { toOutlineLine } from './outline-line.ts';
import { createTranscriptReader, type TranscriptFacts, type TranscriptReader } from './transcript.ts';

export interface ReadRecords extends TranscriptFacts {
  isRead: boolean;
  far: FarTexts;
  /** All records again, of which only the new ones are read; undefined where the file is another one or did not only grow: then it is to be read anew. Its problems are those of the new ones. */
  readOn?(file: FileStamp, problems: ProblemList): ReadRecords | undefined;
}

interface Progress {
  reader: TranscriptReader;
  far: FarTexts;
  /** Lines so far. */
  next: number;
  last?: { place: LinePlace; text: string };
  /** The last line is no JSON: it is being written, or broken. */
  isTorn: boolean;
  /** How often it was read on: of what was read before the last time nothing can be gone on with. */
  steps: number;
}

/** `files`: the oldest first. A last line that is no JSON yet is being written: it is left for the next reading, without a problem. */
export function readRecords(files: readonly FileStamp[], { sessionId, parent }: HistorySource, { problems, outlineOnly }: Pick<HistoryReadOptions, 'outlineOnly'> & { problems: ProblemList }): ReadRecords {
  const [only = { path: '', size: 0 }] = files;
  // Texts are left where they stand in one file: a session that went on in another folder is read whole.
  const far = createFarTexts(only.path, files.length === 1 ? only.size : 0);
  const progress: Progress = { reader: createTranscriptReader(sessionId, { isSubagent: parent?.relation === 'subagent', far }), far, next: 0, isTorn: false, steps: 0 };
  let isRead = true;
  for (const { path } of files) isRead = addLines(progress, path, { problems, ...(outlineOnly && { toText: toOutlineLine }) }) && isRead;
  return toRead(progress, isRead, files.length === 1 ? files[0] : undefined);
}

function addLines(progress: Progress, path: string, { problems, ...how }: ReadLinesOptions & { problems: ProblemList }): boolean {
  const first = progress.next;
  let unfinished: Problem[] = [];
  const unreadable = readLines(path, (text, line, place) => {
    progress.far.enter(place);
    problems.add(unfinished);
    const told = progress.reader.add(text, first + line);
    progress.next = first + line + 1;
    progress.last = { place, text };
    unfinished = told.some(({ code }) => code === 'bad-json') ? told : [];
    if (unfinished.length === 0) problems.add(told);
  }, how);
  progress.isTorn = unfinished.length > 0;
  problems.add(unreadable);
  return !unreadable.some(({ code }) => code === 'unreadable-file') && stampOf(path) !== undefined;
}

/** So much of the last line is compared, to see that what stands before it is what was read. */
const TAIL_LENGTH = 256;

/** `file`: the only one that it was read from. */
function toRead(progress: Progress, isRead: boolean, file: FileStamp | undefined): ReadRecords {
  const { reader, far, last, isTorn, steps } = progress;
  const read: ReadRecords = { ...reader.finish(), far, isRead };
  if (!file || !last || !isRead || isTorn || !far.isEmpty()) return read;
  const end = last.place.offset + last.place.length + 1;
  const tail = Buffer.from(`${last.text.slice(-TAIL_LENGTH)}\n`);
  read.readOn = (later, problems) => {
    if (progress.steps !== steps || later.path !== file.path || later.inode !== file.inode || later.size < end || !standsAt(later.path, tail, end - tail.length)) return undefined;
    progress.steps += 1;
    return toRead(progress, addLines(progress, later.path, { problems, from: end }), later);
  };
  return read;
}

/** Whether the file has these bytes there. */
function standsAt(path: string, bytes: Buffer, offset: number): boolean {
  const found = Buffer.alloc(bytes.length);
  return withRegularFile(path, (file) => readSync(file, found, 0, found.length, offset) === found.length && found.equals(bytes)) ?? false;
}
