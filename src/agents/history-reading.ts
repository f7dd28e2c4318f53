/** The door of an agent's history: where one session of it stands, and what a reading of it gives. Types only. */
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { SessionParent } from '../core/session.ts';

/** A file, or a row of a database (`path`: the database and the row), as it was when it was looked at: unchanged stamp, unchanged content. */
export interface FileStamp {
  path: string;
  size: number;
  modifiedMillis: number;
  inode: number;
}

/** One session in the agent's own history. */
export interface HistorySource {
  sessionId: string;
  parent?: SessionParent;
  /** Every file its records stand in. */
  files: FileStamp[];
  /** The agent drops old records of it (a compaction): a turn that it tells no more was there all the same. */
  forgets?: boolean;
  /** For "newest first". */
  modifiedMillis: number;
}

export interface HistoryReadOptions {
  /** It stays in memory, and `readOn` is wanted. */
  isKept?: boolean;
  /**
   * The texts come with another reading: answers, thoughts and results that are no errors, where they have more than SHORT_TEXT_LENGTH
   * characters, may be given as any other text that has. Whatever else is told must be told alike.
   */
  outlineOnly?: boolean;
}

export interface HistoryReading {
  facts: Fact[];
  problems: Problem[];
  /** False: a file is half-written, cannot be read or has gone meanwhile. What is missing may be there a moment later. */
  isComplete: boolean;
  /** The file with the conversation itself was read, not only what stands beside it. */
  hasRecords: boolean;
  /** Long texts of a very large file stand as marks in its facts (`far-texts.ts`): the text of a mark, read again, not scrubbed. */
  findText?(name: string): string | undefined;
  /**
   * The same source later: all its facts, of which only what came since was read, and the problems of that alone. The facts of before must not be used any more.
   * Undefined where more than that has changed: then it is to be read anew. Absent: it always is.
   */
  readOn?(source: HistorySource): HistoryReading | undefined;
}
