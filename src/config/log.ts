/** Logs under `<SPOOR_HOME>/logs/`: one file a name, errors always, routine when asked for. Never content, never secrets. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Home } from './home.ts';
import { makeFolder } from './make-folder.ts';

export interface Log {
  /** What went wrong. Always written. */
  error(message: string): void;
  /** Routine. Written only when verbose. */
  info(message: string): void;
}

export interface LogOptions {
  /** `spoor`, or an agent's id: becomes the file's name. */
  name: string;
  verbose: boolean;
  /** Unix ms; the clock of the machine unless a test says otherwise. */
  nowMillis?: () => number;
}

/** One file of this size and the one before it are kept: some ten thousand lines. */
const SIZE_LIMIT_BYTES = 1_000_000;
/** A line is read by people. */
const MESSAGE_LIMIT = 2_000;

/** A log that never throws and never waits: with a full disk or without a folder its lines are lost, and nothing else. */
export function createLog(home: Home, { name, verbose, nowMillis = Date.now }: LogOptions): Log {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`"${name}" is no name for a log`);
  const path = join(home.logs, `${name}.log`);
  const write = (level: 'error' | 'info', message: string): void => {
    const line = `${new Date(nowMillis()).toISOString()} ${level} ${process.pid} ${toLine(message)}\n`;
    try {
      makeFolder(dirname(path));
      rotate(path);
      appendFileSync(path, line, { mode: 0o600 });
    } catch {
      // A log that fails must not make anything else fail.
    }
  };
  return {
    error: (message) => write('error', message),
    info: (message) => {
      if (verbose) write('info', message);
    },
  };
}

/** One line: a message must not look like two. */
function toLine(message: string): string {
  const cut = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT)}…` : message;
  return cut.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

function rotate(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= SIZE_LIMIT_BYTES) renameSync(path, `${path}.1`);
}
