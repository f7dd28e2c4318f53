/**
 * `npm run build && node --conditions=spoor-source scripts/take-pictures.ts`: makes the pictures of the documentation again, from a generated
 * store that a real `spoor serve` shows in a real browser.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { generateStore } from '../bench/stores/generate-store.ts';
import type { SessionRow, SessionsAnswer } from '../src/query/api/sessions.ts';
import { openBrowser, type TestBrowser } from '../test/support/browser.ts';
import { shrinkPng } from './shrink-png.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'pictures');
/** A tenth of years of work: a week of it fills a screen. */
const STORE = { shape: 'million', seed: 7, scale: 0.1 } as const;
const SIZE = { width: 1440, height: 900 } as const;
const PROMPTS = [
  'The nightly import fails on the last day of the month. Find out why.',
  'Add a test for orders that are split over two warehouses',
  'Why is the invoice page slow with more than 500 lines?',
  'Rename customerRef to accountRef everywhere, with a migration',
  'Review the diff of this branch before I push it',
  'Write the release notes for this week, short',
  'The retry of webhooks sends some of them twice',
  'Upgrade the date library and mend what breaks',
  'Show the stock of each warehouse on the product page',
  'Explain what the reconcile job does, step by step',
  'Move the mail templates out of the code',
  'The linter is right about these four; mend them',
  'Log how long each query of the search took',
];

/** Charts and bars are drawn a frame or two after the figures are there. */
const SETTLE_MILLIS = 1000;

const folder = mkdtempSync(join(tmpdir(), 'spoor-pictures-'));
mkdirSync(FOLDER, { recursive: true });
await generateStore(join(folder, 'spoor.db'), { ...STORE, untilMillis: Date.now() });
nameTurns(join(folder, 'spoor.db'));
const child = startServing(folder);
const browser = await openBrowser();
try {
  const url = await readUrl(child);
  await waitForIndex(url);
  await take(browser, { name: 'overview', url: `${url}/`, mark: 'Slowest tools' });
  const { agent, sessionId, title = '' } = await chooseSession(url);
  await take(browser, { name: 'session', url: `${url}/sessions/${agent}/${sessionId}`, mark: title.slice(0, 20) });
} finally {
  await browser.close();
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
  rmSync(folder, { recursive: true });
}

/** Generated prompts are noise: these can be read. A session is called as its first turn. */
function nameTurns(path: string): void {
  const database = new DatabaseSync(path);
  database.function('prompt_of', (row) => PROMPTS[Number(row) % PROMPTS.length] ?? '');
  database.exec('UPDATE turn SET prompt = prompt_of(id); UPDATE session SET title = (SELECT prompt FROM turn WHERE turn.session = session.id ORDER BY turn_index LIMIT 1)');
  database.close();
}

/** In a home of its own: nothing of whoever runs this is read or shown. */
function startServing(home: string): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'bin', 'spoor.mjs'), 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: home, SPOOR_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function readUrl({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim().split('\n', 1)[0] ?? '')).once('close', () => reject(new Error('spoor serve ended.'))));
}

async function waitForIndex(url: string): Promise<void> {
  for (let left = 600; left > 0; left--, await delay(100)) {
    const health = (await (await fetch(`${url}/api/health`)).json()) as { importing?: object; indexing?: object };
    if (health.importing === undefined && health.indexing === undefined) return;
  }
  throw new Error('The store was not ready after a minute.');
}

/** The one that shows most of what there is: subagents, waits, errors, refusals, skills, in a few turns. */
async function chooseSession(url: string): Promise<SessionRow> {
  const { items } = (await (await fetch(`${url}/api/sessions?limit=500`)).json()) as SessionsAnswer;
  const score = (row: SessionRow): number =>
    [row.subagents > 0, row.subagents > 1, (row.shares.wait ?? 0) > 5000, row.errors > 0, row.errors < 5, row.denied > 0, row.skills.length > 0, row.turns > 1, row.turns < 8, row.toolCalls > 20, row.toolCalls < 60, /^[A-Z]/.test(row.title ?? ''), row.state === 'done'].filter(Boolean).length;
  const [best] = items.sort((a, b) => score(b) - score(a));
  if (!best) throw new Error('The store has no session.');
  return best;
}

async function take({ open }: TestBrowser, { name, url, mark }: { name: string; url: string; mark: string }): Promise<void> {
  const tab = await open(url, SIZE);
  await tab.page.getByText(mark).first().waitFor();
  await delay(SETTLE_MILLIS);
  const picture = shrinkPng(await tab.page.screenshot());
  tab.assertClean();
  await tab.close();
  const path = join(FOLDER, `${name}.png`);
  writeFileSync(path, picture);
  console.log(`${path}: ${Math.round(picture.length / 1000)} kB`);
}
