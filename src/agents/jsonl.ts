/** Agents' append-only JSON lines, read in bounded memory. */
import { closeSync, readSync } from 'node:fs';
import type { Problem } from '../core/problem.ts';
import type { LinePlace } from './far-texts.ts';
import { openRegularFile } from './regular-file.ts';

/** Chunks of this size: large enough that the read calls vanish beside JSON.parse, and that few lines stand in two of them. */
const CHUNK_BYTES = 1 << 20;
/** Kept from file to file: fresh memory costs more than reading into it, and most files are small. Undefined while one is being read. */
let spareChunk: Buffer | undefined;
/** A line beyond this is not a record of any agent known: it is skipped and counted. */
const MAX_LINE_BYTES = 64 << 20;

const NEWLINE = 0x0a;

/** A line, its zero-based number, and where it stands. */
type OnLine = (text: string, lineNumber: number, place: LinePlace) => void;

export interface ReadLinesOptions {
  /** The byte to begin at, where lines are counted from. */
  from?: number;
  /** What is given of a line; its bytes are there during this call only. Absent: all of it. */
  toText?(line: Buffer): string;
}

const toWhole = (line: Buffer): string => line.toString('utf8');

/**
 * Calls `onLine` with each non-empty line; lines end at \n only (U+2028 is legal inside JSON strings).
 * A last line without its newline is given too: it may be a record that is still being written. Never throws: a file that
 * vanished gives nothing, an unreadable one a problem.
 */
export function readLines(path: string, onLine: OnLine, options: ReadLinesOptions = {}): Problem[] {
  let file: number;
  try {
    file = openRegularFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return code === 'ENOENT' ? [] : [{ code: 'unreadable-file', detail: `${path}: ${code}` }];
  }
  const problems: Problem[] = [];
  try {
    splitLines({ ...options, file }, onLine, problems);
  } catch (error) {
    problems.push({ code: 'unreadable-file', detail: `${path}: ${(error as NodeJS.ErrnoException).code ?? 'error'}` });
  } finally {
    closeSync(file);
  }
  return problems;
}

function splitLines({ file, from = 0, toText = toWhole }: ReadLinesOptions & { file: number }, onLine: OnLine, problems: Problem[]): void {
  const chunk = spareChunk ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  spareChunk = undefined;
  let parts: Buffer[] = [];
  let pending = 0;
  let lineNumber = 0;
  let offset = from;
  let position = from;
  const flush = (): void => {
    if (pending > MAX_LINE_BYTES) problems.push({ code: 'line-too-long', detail: `line ${lineNumber + 1}: more than ${MAX_LINE_BYTES >> 20} MiB` });
    else if (pending > 0) {
      const text = toText(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
      if (text.trim() !== '') onLine(text, lineNumber, { offset, length: pending });
    }
    parts = [];
    offset += pending + 1;
    pending = 0;
    lineNumber++;
  };
  for (;;) {
    const count = readSync(file, chunk, 0, CHUNK_BYTES, position);
    if (count === 0) break;
    position += count;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1 && end < count; end = chunk.indexOf(NEWLINE, start)) {
      pending += end - start;
      if (pending <= MAX_LINE_BYTES) parts.push(pending === end - start ? chunk.subarray(start, end) : Buffer.from(chunk.subarray(start, end)));
      flush();
      start = end + 1;
    }
    if (start < count) {
      pending += count - start;
      if (pending <= MAX_LINE_BYTES) parts.push(Buffer.from(chunk.subarray(start, count)));
      else parts = [];
    }
  }
  if (pending > 0) flush();
  spareChunk = chunk;
}

/** Below this no value can nest too deep (see `isTooDeep`). */
const FEW_BRACKETS = 200;

/** Whether a JSON text has brackets enough to nest too deep: few have, and the others need not be walked through. */
export function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) if (++count > FEW_BRACKETS) return true;
  }
  return false;
}
