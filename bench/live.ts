/**
 * How long it takes until a live page is told: a line appended to the history of a Claude Code session, and a hook of it, each until the event of
 * `GET /api/live` is there that names the session; and a line until it is on screen: until the page of the session, open in Chromium, has drawn
 * the number of calls that holds it. `spoor serve` is a process of its own; between two measurements it has nothing to do.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { openBrowser } from '../test/support/browser.ts';
import { openStream, type EventStream } from '../test/support/event-stream.ts';
import { layClaudeHistory } from './claude-history.ts';

/** Of the session that goes on: as long as most are, and as long as few are. */
const SIZES = [200_000, 2_000_000, 10_000_000];
const RUNS = 40;
/** Longer than events are held together for. */
const REST_MILLIS = 250;
const DRAWN_DEADLINE_MILLIS = 30_000;
const BIN = join(import.meta.dirname, '..', 'bin', 'spoor.mjs');

/** `size`: lines and hooks measured for each length of the session. Prints medians and p95 in ms. */
export async function bench(size: number = RUNS): Promise<void> {
  console.log('live, ms until the event, or until it is on screen (median, p95)');
  for (const bytes of SIZES) {
    const root = mkdtempSync(join(tmpdir(), 'spoor-bench-live-'));
    const cleanups: (() => unknown)[] = [];
    try {
      const stage = await startStage(root, bytes, cleanups);
      const lines = await measure(stage, size, () => appendLine(stage));
      const hooks = await measure(stage, size, () => runHook(stage));
      const cpuMillis = await measureIdle(stage.child);
      const drawn = await measureOnScreen(stage, size);
      print(`line appended, session of ${(bytes / 1e6).toFixed(1)} MB`, lines);
      print(`line on screen, session of ${(bytes / 1e6).toFixed(1)} MB`, drawn);
      print(`hook started, session of ${(bytes / 1e6).toFixed(1)} MB`, hooks, `${cpuMillis.toFixed(0)} ms of CPU a second while nothing happens`);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
      rmSync(root, { recursive: true, force: true });
    }
  }
}

interface Stage {
  url: string;
  path: string;
  sessionId: string;
  stream: EventStream;
  child: ChildProcess;
  env: Record<string, string>;
  hookCommand: string;
}

async function startStage(root: string, bytes: number, cleanups: (() => unknown)[]): Promise<Stage> {
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  saveShim(home, { agent: 'claude-code', version: '0.0.0-bench', node: process.execPath, entry: [BIN, 'collect'] });
  const { files } = layClaudeHistory(root, { bytes, mostBytes: bytes, newestMillis: Date.now() - 60_000 });
  const path = files.find((file) => !file.includes('subagents')) ?? '';
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  const child = spawn(process.execPath, [BIN, 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  cleanups.push(() => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  }));
  const url = await new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())));
  const stream = await openStream({ after: (cleanup) => void cleanups.push(cleanup as () => unknown) }, `${url}/api/live`);
  await stream.wait('the import', ({ event, data }) => event === 'import' && data.isDone === true).catch(() => undefined);
  const stage: Stage = { url, path, sessionId: basename(path, '.jsonl'), stream, child, env, hookCommand: toHookCommand(home, 'claude-code') };
  // A person asks something, and the agent is at it.
  append(stage, 'user', { message: { role: 'user', content: 'and now the next one' }, permissionMode: 'default' });
  runHook(stage, { hook_event_name: 'UserPromptSubmit', prompt: 'and now the next one' });
  await delay(2_000);
  return stage;
}

async function measure({ stream, sessionId }: Stage, runs: number, act: () => void): Promise<number[]> {
  const times: number[] = [];
  for (let run = -3; run < runs; run++) {
    await delay(REST_MILLIS);
    const from = stream.events.length;
    const startedMillis = performance.now();
    act();
    const told = await stream.wait('the event', ({ event, data }) => event === 'changed' && JSON.stringify(data.sessions ?? '').includes(sessionId), from);
    if (run >= 0) times.push(told.atMillis - startedMillis);
  }
  return times;
}

/** The figure of the page's head that counts tool calls: what a line adds to it, and when the browser has drawn the frame with it. */
const WATCH = `(() => {
  const figure = [...document.querySelectorAll('main header dl > div')].find((one) => one.firstElementChild.textContent === 'Calls').lastElementChild;
  window.drawn = [];
  let shown = figure.textContent;
  new MutationObserver(() => {
    if (figure.textContent === shown) return;
    shown = figure.textContent;
    requestAnimationFrame(() => setTimeout(() => window.drawn.push(performance.timeOrigin + performance.now())));
  }).observe(figure, { childList: true, characterData: true, subtree: true });
})()`;

async function measureOnScreen(stage: Stage, runs: number): Promise<number[]> {
  const browser = await openBrowser();
  try {
    const { page } = await browser.open(`${stage.url}/sessions/claude-code/${stage.sessionId}`);
    await page.locator('main header dl').waitFor();
    await page.evaluate(WATCH);
    const times: number[] = [];
    for (let run = 0; run < runs + 3; run++) {
      await delay(REST_MILLIS);
      const startedMillis = performance.timeOrigin + performance.now();
      appendLine(stage);
      const drawnMillis = await waitForDrawn(page, run);
      if (run >= 3) times.push(drawnMillis - startedMillis);
    }
    return times;
  } finally {
    await browser.close();
  }
}

/** When the change of that number was drawn (Unix ms). Throws when it never is. */
async function waitForDrawn(page: Page, change: number): Promise<number> {
  const deadline = performance.now() + DRAWN_DEADLINE_MILLIS;
  for (;;) {
    const drawnMillis = await page.evaluate<number | undefined>(`window.drawn[${change}]`);
    if (drawnMillis !== undefined) return drawnMillis;
    if (performance.now() > deadline) throw new Error('a line that was written never came on screen');
    await delay(5);
  }
}

function append({ path, sessionId }: Stage, type: string, values: object): void {
  const frame = { parentUuid: null, isSidechain: false, userType: 'external', cwd: '/home/dev/project', sessionId, version: '2.1.300', gitBranch: 'main' };
  appendFileSync(path, `${JSON.stringify({ ...frame, type, ...values, uuid: randomUUID(), timestamp: new Date().toISOString() })}\n`);
}

function appendLine(stage: Stage): void {
  const content = [{ type: 'tool_use', id: `toolu_${randomUUID()}`, name: 'Bash', input: { command: 'git status' } }];
  append(stage, 'assistant', { message: { model: 'claude-sonnet-4-5-20250929', id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', content, stop_reason: 'tool_use', usage: { input_tokens: 5, output_tokens: 50 } } });
}

function runHook({ hookCommand, env, sessionId }: Stage, values: object = { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'git diff' }, tool_use_id: `toolu_${randomUUID()}` }): void {
  spawnSync('sh', ['-c', hookCommand], { env, input: JSON.stringify({ session_id: sessionId, cwd: '/home/dev/project', ...values }) });
}

/** CPU of the server in a second without events, from the system's clock ticks of 10 ms. */
async function measureIdle({ pid }: ChildProcess): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  const ticks = (): number => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).reduce((sum, one) => sum + Number(one), 0) ?? 0;
  await delay(1_000);
  const before = ticks();
  await delay(5_000);
  return ((ticks() - before) * 10) / 5;
}

function print(name: string, times: readonly number[], remark = ''): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0).padStart(4);
  console.log(`  ${name.padEnd(36)} ${at(0.5)} ${at(0.95)}   ${remark}`.trimEnd());
}
