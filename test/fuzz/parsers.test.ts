import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readForeignDatabase } from '#spoor/agents/read-foreign-sqlite.ts';
import { writeDatabase } from '../agents/kiro/v1/sample-conversation.ts';
import { findSeed } from './random.ts';
import { runLanes } from './run-lanes.ts';
import { runStores } from './run-stores.ts';

/** A taste of what test/real/fuzz.test.ts does wholly. */
const MUTANTS = 4_900;

test(`${MUTANTS} mutants of payloads and histories: nothing throws, vanishes, or becomes a fact or span that cannot be`, (t) => {
  const seed = findSeed(20_260_101);
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const { lanes, failures } = runLanes(seed, MUTANTS);
  assert.deepEqual(failures, []);
  for (const { name, mutants, taken } of lanes) assert.ok(taken > mutants / 10 && taken < mutants, `${name}: ${taken} of ${mutants} were understood`);
});

test('histories whose bytes are spoiled: nothing throws, and no file is changed', (t) => {
  const seed = findSeed(20_260_103);
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  assert.deepEqual(runStores(seed, 200), []);
});

test('a database that quotes itself in its damage is not quoted', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-fuzz-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'data.sqlite3');
  writeDatabase(path, []);
  writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll('conversations_v2', 'con\u001b[31msecret'), 'latin1'));
  const { problems } = readForeignDatabase(path, ({ rows }) => rows('SELECT * FROM conversations'));
  assert.deepEqual(problems, [{ code: 'unreadable-database', detail: `${path}: database disk image is malformed` }]);
});
