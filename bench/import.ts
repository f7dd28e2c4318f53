/**
 * `spoor import` of a Claude Code history beside reading and `JSON.parse` of the same bytes on one thread: when the newest session is there,
 * every span, every text; and again, when nothing is new. `npm run bench import:300` lays 300 MB; without a number it is 60.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadNodeSqlite } from '#spoor/store/sqlite/node-sqlite.ts';
import { layClaudeHistory } from './claude-history.ts';
import { layCodexHistory } from './codex-history.ts';

const MEGABYTE = 1_000_000;
const NEWEST_MILLIS = Date.parse('2026-10-01T12:00:00Z');
/** The polling itself takes a core's time: seldom enough not to count. */
const LOOK_MILLIS = 25;

/** Prints the ratios. `megabytes`: how much history there is. */
export async function bench(megabytes = 60): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'spoor-bench-import-'));
  try {
    const laid = layClaudeHistory(home, { bytes: megabytes * MEGABYTE, newestMillis: NEWEST_MILLIS });
    console.log(`import: Claude Code, ${laid.sessions} sessions, ${laid.turns} turns, ${laid.files.length} files, ${(laid.bytes / MEGABYTE).toFixed(0)} MB`);
    await compare(home, 'claude-code', laid.files);
    const codex = layCodexHistory(home, { bytes: (megabytes / 5) * MEGABYTE, newestMillis: NEWEST_MILLIS });
    console.log(`import: Codex, ${codex.sessions} sessions, ${codex.files.length} files, ${(codex.bytes / MEGABYTE).toFixed(0)} MB`);
    await compare(home, 'codex', codex.files);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function compare(home: string, agent: string, files: readonly string[]): Promise<void> {
  const before = parseAll(files);
  const first = await watchImport(home, agent);
  const again = await watchImport(home, agent);
  // The better of two, before and after: the machine has others to serve.
  const base = Math.min(before, parseAll(files));
  const tell = (what: string, millis: number | undefined): void => console.log(`  ${what.padEnd(38)} ${(millis ?? 0).toFixed(0).padStart(7)} ms  ${((millis ?? 0) / base).toFixed(2).padStart(6)} ×`);
  tell('reading and JSON.parse, one thread', base);
  tell('import: the newest session', first.newest);
  tell('import: every span', first.spans);
  tell('import: every text', first.all);
  tell('import again, nothing new', again.all);
}

function parseAll(files: readonly string[]): number {
  const start = performance.now();
  for (const file of files) for (const line of readFileSync(file, 'utf8').split('\n')) if (line !== '') JSON.parse(line);
  return performance.now() - start;
}

interface Watched {
  newest?: number;
  spans?: number;
  all: number;
}

/** Runs the command and looks, as another process, into its store: how long until what was there (ms). */
async function watchImport(home: string, agent: string): Promise<Watched> {
  const env = { PATH: process.env.PATH, HOME: home, SPOOR_HOME: join(home, '.spoor') };
  const watch = createWatch(join(home, '.spoor', 'spoor.db'));
  const before = watch.last();
  const start = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'bin', 'spoor.mjs'), 'import', agent], { env, stdio: 'ignore' });
  const ended = once(child, 'exit').then(([code]) => ({ code: Number(code), millis: performance.now() - start }));
  const looks: { millis: number; last: number }[] = [];
  while (child.exitCode === null) {
    looks.push({ last: watch.last(), millis: performance.now() - start });
    await delay(LOOK_MILLIS);
  }
  const { code, millis } = await ended;
  if (code !== 0) throw new Error(`spoor import ${agent} left with ${code}`);
  const last = watch.last();
  watch.close();
  return { newest: looks.find((look) => look.last > before)?.millis, spans: looks.find((look) => look.last === last)?.millis ?? millis, all: millis };
}

/** The newest row of the spans, which are written once and numbered in order: to count them all again and again would take half a core. */
function createWatch(path: string): { last(): number; close(): void } {
  const { DatabaseSync } = loadNodeSqlite();
  let db: InstanceType<typeof DatabaseSync> | undefined;
  return {
    last() {
      if (!existsSync(path)) return 0;
      try {
        db ??= new DatabaseSync(path, { readOnly: true });
        return Number(db.prepare('SELECT max(id) AS last FROM span').get()?.last ?? 0);
      } catch {
        // It is just being made.
        return 0;
      }
    },
    close: () => db?.close(),
  };
}
