/** What an older version of the store wrote otherwise is written anew in the background: errors of turns, and summaries that it never made. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { CALL } from '#spoor/store/summary-layout.ts';
import { fromTurnSummary } from '#spoor/store/turn-summary.ts';
import { buildSpan, buildTurn, idOf } from './builders.ts';

/** Before the migration that this is about. */
const OLD_SCHEMA = 11;
/** As that version counted: failed calls and requests, or the turn itself where it failed without either. */
const COUNT_AS_BEFORE = `UPDATE turn SET errors = (SELECT coalesce(nullif(sum(kind IN ('tool', 'chat') AND outcome IN ('error', 'timeout')), 0), max(kind = 'agent' AND outcome IN ('error', 'timeout')), 0)
  FROM span WHERE span.turn = turn.id)`;

function openHome(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-recount-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'spoor.db');
}

/** Puts the file back to the schema before; `statements`: what else stood there. */
function makeOld(path: string, ...statements: readonly string[]): void {
  const { database, close } = openStore(path);
  const schema = ['DROP TABLE recount', 'DROP INDEX turn_unsummarised', 'CREATE INDEX turn_unsummarised ON turn (id) WHERE summary IS NULL AND dropped = 0'];
  for (const statement of [...schema, ...statements, `PRAGMA user_version = ${OLD_SCHEMA}`]) database.sql(statement).run();
  close();
}

/** A turn with a call and a request for each outcome. */
function saveTurn(store: SqliteStore, number: number, { calls, chats = [], own = 'ok' }: { calls: Span['outcome'][]; chats?: Span['outcome'][]; own?: Span['outcome'] }): void {
  const base = number * 16;
  const child = (kind: Span['kind'], from: number) => (outcome: Span['outcome'], at: number): Span =>
    buildSpan(base + from + at, { kind, outcome, turnIndex: number, parentSpanId: idOf(base), values: kind === 'tool' ? { toolName: 'read' } : {}, ...(at === 0 && kind === 'tool' ? { values: { toolName: 'skill', skillName: 'otter' } } : {}) });
  const root = buildSpan(base, { kind: 'agent', turnIndex: number, outcome: own });
  store.saveTurn(buildTurn(base, { turnIndex: number }), [root, ...calls.map(child('tool', 1)), ...chats.map(child('chat', 8))]);
}

const errorsOf = ({ database }: SqliteStore): unknown[] => database.sql('SELECT errors FROM turn ORDER BY turn_index').all().map(({ errors }) => errors);
const isThrough = ({ database }: SqliteStore): boolean => database.sql('SELECT 1 FROM recount').get() === undefined;
const drop = (store: SqliteStore, part: 'content' | 'spans'): unknown => store.drop(part, { beforeUnixNano: 2n ** 62n, untilMillis: performance.now() + 60_000 });

/** Step by step, the store closed and opened in between. */
function renew(path: string): void {
  for (let isMore = true, steps = 0; isMore; steps++) {
    assert.ok(steps < 1000, 'it comes to an end');
    const store = openStore(path);
    isMore = store.renewTurns(performance.now());
    store.close();
  }
}

test('errors are counted anew: failed calls alone, whatever of the turn is still there', (t) => {
  const path = openHome(t);
  const store = openStore(path);
  saveTurn(store, 1, { calls: ['error', 'ok', 'timeout'], chats: ['error'], own: 'error' });
  saveTurn(store, 2, { calls: ['ok'], chats: ['error', 'timeout'] });
  saveTurn(store, 3, { calls: [], own: 'timeout' });
  saveTurn(store, 4, { calls: ['ok', 'denied'] });
  store.close();
  makeOld(path, COUNT_AS_BEFORE);
  const raised = openStore(path);
  assert.deepEqual(errorsOf(raised), [3, 2, 1, 0], 'opening does not wait for it');
  saveTurn(raised, 5, { calls: ['error'], chats: ['error'] });
  const since = raised.database.sql('SELECT value FROM revision').get()?.value ?? null;
  raised.close();
  renew(path);
  const renewed = openStore(path);
  t.after(() => renewed.close());
  assert.deepEqual(errorsOf(renewed), [2, 0, 0, 0, 1]);
  assert.deepEqual(renewed.database.sql('SELECT turn_index FROM turn WHERE revision > ? ORDER BY turn_index').all(since).map(({ turn_index: index }) => index), [1, 2, 3, 4], 'who follows revisions hears of what changed, be it a summary alone');
  assert.ok(isThrough(renewed));
  assert.equal(renewed.renewTurns(performance.now() + 1000), false);
});

