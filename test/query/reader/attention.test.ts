/** What asks for a person now, and what is no news: imported sessions, and a doctor's probes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { PROBE_PREFIX } from '#spoor/core/probe.ts';
import { nanoToMillis } from '#spoor/core/time.ts';
import type { ReadDatabase } from '#spoor/query/open-reading.ts';
import { readAttention } from '#spoor/query/reader/read-attention.ts';
import { listOpen } from '#spoor/query/reader/list-recent.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, buildSpan, buildTurn, START, traceOf } from '../../store/builders.ts';
import { contextOf, createFolder } from './copy-of.ts';

const NOW = START + 3_600_000_000_000n;
const MINUTE = 60_000_000_000n;

interface Given {
  isLive?: boolean;
  isOpen?: boolean;
  outcome?: 'ok' | 'error';
  parent?: string;
  /** Minutes ago. */
  ago?: bigint;
}

/** A session with one turn, whose root is span `number`. */
function addSession(store: SqliteStore, [number, sessionId]: [number, string], { isLive = true, isOpen = false, outcome = 'ok', parent, ago = 2n }: Given = {}): void {
  const startUnixNano = NOW - ago * MINUTE;
  const endUnixNano = isOpen ? undefined : startUnixNano + 1_000_000n;
  store.saveSession(buildSession({ sessionId, startUnixNano, endUnixNano: startUnixNano + 1_000_000n, ...(parent ? { parent: { sessionId: parent, relation: 'subagent' as const } } : {}) }));
  const root = buildSpan(number, { kind: 'agent', sessionId, traceId: traceOf(number), startUnixNano, endUnixNano, values: {}, keys: [`turn-${number}`], outcome: isOpen ? 'unknown' : outcome, final: !isOpen });
  store.saveTurn(buildTurn(number, { sessionId, startUnixNano, endUnixNano, live: isLive, closed: !isOpen, settled: !isOpen, digest: String(number) }), [root]);
}

function openStage(t: TestContext): { store: SqliteStore; reading(): ReadDatabase } {
  const paths = { database: join(createFolder(t), 'spoor.db'), search: '' };
  const store = openStore(paths.database);
  t.after(() => store.close());
  return { store, reading: () => contextOf(t, paths).open('database') };
}

const sinceOf = (hours: bigint): bigint => NOW - hours * 60n * MINUTE;

it('answers of sessions that hooks told of are there; what was imported, or is a probe, is no news', (t) => {
  const { store, reading } = openStage(t);
  addSession(store, [1, 'live']);
  addSession(store, [2, 'imported'], { isLive: false });
  addSession(store, [4, `${PROBE_PREFIX}1`]);
  addSession(store, [5, `${PROBE_PREFIX}2`], { isOpen: true });
  addSession(store, [6, 'imported-failed'], { isLive: false, outcome: 'error' });
  addSession(store, [7, 'failed'], { outcome: 'error' });
  addSession(store, [8, 'works'], { isOpen: true });
  const { waiting, running } = readAttention(reading(), nanoToMillis(NOW), () => true);
  assert.deepEqual(waiting.map(({ why, session }) => [why, session.sessionId]), [['error', 'failed'], ['answer', 'live']]);
  assert.deepEqual(running.map(({ sessionId }) => sessionId), ['works']);
});

it('one whose subagent alone is still open is looked at, and its own answer is not told of an import', (t) => {
  const { store, reading } = openStage(t);
  addSession(store, [1, 'parent'], { isLive: false });
  addSession(store, [2, 'child'], { isLive: false, isOpen: true, parent: 'parent' });
  assert.equal(listOpen(reading(), sinceOf(24n)).length, 1);
  assert.deepEqual(readAttention(reading(), nanoToMillis(NOW), () => true), { running: [], waiting: [] });
});

it('only what is open counts as open, however many others something happened in', (t) => {
  const { store, reading } = openStage(t);
  for (let number = 1; number <= 40; number++) addSession(store, [number, `s${number}`], { isLive: number % 2 === 0 });
  addSession(store, [50, 'open'], { isLive: false, isOpen: true });
  addSession(store, [51, 'long-gone'], { isLive: false, isOpen: true, ago: 3000n });
  const ids = listOpen(reading(), sinceOf(24n)).map((id) => String(store.database.sql('SELECT session_id FROM session WHERE id = ?').get(id)?.session_id));
  assert.deepEqual(ids, ['open']);
});

it('rows of all of them are read with as many statements as of one', (t) => {
  const { store, reading } = openStage(t);
  const count = (): number => {
    const opened = reading();
    let statements = 0;
    const noting: ReadDatabase = { ...opened, sql: (text) => (statements++, opened.sql(text)), sqlBig: (text) => (statements++, opened.sqlBig(text)) };
    assert.ok(readAttention(noting, nanoToMillis(NOW), () => true).running.length > 0);
    return statements;
  };
  addSession(store, [1, 's1'], { isOpen: true });
  const one = count();
  for (let number = 2; number <= 30; number++) addSession(store, [number, `s${number}`], { isOpen: true });
  assert.equal(count(), one);
});
