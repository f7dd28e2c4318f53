/** An agent at a terminal: what a person types, when the screen says what the person waits for. The terminal is python3's. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { signalGroup, type ProgramRun } from './run-program.ts';

/** Copies between its own streams and a new terminal, in which the words run. */
const PTY = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
const SIZE = 'stty rows 40 cols 120; exec "$@"';
const DEADLINE_MILLIS = 60_000;
const POLL_MILLIS = 20;
/** A person types a line, and then sends it: what comes at once is taken for pasted. */
const BEFORE_ENTER_MILLIS = 300;
const PRESS_AGAIN_MILLIS = 1000;
/** What terminals answer when they are asked what they are, and where the cursor stands. */
const ANSWERS: readonly [string, string][] = [['\u001b[c', '\u001b[?62;c'], ['\u001b[6n', '\u001b[1;1R']];
const ESCAPES = /\u001b(?:\[[0-9;?<>=]*[a-zA-Z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>78])/g;

export interface Terminal {
  pid: number;
  /** Waits until what was written since the last wait, without colours and blanks, fits. Throws with the screen after a minute. */
  waitFor(text: RegExp): Promise<void>;
  /** Waits for something beside the screen. */
  waitUntil(what: string, isReached: () => boolean): Promise<void>;
  press(keys: string): void;
  /** Presses them again and again until it came to that: a question may not take an answer as soon as it can be read. */
  pressUntil(keys: string, what: string, isReached: () => boolean): Promise<void>;
  /** A line, and Enter. */
  type(line: string): Promise<void>;
  /** Waits until the agent is gone; gives its exit code. */
  end(): Promise<number | null>;
}

/** Starts the words at a terminal of 120 columns. */
export function openTerminal({ argv, cwd, env }: Omit<ProgramRun, 'interruptAt'>): Terminal {
  const child = spawn('python3', ['-c', PTY, 'sh', '-c', SIZE, 'sh', ...argv], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let screen = '';
  let seen = 0;
  let code: number | null | undefined;
  child.stdin.on('error', () => undefined);
  child.on('exit', (status) => (code = status));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    for (const [question, answer] of ANSWERS) if (text.includes(question)) child.stdin.write(answer);
  });
  const words = (from: number): string => screen.slice(from).replaceAll(ESCAPES, '').replaceAll(/\s+/g, '');
  const waitUntil = async (what: string, isReached: () => boolean): Promise<void> => {
    for (const deadline = performance.now() + DEADLINE_MILLIS; !isReached(); await delay(POLL_MILLIS)) {
      if (performance.now() <= deadline) continue;
      signalGroup(child.pid, 'SIGKILL');
      throw new Error(`in vain waited for ${what}; the screen said: ${words(0).slice(-2000)}`);
    }
  };
  return {
    pid: child.pid ?? 0,
    waitUntil,
    waitFor: async (text) => {
      await waitUntil(String(text), () => text.test(words(seen)));
      seen = screen.length;
    },
    press: (keys) => void child.stdin.write(keys),
    pressUntil: async (keys, what, isReached) => {
      let next = 0;
      await waitUntil(what, () => {
        if (isReached()) return true;
        if (performance.now() < next) return false;
        next = performance.now() + PRESS_AGAIN_MILLIS;
        child.stdin.write(keys);
        return false;
      });
    },
    type: async (line) => {
      child.stdin.write(line);
      await delay(BEFORE_ENTER_MILLIS);
      child.stdin.write('\r');
    },
    end: async () => {
      await waitUntil('its end', () => code !== undefined);
      return code ?? null;
    },
  };
}
