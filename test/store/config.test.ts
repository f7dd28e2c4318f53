import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { toPartHash, type ConfigPart } from '#spoor/core/config-part.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { readConfigs, readPreviousConfig, readSessionConfig } from '#spoor/store/sqlite/config-rows.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';

const SECOND = 1_000_000_000n;

function open(t: TestContext): SqliteStore {
  const store = openMemoryStore();
  t.after(() => store.close());
  return store;
}

const part = (kind: ConfigPart['kind'], name: string, text: string): ConfigPart => ({ kind, name, hash: toPartHash(text) });
const count = (store: SqliteStore, table: string): number => Number(store.database.sql(`SELECT count(*) AS n FROM ${table}`).get()?.n);

test('sessions with the same parts share one set; the first model that is told is part of it', (t) => {
  const store = open(t);
  const parts = [part('skill', 'review', 'one'), part('instructions', 'AGENTS.md', 'x')];
  store.saveSession({ agent: 'kiro', sessionId: 'a', model: 'm1' });
  for (const sessionId of ['a', 'b']) store.saveSessionConfig('kiro', sessionId, parts);
  assert.deepEqual(store.readSessionConfig('kiro', 'a')?.parts.map(({ kind, name }) => `${kind} ${name}`), ['instructions AGENTS.md', 'model m1', 'skill review']);
  assert.notEqual(store.readSessionConfig('kiro', 'b')?.fingerprint, store.readSessionConfig('kiro', 'a')?.fingerprint);
  store.saveSession({ agent: 'kiro', sessionId: 'b', model: 'm1' });
  assert.deepEqual(store.readSessionConfig('kiro', 'b'), store.readSessionConfig('kiro', 'a'));
  store.saveSession({ agent: 'kiro', sessionId: 'b', model: 'm2' });
  assert.deepEqual(store.readSessionConfig('kiro', 'b'), store.readSessionConfig('kiro', 'a'));
  assert.deepEqual([count(store, 'config'), count(store, 'config_part')], [1, 3]);
  assert.equal(store.readSessionConfig('kiro', 'c'), undefined);
});

test('what is forgotten leaves no name behind that no other session has', (t) => {
  const store = open(t);
  store.saveSessionConfig('kiro', 'a', [part('skill', 'secret-plan', 'x'), part('skill', 'review', 'y')]);
  store.saveSessionConfig('kiro', 'b', [part('skill', 'review', 'y')]);
  store.forget('kiro', 'a');
  assert.deepEqual(store.database.sql('SELECT name FROM config_part').all().map(({ name }) => name), ['review']);
  store.saveSessionConfig('kiro', 'a', [part('skill', 'secret-plan', 'x')]);
  assert.equal(count(store, 'config'), 1);
  store.erase('kiro', 'b');
  assert.deepEqual(['config', 'config_member', 'config_part', 'session_config'].map((table) => count(store, table)), [0, 0, 0, 0]);
});

test('the session before, of the same agent in the same folder, is what a change is told against', (t) => {
  const store = open(t);
  for (const [sessionId, cwd, seconds] of [['a', '/p', 1n], ['b', '/q', 2n], ['c', '/p', 3n]] as const) {
    store.saveSession({ agent: 'kiro', sessionId, cwd, startUnixNano: seconds * SECOND });
    store.saveSessionConfig('kiro', sessionId, [part('skill', 'review', sessionId)]);
  }
  assert.deepEqual(readPreviousConfig(store.database, 'kiro', 'c'), readSessionConfig(store.database, 'kiro', 'a'));
  assert.equal(readPreviousConfig(store.database, 'kiro', 'b'), undefined);
  const known = store.readSessionConfig('kiro', 'a');
  assert.deepEqual(readConfigs(store.database, [known?.fingerprint ?? '', 'nobody']), new Map([[known?.fingerprint, known?.parts]]));
});
