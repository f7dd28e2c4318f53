/** `spoor watch` over a real store that is written by another connection meanwhile. The terminal is one that remembers its pictures. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { CliContext, TerminalScreen } from '#spoor/cli/context.ts';
import { runLines } from '#spoor/cli/watch/run-lines.ts';
import { openScreen } from '#spoor/cli/terminal/open-screen.ts';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Store } from '#spoor/store/store.ts';
import { createCliWorld, keepStory } from '../../support/cli-context.ts';
import { STORY_START, storySession, toSpan, toStory } from '../../support/story.ts';

const PATIENCE_MILLIS = 15_000;

async function until(what: () => boolean, why: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  while (!what()) {
    if (performance.now() > deadline) assert.fail(why());
    await delay(5);
  }
}

interface FakeScreen extends TerminalScreen {
  lines: string[];
  press(...keys: string[]): void;
  resize(columns: number, rows: number): void;
  isClosed: boolean;
}

function createFakeScreen(columns = 100, rows = 30): FakeScreen {
  let [keys, resized]: [(key: string) => void, () => void] = [() => undefined, () => undefined];
  let size = { columns, rows };
  const fake: FakeScreen = {
    lines: [], isClosed: false,
    size: () => size,
    draw: (lines) => void (fake.lines = [...lines]),
    onKey: (listener) => void (keys = listener),
    onResize: (listener) => void (resized = listener),
    close: () => void (fake.isClosed = true),
    press: (...all) => all.forEach((key) => keys(key)),
    resize(wide, high) {
      size = { columns: wide, rows: high };
      resized();
    },
  };
  return fake;
}

/** A world whose clock is that of the story's end. */
function createWatchWorld(t: TestContext): ReturnType<typeof createCliWorld> & { screen: FakeScreen } {
  const world = createCliWorld(t);
  const screen = createFakeScreen();
  world.context.openScreen = () => screen;
  world.context.nowMillis = () => Number(STORY_START / 1_000_000n) + 200_000;
  return { ...world, screen };
}

const shows = (screen: FakeScreen, pattern: RegExp): Promise<void> => until(() => pattern.test(screen.lines.join('\n')), () => `${pattern} is not on the screen:\n${screen.lines.join('\n')}`);

async function openStore(context: CliContext): Promise<Store> {
  return (await context.openStore(context.home, { create: true })) ?? assert.fail('a store');
}

function saveTurn(store: Store, spans: readonly Span[]): void {
  const [root] = spans;
  assert.ok(root);
  const { agent, sessionId, turnIndex, spanId, startUnixNano, endUnixNano } = root;
  const closed = endUnixNano !== undefined;
  store.saveTurn({ agent, sessionId, turnIndex, rootSpanId: spanId, digest: JSON.stringify(spans.map((span) => [span.spanId, String(span.endUnixNano)])), live: true, hasHistory: false, closed, settled: closed, startUnixNano, ...(closed ? { endUnixNano } : {}) }, spans);
}

const root = toSpan({ id: 'r1', at: 190_000, kind: 'agent', content: { prompt: 'count the herons' } });
const call = (end?: number): Span => toSpan({ id: 'c1', at: 195_000, parentSpanId: 'r1', values: { toolName: 'shell', shellCommand: 'make count' }, ...(end === undefined ? {} : { end }) });
const wait = (end?: number): Span => toSpan({ id: 'p1', at: 195_500, kind: 'permission', parentSpanId: 'c1', ...(end === undefined ? {} : { end }) });

test('it draws what is there, and what is written by another connection a moment later', async (t) => {
  const { context, run, screen } = createWatchWorld(t);
  const store = await openStore(context);
  t.after(() => store.close());
  store.saveSession(storySession);
  const running = run('watch');
  await shows(screen, /No session yet|nobody waits/);
  saveTurn(store, [root]);
  await shows(screen, /count the herons/);
  const told: number[] = [];
  const begin = performance.now();
  saveTurn(store, [root, call(), wait()]);
  await shows(screen, /1 waits for you/);
  told.push(performance.now() - begin);
  await shows(screen, /◷ .*shell.*make count/);
  saveTurn(store, [root, call(199_000), wait(197_000)]);
  await shows(screen, /nobody waits · 1 running/);
  t.diagnostic(`written → drawn ${told.map(Math.round).join(', ')} ms`);
  screen.press('q');
  assert.equal((await running).code, 0);
  assert.ok(screen.isClosed);
});

test('before there is a store it waits for one, and says what to start', async (t) => {
  const { context, run, screen } = createWatchWorld(t);
  const running = run('watch');
  await shows(screen, /nobody collects now: spoor serve/);
  await keepStory(context, storySession, toStory());
  await shows(screen, /fix the flaky login test/);
  screen.press('\x03');
  assert.equal((await running).code, 0);
});

test('a store that comes and cannot be read yet is said, and waited for', async (t) => {
  const { context, run, screen } = createWatchWorld(t);
  const running = run('watch');
  await shows(screen, /nobody collects now: spoor serve/);
  mkdirSync(context.home.root, { recursive: true });
  writeFileSync(context.home.database, 'half a store, as it is while somebody copies it here');
  await shows(screen, /cannot be read yet: .*not a database/);
  screen.press('\r', 'k', '?', 'x');
  await shows(screen, /cannot be read yet/);
  rmSync(context.home.database);
  await keepStory(context, storySession, toStory());
  await shows(screen, /fix the flaky login test/);
  assert.doesNotMatch(screen.lines.join('\n'), /cannot be read/);
  screen.press('q');
  assert.equal((await running).code, 0);
});