test('what is cut off goes on where it was', (t) => {
  const path = openHome(t);
  const store = openStore(path);
  const turns = 500;
  store.transaction(() => {
    for (let number = 1; number <= turns; number++) saveTurn(store, number, { calls: [], own: 'error' });
  });
  store.close();
  makeOld(path, COUNT_AS_BEFORE);
  const opened = openStore(path);
  opened.database.sql("UPDATE turn SET summary = '[0]'").run();
  opened.close();
  const left: number[] = [];
  for (let isMore = true; isMore; ) {
    const raised = openStore(path);
    isMore = raised.renewTurns(performance.now());
    left.push(errorsOf(raised).filter((errors) => errors === 1).length);
    raised.close();
  }
  assert.ok(left.length > 2 && left.at(-1) === 0, String(left));
  assert.deepEqual(left, left.toSorted((a, b) => b - a));
  assert.equal(new Set(left).size, left.length, 'each step gets further');
});

test('errors of a turn whose spans went are those of its summary; without one no more than calls can have failed', (t) => {
  const path = openHome(t);
  const store = openStore(path);
  saveTurn(store, 1, { calls: ['error', 'ok'], chats: ['error'] });
  saveTurn(store, 2, { calls: ['denied'], chats: ['error'] });
  saveTurn(store, 3, { calls: ['ok', 'denied', 'error'], chats: ['error', 'error', 'error'] });
  store.close();
  makeOld(path, COUNT_AS_BEFORE);
  const raised = openStore(path);
  drop(raised, 'spans');
  raised.database.sql('UPDATE turn SET summary = NULL WHERE turn_index > 1').run();
  assert.deepEqual(errorsOf(raised), [2, 1, 4]);
  raised.close();
  renew(path);
  const renewed = openStore(path);
  t.after(() => renewed.close());
  assert.deepEqual(errorsOf(renewed), [1, 0, 2]);
});

test('a turn whose texts went before it had a summary gets one, of what is left', (t) => {
  const path = openHome(t);
  const store = openStore(path);
  saveTurn(store, 1, { calls: ['error', 'ok'] });
  saveTurn(store, 2, { calls: ['ok'] });
  drop(store, 'content');
  store.close();
  makeOld(path, 'UPDATE turn SET summary = NULL WHERE turn_index = 1', "UPDATE turn SET summary = '[0]' WHERE turn_index = 2");
  renew(path);
  const renewed = openStore(path);
  t.after(() => renewed.close());
  const [first, second] = renewed.database.sql('SELECT summary FROM turn ORDER BY turn_index').all().map(({ summary }) => fromTurnSummary(String(summary)));
  assert.equal((first?.calls.length ?? 0) / CALL.length, 2);
  assert.equal(second, undefined, 'one that is there stays as it is');
});

test('what goes before a summary was made of it has one by then', (t) => {
  for (const part of ['content', 'spans'] as const) {
    const store = openStore(openHome(t));
    saveTurn(store, 1, { calls: ['error', 'ok'] });
    const before = store.database.sql('SELECT summary FROM turn').get()?.summary;
    store.database.sql('UPDATE turn SET summary = NULL').run();
    drop(store, part);
    assert.equal(store.database.sql('SELECT summary FROM turn').get()?.summary, before, part);
    store.close();
  }
});

test('summaries of the version before are made anew where the spans are there, unless texts that told of skills went', (t) => {
  const path = openHome(t);
  const store = openStore(path);
  saveTurn(store, 1, { calls: ['ok'] });
  saveTurn(store, 2, { calls: ['ok'] });
  drop(store, 'content');
  saveTurn(store, 3, { calls: ['ok'] });
  store.database.sql(`UPDATE turn SET summary = json_set(summary, '$[0]', 1)`).run();
  store.database.sql(`UPDATE turn SET summary = json_set(summary, '$[6]', json('[]')) WHERE turn_index = 2`).run();
  store.database.sql('PRAGMA user_version = 12').run();
  store.close();
  const raised = openStore(path);
  t.after(() => raised.close());
  const versions = (): unknown[] => raised.database.sql("SELECT json_extract(summary, '$[0]') AS version FROM turn ORDER BY turn_index").all().map(({ version }) => version);
  assert.deepEqual(versions(), [1, null, null]);
  while (raised.renewTurns(performance.now() + 1000));
  assert.deepEqual(versions(), [1, 2, 2]);
});
