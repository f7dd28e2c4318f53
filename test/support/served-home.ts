/** A user's home in which every agent worked, and `spoor serve` over it: a process, as a person starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { layClaudeHistory } from '../../bench/claude-history.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { playEveryAgent } from './every-agent.ts';
import { removeFolder } from './remove-folder.ts';
import { spoorCommand } from './spawn-spoor.ts';

export interface ServedHome {
  url: string;
  /** The user's home folder. */
  root: string;
  traced: TracedHome;
  /** What a plain SELECT says of the store. */
  select<T>(sql: string, ...values: (string | number)[]): T[];
  close(): Promise<void>;
}

export interface ServedHomeOptions {
  /** About how many bytes of Claude Code sessions of the last hours, beside those that were played. Default: 600,000. */
  claudeBytes?: number;
}

const SCENARIOS = ['subagent-wolf', 'failed-tool-crow', 'denied-badger', 'skill-marten', 'mcp-lynx'];
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
    url, root: traced.root, traced, select,
    async close() {
      database.close();
      child.kill('SIGTERM');
      await ended;
      await removeFolder(traced.root);
    },
  };
}

function startServing({ root, home }: TracedHome): ChildProcess {
  return spawn(process.execPath, [...spoorCommand.slice(1), 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root }, stdio: ['ignore', 'pipe', 'ignore'] });
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
