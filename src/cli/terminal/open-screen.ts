/** The terminal as a whole: its other screen, raw keys, and everything put back as it was. */
import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { TerminalScreen } from '../context.ts';

/** Other screen, no cursor, no wrapping of long lines. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** What stands between is shown at once, by terminals that know it. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';
const CLEAR = '\x1b[2J';
/** Before the text: behind a text as wide as the terminal it would take the last sign away. */
const CLEAR_LINE = '\x1b[2K';
/** A sequence of an arrow or of another key, or one sign. */
const KEYS = /\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|[\s\S]/gu;

/** Undefined where one of the streams is no terminal, or the terminal can do nothing (TERM=dumb). */
export function openScreen(stdin: ReadStream, stdout: WriteStream & { fd: number }, env: Readonly<Record<string, string | undefined>>): TerminalScreen | undefined {
  if (!stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb') return undefined;
  let isOpen = true;
  /** Undefined: nobody knows what stands there. */
  let shown: readonly string[] | undefined;
  let next: readonly string[] | undefined;
  const keyListeners = new Set<(key: string) => void>();
  const press = (data: string): void => {
    for (const [key] of data.matchAll(KEYS)) for (const listener of keyListeners) listener(key);
  };
  const resizeListeners = new Set<() => void>();
  const resize = (): void => {
    // The terminal has moved what stood there.
    shown = undefined;
    for (const listener of resizeListeners) listener();
  };
  const flush = (): void => {
    // One that reads slowly gets the newest picture when it has read the one before, and none in between.
    if (!isOpen || next === undefined || stdout.writableNeedDrain) return;
    const frame = toFrame(next, shown);
    shown = next;
    if (frame !== '') stdout.write(frame);
  };
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    stdout.off('drain', flush).off('resize', resize);
    stdin.off('data', press).pause();
    try {
      stdin.setRawMode(false);
      // At once: at the end of a process nothing else gets through.
      writeSync(stdout.fd, LEAVE);
    } catch {
      // The terminal has gone.
    }
  };
  process.once('exit', close);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8').on('data', press).resume();
  stdout.on('drain', flush).on('resize', resize);
  stdout.write(ENTER);
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    draw(lines) {
      next = lines.slice(0, stdout.rows || 24);
      flush();
    },
    onKey: (listener) => void keyListeners.add(listener),
    onResize: (listener) => void resizeListeners.add(listener),
    close,
  };
}

/** The lines that are others than those that stand there: few, over a slow line. */
function toFrame(lines: readonly string[], shown: readonly string[] | undefined): string {
  const count = Math.max(lines.length, shown?.length ?? 0);
  const changed = Array.from({ length: count }, (_, row) => (shown !== undefined && lines[row] === shown[row] ? '' : `\x1b[${row + 1};1H${CLEAR_LINE}${lines[row] ?? ''}`)).join('');
  return changed === '' && shown !== undefined ? '' : `${BEGIN_FRAME}${shown === undefined ? CLEAR : ''}${changed}${END_FRAME}`;
}