test('keys: choose, open, scroll, go back, help; every picture fits its terminal', async (t) => {
  const { context, run, screen } = createWatchWorld(t);
  await keepStory(context, storySession, toStory());
  await keepStory(context, { ...storySession, sessionId: 'eeee', title: 'another one' }, [toSpan({ id: 'z1', at: -9_000, end: -1_000, kind: 'agent', sessionId: 'eeee' })]);
  const running = run('watch');
  await shows(screen, /❯ .*fix the flaky/);
  screen.press('j');
  await shows(screen, /❯ .*another one/);
  screen.press('k', '\r');
  await shows(screen, /Esc list/);
  const newest = screen.lines.join('\n');
  screen.resize(100, 12);
  screen.press('k', 'k', 'k');
  await shows(screen, /3 lines back/);
  screen.press('f');
  await until(() => !screen.lines.join('\n').includes('lines back'), () => 'f goes to the newest');
  screen.press('?');
  await shows(screen, /Any key goes back/);
  screen.press('x');
  await shows(screen, /Esc list/);
  screen.press('\x1b');
  await shows(screen, /Enter open/);
  assert.ok(newest.length > 0);
  for (const [columns, rows] of [[200, 60], [80, 24], [40, 10], [20, 5], [8, 3], [1, 1]] as const) {
    screen.resize(columns, rows);
    assert.ok(screen.lines.length <= rows, `${screen.lines.length} lines in ${rows}`);
    for (const line of screen.lines) assert.ok(textWidth(line) <= columns, `${JSON.stringify(line)} is wider than ${columns}`);
  }
  screen.press('q');
  await running;
});

test('a session by the beginning of its id; one that is not there', async (t) => {
  const { context, run, screen } = createWatchWorld(t);
  assert.match((await run('watch', 'zzzz')).err, /There is no session yet/);
  await keepStory(context, storySession, toStory());
  const running = run('watch', storySession.sessionId.slice(0, 6));
  await shows(screen, /Esc list/);
  screen.press('q');
  assert.equal((await running).code, 0);
  assert.equal((await run('watch', 'zzzz')).code, 1);
});

test('without a terminal a line for each event; what was there before is none', async (t) => {
  const { context } = createWatchWorld(t);
  const store = await openStore(context);
  t.after(() => store.close());
  store.saveSession(storySession);
  saveTurn(store, [root]);
  let text = '';
  const at = Number(STORY_START / 1_000_000n) + 192_000;
  const abort = new AbortController();
  const watching = runLines({ context: { ...context, nowMillis: () => at, stdout: { ...context.stdout, write: async (data) => void (text += data) } }, signal: abort.signal });
  saveTurn(store, [root, call(), wait()]);
  await until(() => /waits/.test(text), () => text);
  saveTurn(store, [root, call(199_000), wait(197_000)]);
  await until(() => /ended {2}shell/.test(text), () => text);
  abort.abort();
  await watching;
  assert.doesNotMatch(text, /began {2}turn/);
  assert.equal(text.match(/began {2}shell/g)?.length, 1);
  for (const line of text.trimEnd().split('\n')) assert.match(line, /^\d\d:\d\d:\d\d {2}\S+ \S+ {2}(?:began|ended|waits) {2}/);
});

test('the terminal is given back as it was, once', () => {
  const written: string[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new EventEmitter(), { isTTY: true, setRawMode: (is: boolean) => void modes.push(is), setEncoding: () => stdin, resume: () => stdin, pause: () => stdin });
  const stdout = Object.assign(new EventEmitter(), { isTTY: true, columns: 30, rows: 3, fd: -1, writableNeedDrain: false, write: (data: string) => void written.push(data) });
  const open = (env: Record<string, string> = {}): TerminalScreen | undefined => openScreen(stdin as never, stdout as never, env);
  assert.equal(open({ TERM: 'dumb' }), undefined);
  const screen = open() ?? assert.fail('a screen');
  const keys: string[] = [];
  screen.onKey((key) => void keys.push(key));
  stdin.emit('data', 'j\x1b[Bq\x1b');
  assert.deepEqual(keys, ['j', '\x1b[B', 'q', '\x1b']);
  screen.draw(['a', 'b', 'c', 'd']);
  screen.draw(['a', 'b', 'c', 'd']);
  const rows = (from: number, ...texts: string[]): string => texts.map((text, at) => `\x1b[${from + at};1H\x1b[2K${text}`).join('');
  assert.equal(written.filter((text) => text.includes(rows(1, 'a', 'b', 'c'))).length, 1);
  screen.draw(['a', 'B', 'c']);
  assert.equal(written.at(-1), `\x1b[?2026h${rows(2, 'B')}\x1b[?2026l`);
  stdout.emit('resize');
  screen.draw(['a']);
  assert.ok(written.at(-1)?.includes('\x1b[2J'));
  stdout.writableNeedDrain = true;
  screen.draw(['e']);
  screen.draw(['f']);
  stdout.writableNeedDrain = false;
  stdout.emit('drain');
  assert.ok(written.at(-1)?.includes(rows(1, 'f')) && !written.some((text) => text.includes(rows(1, 'e'))));
  screen.close();
  screen.close();
  assert.deepEqual(modes, [true, false]);
  assert.equal(stdin.listenerCount('data') + stdout.listenerCount('resize') + stdout.listenerCount('drain'), 0);
});
