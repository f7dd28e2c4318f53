/**
 * A real terminal for a command: the system's own (a pty), opened by Python, which every system that runs these tests has; Node.js cannot open
 * one by itself. What the command draws is kept as the lines of a screen.
 */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Orders come as lines of JSON: {"write": text}, {"resize": [columns, rows]}, {"signal": number}. Answers: {"out": text}, and at the end {"code",
 * "same"}: whether the terminal's settings are those from before. Its side of the terminal stays open, so that they can be read after the command has gone.
 */
const DRIVER = `
import codecs, fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios
columns, rows, *command = json.loads(sys.argv[1])
master, slave = pty.openpty()
def resize(columns, rows):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
def tell(**what):
    sys.stdout.write(json.dumps(what) + '\\n')
    sys.stdout.flush()
def begin():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
resize(columns, rows)
before = termios.tcgetattr(slave)
child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=begin)
decoder = codecs.getincrementaldecoder('utf-8')('replace')
orders = b''
sources = [master, 0]
while True:
    ready, _, _ = select.select(sources, [], [], 0.05)
    if master in ready:
        tell(out=decoder.decode(os.read(master, 65536)))
        continue
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            child.kill()
            sources.remove(0)
        orders += data
        *lines, orders = orders.split(b'\\n')
        for line in lines:
            order = json.loads(line)
            if 'write' in order: os.write(master, order['write'].encode())
            if 'resize' in order: resize(*order['resize'])
            if 'signal' in order: child.send_signal(order['signal'])
    elif child.poll() is not None:
        break
tell(code=child.returncode, same=termios.tcgetattr(slave) == before)
`;

/** Generous: the machine may be busy. */
const PATIENCE_MILLIS = 30_000;

export interface TerminalEnd {
  code: number | null;
  /** The terminal's settings (echo, lines, signals) are those from before. */
  isRestored: boolean;
}

export interface Terminal {
  /** What stands on the screen, from the top. */
  lines(): string[];
  /** All that was written to it. */
  written(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  signal(number: number): void;
  /** Waits until the screen holds it; throws with what stands there. */
  shows(pattern: RegExp): Promise<void>;
  /** Waits for the command's end. */
  ended: Promise<TerminalEnd>;
}

export interface TerminalOptions {
  /** The whole environment. */
  env: Record<string, string>;
  columns: number;
  rows: number;
}

/** Starts it. `after`: the caller's cleanup. Throws on a machine without python3. */
export function openTerminal(t: { after(cleanup: () => void): void }, command: readonly string[], { env, columns, rows }: TerminalOptions): Terminal {
  const driver = spawn('python3', ['-c', DRIVER, JSON.stringify([columns, rows, ...command])], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => driver.kill('SIGKILL'));
  let [written, rest] = ['', ''];
  const ended = new Promise<TerminalEnd>((resolve, reject) => {
    driver.once('error', (error) => reject(new Error(`python3, which opens the terminal, could not be started: ${error.message}`)));
    driver.once('close', () => reject(new Error('the terminal was closed before its command ended')));
    driver.stdout.setEncoding('utf8').on('data', (text: string) => {
      const answers = (rest + text).split('\n');
      rest = answers.pop() ?? '';
      for (const answer of answers) {
        const { out, code, same } = JSON.parse(answer) as { out?: string; code?: number; same?: boolean };
        written += out ?? '';
        if (same !== undefined) resolve({ code: code ?? null, isRestored: same });
      }
    });
  });
  ended.catch(() => undefined);
  const order = (what: object): void => void driver.stdin.write(`${JSON.stringify(what)}\n`);
  return {
    lines: () => toLines(written),
    written: () => written,
    type: (keys) => order({ write: keys }),
    resize: (wide, high) => order({ resize: [wide, high] }),
    signal: (number) => order({ signal: number }),
    async shows(pattern) {
      const deadline = performance.now() + PATIENCE_MILLIS;
      while (!pattern.test(toLines(written).join('\n'))) {
        if (performance.now() > deadline) throw new Error(`${String(pattern)} is not on the screen:\n${toLines(written).join('\n')}`);
        await delay(10);
      }
    },
    ended,
  };
}

/** Of the sequences of `open-screen.ts` those that move and wipe; https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
function toLines(written: string): string[] {
  let lines: string[] = [];
  let row = 0;
  for (const [, codes, end, text] of written.matchAll(/\x1b\[([?0-9;]*)([A-Za-z])|([^\x1b]+)/gu)) {
    if (end === 'H') row = Number(codes?.split(';')[0] ?? 1) - 1;
    else if (end === 'J') lines = [];
    else if (end === 'K') lines[row] = '';
    else if (text !== undefined) lines[row] = (lines[row] ?? '') + text;
  }
  return Array.from(lines, (line) => line ?? '');
}
