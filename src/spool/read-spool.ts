/** Reads what the hooks left, oldest first, and takes away what was consumed. Nothing in the spool folder is trusted or followed. */
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.ts';
import { compare } from '../core/order.ts';
import type { Problem } from '../core/problem.ts';
import { hasRunSince } from './process.ts';
import { SET_ASIDE, setAside } from './set-aside.ts';
import { MAX_HEADER_BYTES, parseSpoolFile, type SpooledEvent, type SpoolFileState, writerOf } from './spool-file.ts';

/** Larger payloads are set aside: no agent's hook is known to send more than a few megabytes, and one event is one string here. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
/** A batch: as much as is committed in one go. A single event may be larger. */
const BATCH_EVENTS = 500;
const BATCH_BYTES = 32 * 1024 * 1024;
/** The shell may be killed alone: its `cat` then still writes. A file that rests this long after its shell's death is all there is. */
const REST_NANO = 1_000_000_000n;

export interface SpoolBatch {
  /** Oldest first. Each must be committed before `removeEvents` gets its path. */
  events: SpooledEvent[];
  /** Truncated events and what was set aside, once each. */
  problems: Problem[];
  /** Files that somebody still writes: look again soon. Their writers look for a collector when they are through. */
  waiting: number;
  /** When the newest of them was last written (Unix ms). */
  newestWaitingMillis?: number;
  /** Files of a newer version's shim, left for a newer reader. */
  newer: number;
  /** The batch is full: read again once it is removed. */
  more: boolean;
}

/**
 * The next events. Files that can never be read go to `set-aside/` on the way and stop nobody else. Never throws: a folder that
 * cannot be read is a problem, one that does not exist is empty.
 */
export function readSpool(home: Home): SpoolBatch {
  const batch: SpoolBatch = { events: [], problems: [], waiting: 0, newer: 0, more: false };
  let bytes = 0;
  for (const file of listSpool(home, batch.problems)) {
    if (batch.events.length >= BATCH_EVENTS || bytes >= BATCH_BYTES) {
      batch.more = true;
      break;
    }
    const found = readOne(file);
    if (found === undefined) continue;
    if (found.state === 'waiting') {
      batch.waiting++;
      batch.newestWaitingMillis = Number(file.stat.mtimeMs);
    } else if (found.state === 'newer') batch.newer++;
    else if (found.state === 'poisoned') batch.problems.push(setAside(home, file.name, found.reason));
    else {
      batch.events.push(found.event);
      bytes += found.event.payload.length;
      if (found.event.truncated) batch.problems.push({ code: 'truncated', detail: `${file.name}: the hook was ended before its payload was complete` });
    }
  }
  return batch;
}

/** A file of the spool by its name and inode: a name comes again with its pid. */
export function toFileKey(file: SpoolFile): string {
  return `${file.name}:${file.stat.ino}`;
}

/** Whether a reader would take this file in now: it is complete, and not of a newer version. Looks, changes nothing. */
export function isComplete(file: SpoolFile): boolean {
  return readOne(file)?.state === 'event';
}

/** Unlinks consumed events. Missing ones are fine. Returns a problem for each that stays. */
export function removeEvents(paths: readonly string[]): Problem[] {
  return paths.flatMap((path) => {
    try {
      unlinkSync(path);
      return [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? [] : [{ code: 'spool-not-removed', detail: `${path}: ${code}. It will be read again, to no effect.` }];
    }
  });
}

export interface SpoolFile {
  name: string;
  path: string;
  stat: BigIntStats;
}

/** Everything in the spool that a hook may have written, oldest first. Dot files belong to filesystems and people. */
export function listSpool(home: Home, problems: Problem[] = []): SpoolFile[] {
  const files = readNames(home, problems).flatMap((name): SpoolFile[] => {
    const path = join(home.spool, name);
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? [{ name, path, stat }] : [];
  });
  return files.sort((a, b) => compare(a.stat.mtimeNs, b.stat.mtimeNs) || compare(a.name, b.name));
}

function readNames(home: Home, problems: Problem[]): string[] {
  try {
    return readdirSync(home.spool).filter((name) => !name.startsWith('.') && name !== SET_ASIDE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') problems.push({ code: 'spool-unreadable', detail: `${home.spool}: ${code}. Events cannot be read; make it a folder of your own with mode 0700.` });
    return [];
  }
}

/** Undefined: it is gone, another reader was quicker. */
function readOne(file: SpoolFile): SpoolFileState | undefined {
  const { name, path, stat } = file;
  const writer = writerOf(name);
  if (!stat.isFile()) return { state: 'poisoned', reason: 'it is no regular file' };
  if (writer === undefined) return { state: 'poisoned', reason: 'no hook of spoor gives such a name' };
  let read: { bytes: Buffer; stat: BigIntStats } | undefined;
  try {
    read = readWhole(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { state: 'poisoned', reason: `it cannot be read (${code})` };
  }
  if (!read) return { state: 'poisoned', reason: `it is larger than ${MAX_PAYLOAD_BYTES / 1024 / 1024} MB` };
  const { mtimeNs, birthtimeNs } = read.stat;
  // File times are finer than the clock read here, so a fresh one is often ahead of it.
  const resting = BigInt(Date.now()) * 1_000_000n - mtimeNs;
  const isFresh = resting > -REST_NANO && resting < REST_NANO;
  // Last of all: the writer may have ended, and ended its file, since the file was read.
  const isWriterAlive = (): boolean => isFresh || hasRunSince(writer, mtimeNs) || hasChanged(path, mtimeNs);
  return parseSpoolFile({ path, name, bytes: read.bytes, times: { birthNano: birthtimeNs, modifiedNano: mtimeNs }, isWriterAlive });
}

function hasChanged(path: string, mtimeNs: bigint): boolean {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs !== mtimeNs;
}

/** No link is followed and no pipe waited for, whatever came in the file's place since it was listed. Undefined: too large. */
function readWhole(path: string): { bytes: Buffer; stat: BigIntStats } | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile() || stat.size > BigInt(MAX_PAYLOAD_BYTES + MAX_HEADER_BYTES)) return undefined;
    const bytes = Buffer.alloc(Number(stat.size));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return { bytes: bytes.subarray(0, length), stat };
  } finally {
    closeSync(fd);
  }
}
