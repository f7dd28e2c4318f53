/** `spoor import` beside reading the same bytes, and beside reading and `JSON.parse` of them. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '../test/stand-in/clock.ts';
import { playSession } from '../test/stand-in/play-session.ts';
import { read, shell, turn, type SessionScript } from '../test/stand-in/script.ts';

/** A person's year: two sessions a working day. */
const SESSIONS = 400;
const TURNS_PER_SESSION = 6;
const START_MILLIS = Date.parse('2026-01-05T08:00:00Z');
const DAY_MILLIS = 86_400_000;

/** Prints MB/s of reading, of parsing, of a first import and of one that finds nothing new. */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'spoor-bench-import-'));
  try {
    await layHistory(home);
    const files = globSync(join(home, '.kiro/sessions/cli/*.{json,jsonl}'));
    const megabytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0) / 1e6;
    const figures: [string, number, boolean?][] = [
      ['reading', timed(() => files.forEach((file) => readFileSync(file, 'utf8')))],
      ['reading and JSON.parse', timed(() => files.forEach(parseFile))],
      ['spoor --version (start of the program)', timed(() => runSpoor(home, '--version')), true],
      ['spoor import, empty store', timed(() => runSpoor(home, 'import', 'kiro'))],
      ['spoor import, the same again', timed(() => runSpoor(home, 'import', 'kiro'))],
    ];
    console.log(`import: ${SESSIONS} Kiro sessions, ${SESSIONS * TURNS_PER_SESSION} turns, ${megabytes.toFixed(1)} MB`);
    for (const [name, millis, isStart] of figures) {
      const rate = isStart ? '' : `  ${((megabytes / millis) * 1000).toFixed(1).padStart(8)} MB/s`;
      console.log(`  ${name.padEnd(40)} ${millis.toFixed(0).padStart(7)} ms${rate}`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Plays sessions with tools of everyday sizes. */
async function layHistory(home: string): Promise<void> {
  const text = 'a line of source code, as long as lines are, with a word or two\n';
  const steps = Array.from({ length: TURNS_PER_SESSION }, (_, index) =>
    turn(`Do thing ${index}.`, [
      { tools: [read(`src/thing-${index}.ts`, text.repeat(120), { purpose: 'Read it', durationMillis: 5 }), shell('npm test', text.repeat(40), { durationMillis: 3000 })], durationMillis: 2000, credits: 0.05 },
      { tools: [shell(`./do ${index}`, text.repeat(10), { durationMillis: 800 })], durationMillis: 2000, credits: 0.04 },
      { text: text.repeat(8), durationMillis: 2000, credits: 0.03 },
    ], { contextUsagePercent: index + 1 }),
  );
  for (let index = 0; index < SESSIONS; index++) {
    const script: SessionScript = { seed: `bench-${index}`, folder: `project-${index % 7}`, steps };
    await playSession(script, { home, clock: createVirtualClock(START_MILLIS + (index * DAY_MILLIS) / 2) });
  }
}

function parseFile(file: string): void {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) JSON.parse(text);
  else for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
}

function runSpoor(home: string, ...args: string[]): void {
  const env = { PATH: process.env.PATH, HOME: home, SPOOR_HOME: join(home, '.spoor') };
  const ran = spawnSync(process.execPath, [join(import.meta.dirname, '..', 'bin', 'spoor.mjs'), ...args], { env, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`spoor ${args.join(' ')} left with ${ran.status}: ${ran.stderr}`);
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
