/** `spoor watch` as a process of its own on a real terminal, over a store that is written meanwhile. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import { millisToNano } from '#spoor/core/time.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, buildSpan, buildTurn, idOf, traceOf } from '../../store/builders.ts';
import { spoorCommand } from '../../support/spawn-spoor.ts';
import { createStoredHome } from '../../support/stored-home.ts';
import { openTerminal, type Terminal } from '../../support/terminal.ts';

/** What it writes last: wrapping on, the cursor there, the screen of before. */
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const SIGTERM = 15;

interface Stage {
  terminal: Terminal;
  store: SqliteStore;
}

function openStage(t: TestContext): Stage {
  const { root, home, store } = createStoredHome(t, 'terminal');
  store.saveSession(buildSession({ title: 'count the herons' }));
  saveTurn(store, 0);
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root, TERM: 'xterm-256color', NO_COLOR: '1', LANG: 'C.UTF-8' };
  return { terminal: openTerminal(t, [...spoorCommand, 'watch'], { env, columns: 100, rows: 24 }), store };
}

const beginUnixNano = millisToNano(Date.now() - 20_000);

/** A turn that goes on, with so many calls. */
function saveTurn(store: SqliteStore, calls: number): void {
  const open = { endUnixNano: undefined, outcome: 'unknown' as const, final: false };
  const root = buildSpan(1, { kind: 'agent', startUnixNano: beginUnixNano, values: {}, content: { prompt: 'how many herons are there' }, ...open });
  const made = Array.from({ length: calls }, (_, at) => {
    const startUnixNano = beginUnixNano + BigInt(at + 1) * 1_000_000_000n;
    return buildSpan(at + 2, { parentSpanId: idOf(1), traceId: traceOf(1), startUnixNano, endUnixNano: startUnixNano + 400_000_000n, values: { toolName: 'shell', shellCommand: `make heron-${at + 1}` } });
  });
  store.saveTurn(buildTurn(1, { startUnixNano: beginUnixNano, endUnixNano: undefined, closed: false, settled: false, digest: `${calls} calls` }), [root, ...made]);
}

test('a line appears when it is written; a resized terminal is drawn anew; q leaves, and the terminal is as it was', async (t) => {
  const { terminal, store } = openStage(t);
  await terminal.shows(/count the herons/);
  assert.doesNotMatch(terminal.lines().join('\n'), /heron-1/);
  saveTurn(store, 1);
  await terminal.shows(/make heron-1/);
  saveTurn(store, 2);
  await terminal.shows(/make heron-2/);
  terminal.resize(60, 12);
  await terminal.shows(/^(?:.*\n){11}.*q leave/);
  const lines = terminal.lines();
  assert.equal(lines.length, 12);
  for (const line of lines) assert.ok(textWidth(line) <= 60, `${JSON.stringify(line)} is wider than the terminal`);
  terminal.type('?');
  await terminal.shows(/Any key goes back/);
  terminal.type('x');
  await terminal.shows(/q leave/);
  terminal.type('q');
  assert.deepEqual(await terminal.ended, { code: 0, isRestored: true });
  assert.ok(terminal.written().endsWith(LEAVE), JSON.stringify(terminal.written().slice(-80)));
});

for (const [name, leave] of [
  ['Ctrl-C', (terminal: Terminal) => terminal.type('\x03')],
  ['SIGTERM', (terminal: Terminal) => terminal.signal(SIGTERM)],
] as const) {
  test(`${name} leaves, and the terminal is as it was`, async (t) => {
    const { terminal } = openStage(t);
    await terminal.shows(/count the herons/);
    leave(terminal);
    assert.deepEqual(await terminal.ended, { code: 0, isRestored: true });
    assert.ok(terminal.written().includes(LEAVE) && !terminal.written().slice(terminal.written().indexOf(LEAVE) + LEAVE.length).includes('heron'));
  });
}
