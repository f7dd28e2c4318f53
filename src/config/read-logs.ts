/** Reads what `log.ts` writes: `<RFC 3339> <level> <pid> <message>`, a line each, the older lines in `<name>.log.1`. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';

export interface LogLine {
  /** The file's name without `.log`: `spoor`, or an agent's id. */
  log: string;
  /** Unix ms; absent where the line is not of the form. */
  atMillis?: number;
  level?: 'error' | 'info';
  pid?: number;
  message: string;
}

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (error|info) (\d{1,10}) (.*)$/;
const NAME = /^([a-z0-9-]+)\.log$/;
/** Lines are cut at 2,000 characters when they are written: so far back stands the newest error of any log that is alive. */
const TAIL_BYTES = 65_536;
/** `log.ts` rotates at 1 MB; a file that somebody else made larger is read from its end. */
const MOST_BYTES = 4_000_000;

/** Names of the logs that are there, in order. Never throws. */
export function listLogs(home: Home): string[] {
  try {
    return readdirSync(home.logs).flatMap((name) => NAME.exec(name)?.[1] ?? []).sort();
  } catch {
    return [];
  }
}

/** One line of a log. */
export function parseLogLine(log: string, text: string): LogLine {
  const match = LINE.exec(text);
  const atMillis = match ? Date.parse(match[1] ?? '') : Number.NaN;
  if (!match || Number.isNaN(atMillis)) return { log, message: text };
  return { log, atMillis, level: match[2] === 'error' ? 'error' : 'info', pid: Number(match[3]), message: match[4] ?? '' };
}

/** The newest error in any of the logs, as far as their last 64 kB tell. Never throws. */
export function readNewestError(home: Home, sinceMillis = 0): LogLine | undefined {
  const errors = listLogs(home).flatMap((log) => {
    const lines = readEnd(join(home.logs, `${log}.log`), TAIL_BYTES).split('\n');
    return lines.map((text) => parseLogLine(log, text)).filter(({ level, atMillis }) => level === 'error' && (atMillis ?? 0) >= sinceMillis);
  });
  return errors.reduce<LogLine | undefined>((newest, line) => (newest && (newest.atMillis ?? 0) > (line.atMillis ?? 0) ? newest : line), undefined);
}

function readEnd(path: string, bytes: number): string {
  try {
    const fd = openSync(path, 'r');
    try {
      return readFrom(fd, Math.max(0, fstatSync(fd).size - bytes)).text;
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}

export interface LogReader {
  /** The first time all that is there, later what came since; by time, across the logs. Never throws. */
  read(): LogLine[];
  close(): void;
}

/** A log that is being read: its open file goes on after a rotation has given its name to another. */
interface OpenLog {
  fd: number;
  inode: number;
  offset: number;
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer;
}

/** Follows these logs, or (none named) all that there are and that come to be. */
export function openLogs(home: Home, names?: readonly string[]): LogReader {
  const open = new Map<string, OpenLog>();
  return {
    read: () => byTime((names ?? listLogs(home)).flatMap((name) => readNew(home, name, open))),
    close() {
      for (const { fd } of open.values()) closeSync(fd);
      open.clear();
    },
  };
}

/** Lines without a time of their own stay behind the line before them. */
function byTime(lines: LogLine[]): LogLine[] {
  let last = 0;
  const placed = lines.map((line) => ({ line, at: (last = line.atMillis ?? last) }));
  return placed.sort((a, b) => a.at - b.at).map(({ line }) => line);
}

function readNew(home: Home, name: string, open: Map<string, OpenLog>): LogLine[] {
  const path = join(home.logs, `${name}.log`);
  const known = open.get(name);
  if (!known) {
    const older = readEnd(`${path}.1`, MOST_BYTES);
    const fresh = openLog(path);
    if (fresh) open.set(name, fresh);
    return [...toLines(name, older), ...(fresh ? takeLines(name, fresh) : [])];
  }
  const lines = takeLines(name, known);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || stat.ino === known.inode) return lines;
  // Rotated: what was written to the old file up to then has been read just now.
  closeSync(known.fd);
  open.delete(name);
  const next = openLog(path);
  if (!next) return lines;
  open.set(name, next);
  return [...lines, ...takeLines(name, next)];
}

function openLog(path: string): OpenLog | undefined {
  try {
    const fd = openSync(path, 'r');
    const { ino, size } = fstatSync(fd);
    return { fd, inode: ino, offset: Math.max(0, size - MOST_BYTES), rest: Buffer.alloc(0) };
  } catch {
    return undefined;
  }
}

function takeLines(name: string, log: OpenLog): LogLine[] {
  try {
    if (fstatSync(log.fd).size < log.offset) Object.assign(log, { offset: 0, rest: Buffer.alloc(0) });
    const { bytes } = readFrom(log.fd, log.offset);
    log.offset += bytes.length;
    const whole = Buffer.concat([log.rest, bytes]);
    const end = whole.lastIndexOf(0x0a) + 1;
    log.rest = whole.subarray(end);
    return toLines(name, whole.subarray(0, end).toString('utf8'));
  } catch {
    return [];
  }
}

function toLines(name: string, text: string): LogLine[] {
  return text.split('\n').filter((line) => line !== '').map((line) => parseLogLine(name, line));
}

function readFrom(fd: number, offset: number): { bytes: Buffer; text: string } {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, offset + length);
    if (count === 0) break;
    length += count;
  }
  const read = bytes.subarray(0, length);
  return { bytes: read, text: read.toString('utf8') };
}
