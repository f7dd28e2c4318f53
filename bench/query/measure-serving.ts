/** How much memory a process that answers has, after everything was asked. */
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Question } from '#spoor/query/question.ts';
import { toStoreName } from '#spoor/query/search/search-database.ts';
import { loadNodeSqlite } from '#spoor/store/sqlite/node-sqlite.ts';

/** What is asked over HTTP: every page without parameters. */
const PATHS = ['/api/overview', '/api/sessions', '/api/tools', '/api/tools?by=command', '/api/tools/calls?which=slowest', '/api/skills', '/api/models', '/api/compare?a=agent%3Dkiro&b=agent%3Dcodex', '/api/health'];
const ROUNDS = 3;

/** A line: of a real `spoor serve` over a copy of the store where it answers the dashboard, else of the query service in a process of its own. */
export async function measureServing(home: string, questions: readonly Question[]): Promise<string> {
  const root = join(import.meta.dirname, '..', '..');
  const copy = mkdtempSync(join(tmpdir(), 'spoor-bench-serve-'));
  try {
    for (const file of ['spoor.db', 'search.db']) if (existsSync(join(home, file))) copyFileSync(join(home, file), join(copy, file));
    adoptIndex(copy);
    // Nothing of this machine's agents: a home without any.
    const env = { PATH: process.env.PATH, HOME: join(copy, 'nobody'), SPOOR_HOME: copy };
    const served = await withProcess(spawn(process.execPath, [join(root, 'bin', 'spoor.mjs'), 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'ignore'] }), askServer);
    if (served !== undefined) return served;
    const program = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'ask-all.ts'), home, JSON.stringify(questions)], { stdio: ['ignore', 'pipe', 'inherit'] });
    return (await withProcess(program, async (line, pid) => (line === 'asked' ? `${readMegabytes(pid)} MB in a process with the query service alone; \`spoor serve\` answers no page yet` : undefined))) ?? 'missing';
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A copy of a store would have its index made anew: that is another measure. */
function adoptIndex(home: string): void {
  if (!existsSync(join(home, 'search.db'))) return;
  const { DatabaseSync } = loadNodeSqlite();
  const db = new DatabaseSync(join(home, 'search.db'));
  db.prepare('UPDATE state SET store = ?').run(toStoreName(join(home, 'spoor.db')));
  db.close();
}

/** The first line of its output → what `use` makes of it. The process is ended. */
async function withProcess(child: ChildProcess, use: (line: string, pid: number) => Promise<string | undefined>): Promise<string | undefined> {
  try {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) return await use(line, child.pid ?? 0);
    return undefined;
  } finally {
    child.kill();
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
}

async function askServer(url: string, pid: number): Promise<string | undefined> {
  const missing = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const path of PATHS) {
      const response = await fetch(url + path);
      await response.arrayBuffer();
      if (!response.ok) missing.add(`${path} (${response.status})`);
    }
  }
  if (missing.size === PATHS.length) return undefined;
  return `${readMegabytes(pid)} MB of \`spoor serve\` after ${ROUNDS} × ${PATHS.length} pages${missing.size > 0 ? `; missing: ${[...missing].join(', ')}` : ''}`;
}

/** Resident, of the whole process; NaN where the system does not tell it in a file. */
function readMegabytes(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024);
}
