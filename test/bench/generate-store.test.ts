import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { DEFAULT_UNTIL_MILLIS, generateStore, type StoreRequest } from '../../bench/stores/generate-store.ts';
import { SEARCH_WORDS } from '../../bench/stores/people-and-tools.ts';
import { SHAPES, type ShapeName } from '../../bench/stores/shapes.ts';

async function generate(context: TestContext, request: StoreRequest): Promise<ReturnType<typeof openStore>> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-generated-'));
  await generateStore(join(folder, 'spoor.db'), request);
  const store = openStore(join(folder, 'spoor.db'));
  context.after(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

const count = (store: ReturnType<typeof openStore>, sql: string): number => Number(Object.values(store.database.sql(sql).get() ?? {})[0]);

for (const [shape, scale] of [['million', 0.004], ['small', 0.001], ['long', 0.02]] as [ShapeName, number][]) {
  test(`a generated store of the shape ${shape} has as many sessions and spans as its scale says`, async (context) => {
    const store = await generate(context, { shape, seed: 3, scale });
    const { sessions, spans } = SHAPES[shape];
    assert.equal(count(store, 'SELECT count(*) FROM session WHERE root = id'), Math.max(1, Math.round(sessions * scale)));
    assert.equal(count(store, 'SELECT count(*) FROM span'), Math.round(spans * scale));
    assert.equal(count(store, 'SELECT count(*) FROM span AS child LEFT JOIN span AS parent ON parent.span_id = child.parent_span_id WHERE child.parent_span_id IS NOT NULL AND parent.id IS NULL'), 0);
    assert.equal(String(store.database.sql('PRAGMA integrity_check').get()?.integrity_check), 'ok');
    assert.equal(count(store, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name IN ('span_session', 'span_trace', 'identity_span', 'span_content_content')"), 4);
  });
}

test('a generated store has what pages show: errors, denials, waits, subagents, skills, MCP, costs, credits, open turns and words to search for', async (context) => {
  const store = await generate(context, { shape: 'million', seed: 3, scale: 0.02 });
  for (const where of ["outcome = 'error'", "outcome = 'timeout'", "outcome = 'denied'", "kind = 'permission'", 'end_unix_nano IS NULL', 'credits IS NOT NULL', "data LIKE '%skillName%'", "data LIKE '%mcpServer%'", "data LIKE '%shellFamily%'", "data LIKE '%equivalentCost%'", "data LIKE '%\"unpriced\"%'", `data LIKE '%${SEARCH_WORDS.some}%'`]) {
    assert.ok(count(store, `SELECT count(*) FROM span WHERE ${where}`) > 0, where);
  }
  assert.ok(count(store, "SELECT count(*) FROM session WHERE parent_relation = 'subagent' AND root <> id") > 0);
  assert.ok(count(store, 'SELECT count(*) FROM turn WHERE cost_usd > 0') > 0);
  assert.equal(count(store, 'SELECT count(*) FROM turn WHERE summary IS NULL'), 0);
  assert.ok(count(store, 'SELECT count(DISTINCT config) FROM session_config') > 10);
  const newest = store.listSessions({ limit: 1 })[0];
  assert.ok(newest?.startUnixNano !== undefined && newest.startUnixNano / 1_000_000n <= BigInt(DEFAULT_UNTIL_MILLIS));
});

test('equal seeds give equal stores, other seeds others', async (context) => {
  const request: StoreRequest = { shape: 'million', seed: 3, scale: 0.001 };
  const sum = (store: ReturnType<typeof openStore>): unknown => store.database.sql('SELECT group_concat(span_id || data || start_unix_nano) AS all_of_it FROM (SELECT * FROM span ORDER BY span_id)').get()?.all_of_it;
  const [first, second, other] = [sum(await generate(context, request)), sum(await generate(context, request)), sum(await generate(context, { ...request, seed: 4 }))];
  assert.equal(first, second);
  assert.notEqual(first, other);
});

test('an existing file is not written over', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-generated-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'spoor.db');
  await generateStore(path, { shape: 'small', seed: 1, scale: 0.0001 });
  await assert.rejects(generateStore(path, { shape: 'small', seed: 1, scale: 0.0001 }), /is there already/);
});
