/** A home with a hook installed in a folder of its own, and a small collector that only reads the spool into a file. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createHome, type Home, homeAt } from '#spoor/config/home.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';

export interface HookStage {
  folder: string;
  home: Home;
  /** What an agent's config would hold. */
  command: string;
  /** The stand-in collector's program. */
  entry: string;
  /** What collectors said, one line each. */
  log: string;
  /** Writes the shims anew, as a version and with a collector that lingers so long (ms) after its last event. */
  install(options?: InstallOptions): void;
  /** Runs the installed command as an agent does. */
  run(payload: string | Buffer, options?: RunOptions): Promise<HookRun>;
  /** Ends what runs and removes the folder. */
  close(): Promise<void>;
}

export interface InstallOptions {
  version?: string;
  lingerMillis?: number;
  node?: string;
  entry?: string;
  platform?: NodeJS.Platform;
  isEnvOnly?: boolean;
}

export interface RunOptions {
  /** argv of the shell; the command comes after it. */
  shell?: readonly string[];
  command?: string;
  env?: Record<string, string>;
}

export interface HookRun {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
  /** What writing the payload met, e.g. EPIPE. */
  writeError?: string;
}

/** One line of the stand-in's log. */
export interface LogLine {
  what: 'acquired' | 'refused' | 'event' | 'problem' | 'left';
  pid: number;
  version: string;
  key?: string;
  payload?: string;
  env?: Record<string, string>;
  detail?: string;
}

/** An agent's environment has little in it. */
export const AGENT_ENVIRONMENT: Readonly<Record<string, string>> = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/nonexistent' };

/** `name` becomes part of every path, to try odd ones. */
export function createHookStage(name = 'home'): HookStage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-hook-')));
  const home = homeAt(join(folder, name));
  createHome(home);
  const log = join(folder, 'collectors.jsonl');
  const entry = join(folder, 'collector.mjs');
  writeFileSync(entry, STAND_IN);
  const stage: HookStage = {
    folder,
    home,
    command: toHookCommand(home, 'kiro'),
    entry,
    log,
    install: (options = {}) => {
      const { version = '1.0.0', lingerMillis = 60_000, node = process.execPath, platform, isEnvOnly } = options;
      saveShim(home, { agent: 'kiro', version, node, entry: [options.entry ?? entry, ...standInArguments(stage, version, lingerMillis)], platform, isEnvOnly });
    },
    run: (payload, options) => runHook(stage, payload, options),
    close: async () => {
      // A starter in the background may be anywhere between the check and its collector: whatever names this folder is one of them.
      rmSync(home.hooks, { recursive: true, force: true });
      await waitFor('the end of all collectors and starters', () => {
        const pids = processesNaming(folder);
        for (const pid of pids) kill(pid, 'SIGKILL');
        return pids.length === 0;
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  stage.install();
  return stage;
}

/** The stand-in's arguments after its path. */
export function standInArguments(stage: Pick<HookStage, 'log'>, version: string, lingerMillis: number): string[] {
  return [stage.log, version, String(lingerMillis)];
}

/** What the collectors of this stage said so far. */
export function readLog({ log }: Pick<HookStage, 'log'>): LogLine[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8').split('\n').filter(Boolean).map((line): LogLine => JSON.parse(line));
}

/** Looks again and again until it gives something; fails after 20 s. */
export async function waitFor<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    assert.ok(performance.now() < deadline, `in vain waited for: ${what}`);
    await delay(5);
  }
}

/** Resolves when all that the agent's pipes are connected to has closed them. Without a payload, stdin is left to the caller. */
export function finished(child: ChildProcess, payload?: string | Buffer): Promise<HookRun> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let writeError: string | undefined;
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => (writeError = error.code));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), writeError }));
    if (payload !== undefined) child.stdin?.end(payload);
  });
}

/** Silent, successful, and its input was read to the end. */
export function assertSilent(run: HookRun): void {
  assert.deepEqual(run, { code: 0, signal: null, out: '', err: '', writeError: undefined });
}

function runHook(stage: HookStage, payload: string | Buffer, options: RunOptions = {}): Promise<HookRun> {
  const [shell = 'sh', ...args] = options.shell ?? ['sh', '-c'];
  const env = { ...AGENT_ENVIRONMENT, ...options.env };
  return finished(spawn(shell, [...args, options.command ?? stage.command], { cwd: stage.folder, env }), payload);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

/** Processes with this text in their arguments, the dead excepted. */
function processesNaming(text: string): number[] {
  if (process.platform === 'linux') return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readCommandLine(name).includes(text)).map(Number);
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const [acquireUrl, readUrl, homeUrl] = ['#spoor/collector/lifecycle/acquire.ts', '#spoor/spool/read-spool.ts', '#spoor/config/home.ts'].map((name) =>
  JSON.stringify(import.meta.resolve(name)),
);

const STAND_IN = `
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireCollector } from ${acquireUrl};
import { readSpool, removeEvents } from ${readUrl};
import { homeAt } from ${homeUrl};

const [log, version, linger] = process.argv.slice(2);
const home = homeAt(process.env.SPOOR_HOME);
const say = (what, more) => appendFileSync(log, JSON.stringify({ what, pid: process.pid, version, ...more }) + '\\n');
let asked = false;
process.on('SIGTERM', () => (asked = true));

const { lease, refusal } = await acquireCollector(home, { version });
if (refusal) say('refused', { detail: refusal.reason });
else await collect();

async function collect() {
  say('acquired', { env: process.env });
  let lastEventMillis = performance.now();
  for (;;) {
    if (drain() > 0) lastEventMillis = performance.now();
    if (!lease.isHeld()) break;
    if (asked || performance.now() - lastEventMillis >= Number(linger)) {
      lease.leave();
      if (drain() === 0 || asked) break;
      lease.stay();
    }
    await delay(5);
  }
  say('left');
  lease.release();
}

function drain() {
  const { events, problems, waiting } = readSpool(home);
  for (const { key, payload, env } of events) say('event', { key, payload, env });
  for (const { code, detail } of problems) say('problem', { detail: code + ' ' + detail });
  removeEvents(events.map((event) => event.path));
  return events.length + waiting;
}
`;
