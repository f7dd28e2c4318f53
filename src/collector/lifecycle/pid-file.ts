/**
 * The pid file: one line, `<pid> <version> <start time> <fd>`. Its writer keeps it open as descriptor `fd` for as long as it is the
 * collector, so that on Linux two stats tell a collector from a process that got its pid: /proc/<pid>/fd/<fd> is this very file.
 */
import { closeSync, fstatSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Home } from '../../config/home.ts';
import { isProcessAlive, processStartTime } from '../../spool/process.ts';

/** Who the pid file names. */
export interface CollectorProcess {
  pid: number;
  version: string;
  /** It runs, and is the process that wrote the file. */
  alive: boolean;
  /** Only its pid says so: nothing tells here when a process began (Windows), so it may be another's by now. */
  isGuess?: boolean;
}

export interface PidFile {
  /** The file at its place is this one. */
  isInPlace(): boolean;
  /** Removes it, if it is still this one. */
  remove(): void;
}

/** Stands for a start time that nothing tells. */
const UNKNOWN_START = '-';
const LINE = /^(\d{1,10}) (\S{1,100}) (\S{1,100}) (\d{1,10})$/;

/** The collector that the home's pid file names, alive or not; undefined without a readable file. Never throws. */
export function readCollector(home: Home, platform: NodeJS.Platform = process.platform): CollectorProcess | undefined {
  const match = LINE.exec(readLine(home.pidFile));
  if (!match) return undefined;
  const [, pid = '', version = '', started = '', fd = ''] = match;
  const alive = Number(pid) > 0 && isWriter(home.pidFile, Number(pid), { started, fd, platform });
  return { pid: Number(pid), version, alive, ...(started === UNKNOWN_START && platform !== 'linux' ? { isGuess: true } : {}) };
}

/** Puts this process into the home's pid file, in one step. Throws on a disk that refuses. */
export function writePidFile(home: Home, version: string): PidFile {
  const temporary = `${home.pidFile}.${process.pid}`;
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(fd, `${process.pid} ${version} ${processStartTime(process.pid) ?? UNKNOWN_START} ${fd}\n`);
    renameSync(temporary, home.pidFile);
  } catch (error) {
    closeSync(fd);
    rmSync(temporary, { force: true });
    throw error;
  }
  const inode = fstatSync(fd).ino;
  let open = true;
  const isInPlace = (): boolean => open && statSync(home.pidFile, { throwIfNoEntry: false })?.ino === inode;
  return {
    isInPlace,
    remove() {
      if (isInPlace()) rmSync(home.pidFile, { force: true });
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function isWriter(path: string, pid: number, told: { started: string; fd: string; platform: NodeJS.Platform }): boolean {
  if (!isProcessAlive(pid)) return false;
  if (told.platform !== 'linux') return told.started === UNKNOWN_START || processStartTime(pid) === told.started;
  try {
    const [held, file] = [statSync(`/proc/${pid}/fd/${told.fd}`), statSync(path)];
    return held.ino === file.ino && held.dev === file.dev;
  } catch {
    return false;
  }
}

function readLine(path: string): string {
  try {
    return readFileSync(path, 'latin1').trimEnd();
  } catch {
    return '';
  }
}
