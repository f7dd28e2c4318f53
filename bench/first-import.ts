/**
 * `spoor serve` for the first time, in a home with a Claude Code history that no store knows: how long after the start of the process it listens,
 * the shell is painted, the list shows its first session, and the import is told of with how far it is; and while the import runs, how long
 * questions and a stream of events wait. `npm run bench first-import:300` lays 300 MB; without a number it is 60. `SPOOR_SCREENSHOTS` names a
 * folder for pictures.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from '../test/support/browser.ts';
import { ask } from '../test/support/http-ask.ts';
import { layClaudeHistory } from './claude-history.ts';

const MEGABYTE = 1_000_000;
const BIN = join(import.meta.dirname, '..', 'bin', 'spoor.mjs');
const DEADLINE_MILLIS = 600_000;
/** How often a question is asked beside. */
const ASK_MILLIS = 250;
const QUESTIONS = ['/api/health', '/api/sessions', '/api/overview'];

/** In the page: when (Unix ms) what was seen first. What is drawn between two frames counts from the second one. */
const WATCH = `(() => {
  const seen = (window.seen = {});
  const now = () => performance.timeOrigin + performance.now();
  const look = () => {
    if (!seen.shell && document.querySelector('main')) seen.shell = now();
    if (!seen.progress && /importing\\s*[\\d,]+\\/[\\d,]+/.test(document.querySelector('header')?.textContent ?? '')) seen.progress = now();
    if (!seen.left && / left/.test(document.querySelector('header')?.textContent ?? '')) seen.left = now();
    if (!seen.session && document.querySelector('main a[href*="/sessions/"]')) seen.session = now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => { for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') seen.paint = performance.timeOrigin + startTime; }).observe({ type: 'paint', buffered: true });
})()`;

interface Seen {
  paint?: number;
  shell?: number;
  progress?: number;
  left?: number;
  session?: number;
}

/** `megabytes`: how much history there is. Prints ms since the process was started. */
export async function bench(megabytes = 60): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-bench-first-import-'));
  const browser = await openBrowser();
  let child: ChildProcess | undefined;
  try {
    const laid = layClaudeHistory(root, { bytes: megabytes * MEGABYTE, newestMillis: Date.now() - 60_000 });
    console.log(`first import beside spoor serve: ${laid.sessions} sessions, ${(laid.bytes / MEGABYTE).toFixed(0)} MB; ms since the process started`);
    const context = await browser.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    await context.addInitScript(WATCH);
    const page = await context.newPage();
    const startMillis = now();
    const since = (millis: number | undefined): number | undefined => (millis === undefined ? undefined : millis - startMillis);
    const running = spawn(process.execPath, [BIN, 'serve', '--port', '0'], { env: { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: join(root, '.spoor') }, stdio: ['ignore', 'pipe', 'ignore'] });
    child = running;
    const url = await new Promise<string>((resolve) => running.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())));
    const listens = since(now());
    await page.goto(`${url}/sessions`, { waitUntil: 'commit' });
    const asked = askBeside(url);
    const pictures = picturesOf(page);
    const imported = await waitForImport(url, async () => pictures(await page.evaluate<Seen>('window.seen')));
    const times = await asked.end();
    const seen = await page.evaluate<Seen>('window.seen');
    tell('it listens', listens);
    tell('the shell is painted', since(seen.paint));
    tell('its frame stands', since(seen.shell));
    tell('how far the import is', since(seen.progress));
    tell('and how long it takes yet', since(seen.left));
    tell('the first session in the list', since(seen.session));
    tell('all is imported', since(imported));
    for (const [path, millis] of times) tell(`GET ${path} meanwhile, median`, at(millis, 0.5), `p95 ${at(millis, 0.95).toFixed(0)}, most ${at(millis, 1).toFixed(0)}, of ${millis.length}`);
  } finally {
    await browser.close();
    await end(child);
    rmSync(root, { recursive: true, force: true });
  }
}

const now = (): number => performance.timeOrigin + performance.now();

/** Asks what pages ask, one after the other, until it is told to end. */
function askBeside(url: string): { end(): Promise<Map<string, number[]>> } {
  const port = Number(new URL(url).port);
  const times = new Map<string, number[]>(QUESTIONS.map((path) => [path, []]));
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) {
      for (const [path, millis] of times) {
        const asked = performance.now();
        // A connection of its own: one that rests may be closed just when it is used again.
        await ask({ port }, path);
        millis.push(performance.now() - asked);
      }
      await delay(ASK_MILLIS);
    }
  };
  const running = run();
  return {
    async end() {
      isOver = true;
      await running;
      return times;
    },
  };
}

/** When the import was over (Unix ms). */
async function waitForImport(url: string, look: () => Promise<void>): Promise<number> {
  let hasBegun = false;
  for (const deadline = now() + DEADLINE_MILLIS; now() < deadline; await delay(100)) {
    const { importing } = JSON.parse((await ask({ port: Number(new URL(url).port) }, '/api/health')).body) as { importing?: object };
    if (hasBegun && importing === undefined) return now();
    hasBegun ||= importing !== undefined;
    await look();
  }
  throw new Error('the import did not end');
}

/** One when the shell stands, one when the import is told of, one when it has an end in sight. */
function picturesOf(page: Page): (seen: Seen) => Promise<void> {
  const folder = process.env.SPOOR_SCREENSHOTS;
  const taken = new Set<string>();
  return async (seen) => {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const name of ['shell', 'progress', 'left'] as const) {
      if (taken.has(name) || seen[name] === undefined) continue;
      taken.add(name);
      await page.screenshot({ path: join(folder, `first-import-${name}.png`) });
    }
  };
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function at(millis: readonly number[], share: number): number {
  const sorted = millis.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function tell(what: string, millis: number | undefined, remark = ''): void {
  console.log(`  ${what.padEnd(38)} ${(millis === undefined ? 'never' : millis.toFixed(0)).padStart(7)}   ${remark}`.trimEnd());
}
