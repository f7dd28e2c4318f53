/** A user's home in which every agent worked, and `spoor serve` over it: a process, as a person starts it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { layClaudeHistory } from '../../bench/claude-history.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { playEveryAgent } from './every-agent.ts';
import { removeFolder } from './remove-folder.ts';
import { spoorCommand } from './spawn-spoor.ts';

export interface ServedHome {
  url: string;
  /** The user's home folder. */
  root: string;
  /** Runs the hook of Claude Code with this payload, as Claude Code does. */
  runHook(payload: object): void;
  /** Adds a record to the transcript of a Claude Code session. */
  writeLine(sessionId: string, type: string, values: object): void;
  /** What a plain SELECT says of the store. */
  select<T>(sql: string, ...values: (string | number)[]): T[];
  close(): Promise<void>;
}

export interface ServedHomeOptions {
  /** About how many bytes of Claude Code sessions of the last hours, beside those that were played. Default: 600,000. */
  claudeBytes?: number;
}

const SCENARIOS = ['subagent-wolf', 'failed-tool-crow', 'denied-badger', 'skill-marten', 'mcp-lynx'];
/** Where what is live works. */
const FOLDER = '/home/ada/shop';
const DEADLINE_MILLIS = 60_000;

/** Plays, lays, serves, and waits until all of it was taken in. */
export async function serveHome({ claudeBytes = 600_000 }: ServedHomeOptions = {}): Promise<ServedHome> {
  const traced = createTracedHome({ hooked: true });
  await playEveryAgent(traced, SCENARIOS);
  traced.store.close();
  const { sessions: laid } = layClaudeHistory(traced.root, { bytes: claudeBytes, mostBytes: claudeBytes / 4, newestMillis: Date.now() - 3_600_000 });
  const child = startServing(traced);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())).once('close', () => reject(new Error('it did not serve')));
  });
  const database = new DatabaseSync(traced.home.database, { readOnly: true });
  const select = <T>(sql: string, ...values: (string | number)[]): T[] => database.prepare(sql).all(...values) as T[];
  const played = 2;
  await waitForImport(url, () => select<{ n: number }>("SELECT count(DISTINCT session.root) AS n FROM session JOIN turn ON turn.session = session.id WHERE session.agent = 'claude-code'")[0]?.n ?? 0, played + laid);
  return {
    url, root: traced.root, select,
    runHook: createHook(traced),
    writeLine: (sessionId, type, values) => writeLine(traced.root, sessionId, { type, ...values }),
    async close() {
      database.close();
      child.kill('SIGTERM');
      await ended;
      removeFolder(traced.root);
    },
  };
}

function startServing({ root, home }: TracedHome): ChildProcess {
  return spawn(process.execPath, [...spoorCommand.slice(1), 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root }, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** No collector may start by itself: what serves is one. */
function createHook({ root, home }: TracedHome): ServedHome['runHook'] {
  saveShim(home, { agent: 'claude-code', version: '0.0.0-test', node: process.execPath, entry: [join(root, 'no-entry.js')] });
  const command = toHookCommand(home, 'claude-code');
  return (payload) => void spawnSync('sh', ['-c', command], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root }, input: JSON.stringify({ cwd: FOLDER, ...payload }) });
}

function writeLine(root: string, sessionId: string, values: object): void {
  const folder = join(root, '.claude', 'projects', FOLDER.replaceAll('/', '-'));
  mkdirSync(folder, { recursive: true });
  const frame = { parentUuid: null, isSidechain: false, userType: 'external', cwd: FOLDER, sessionId, version: '2.1.300', gitBranch: 'main' };
  appendFileSync(join(folder, `${sessionId}.jsonl`), `${JSON.stringify({ ...frame, ...values, uuid: randomUUID(), timestamp: new Date().toISOString() })}\n`);
}

async function waitForImport(url: string, count: () => number, least: number): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLIS;
  for (;;) {
    const health = (await (await fetch(`${url}/api/health`)).json()) as { importing?: object; indexing?: object };
    if (health.importing === undefined && health.indexing === undefined && count() >= least) return;
    if (Date.now() > deadline) throw new Error(`not all was taken in: ${JSON.stringify(health)}`);
    await delay(50);
  }
}
