/**
 * What the first lines of a transcript tell without reading it: the id of its first record, which a fork's copy repeats, and the
 * session that a record names as its origin.
 */
import { closeSync, readSync, statSync } from 'node:fs';
import type { FileStamp } from '../agent.ts';
import { openRegularFile } from '../regular-file.ts';

export interface Head {
  /** Of the first record that has one. */
  firstId?: string;
  forkedFrom?: string;
  /** The session that its lines name: of a subagent's transcript that stands among the sessions, the one it belongs to. */
  namedSessionId?: string;
}

/** The first records are short, but the first prompt may hold a pasted file. */
const HEAD_BYTES = 64 << 10;
const TAIL_BYTES = 64 << 10;
/** Transcripts only grow, so a head that was read stays true; more than so many are forgotten, oldest first. */
const MAX_KEPT = 20_000;

const FIRST_ID = /"uuid"\s*:\s*"([^"\\]{1,128})"/;
const FORKED_FROM = /"forkedFrom"\s*:\s*\{[^{}]*"sessionId"\s*:\s*"([^"\\]{1,128})"/;
const SESSION_ID = /"sessionId"\s*:\s*"([^"\\]{1,128})"/;
const TIMESTAMP = /"timestamp"\s*:\s*"([^"\\]{10,40})"/g;

const kept = new Map<string, Head>();

/** Reads a transcript's head; what it told once is remembered. Never throws: of a file that cannot be read nothing is known. */
export function readHead(file: FileStamp): Head {
  const key = `${file.inode}:${file.path}`;
  const known = kept.get(key);
  if (known) return known;
  const text = readPart(file, 0, HEAD_BYTES);
  const head: Head = { firstId: FIRST_ID.exec(text)?.[1], forkedFrom: FORKED_FROM.exec(text)?.[1], namedSessionId: SESSION_ID.exec(text)?.[1] };
  if (head.firstId !== undefined) {
    kept.set(key, head);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
  }
  return head;
}

/** When the newest of its last records was written, as text that sorts; empty where none says so. */
export function readLastTimestamp(file: FileStamp): string {
  let last = '';
  for (const [, at] of readPart(file, Math.max(0, file.size - TAIL_BYTES), TAIL_BYTES).matchAll(TIMESTAMP)) if (at !== undefined && at > last) last = at;
  return last;
}

/** When the file was made (Unix ms); 0 where the disk does not tell. */
export function readBirth(file: FileStamp): number {
  try {
    return statSync(file.path).birthtimeMs;
  } catch {
    return 0;
  }
}

function readPart(file: FileStamp, from: number, length: number): string {
  let descriptor: number;
  try {
    descriptor = openRegularFile(file.path);
  } catch {
    return '';
  }
  try {
    const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(1, file.size)));
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, from));
  } catch {
    return '';
  } finally {
    closeSync(descriptor);
  }
}
