/** Other prices, or another billing, are other rows: the same spans, read again, with what they cost now. What was final is marked, and not delivered again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Agent } from '#spoor/agents/agent.ts';
import { claudeCode } from '#spoor/agents/claude-code/agent.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import type { AgentImport } from '#spoor/collector/reports.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { PRICE_LIST_VERSION } from '#spoor/core/version.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import type { StoredSpan } from '#spoor/store/store.ts';

const home = join(import.meta.dirname, '..', 'fixtures', 'agents', 'claude-code', 'turns', 'home');

async function importWith(store: SqliteStore, agent: Agent): Promise<AgentImport | undefined> {
  const report = await importHistory({ store, environment: { home, env: {}, platform: 'linux' }, agents: [agent], scrub: scrubFact, nowMillis: () => Date.now() + 86_400_000 });
  return report.agents[0];
}

function spansOf(store: SqliteStore): StoredSpan[] {
  return store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
}

test('an import after the user said who pays: every request is told of anew, and no id moves', async (t) => {
  const store = openStore(':memory:');
  t.after(() => store.close());
  await importWith(store, claudeCode);
  const before = spansOf(store);
  assert.equal((await importWith(store, claudeCode))?.read, 0, 'nothing is read where nothing changed');
  const report = await importWith(store, { ...claudeCode, traits: { ...claudeCode.traits, billing: 'subscription' } });
  const after = spansOf(store);
  assert.ok((report?.spansWritten ?? 0) > 0);
  assert.deepEqual(after.map(({ spanId }) => spanId), before.map(({ spanId }) => spanId));
  for (const [index, { values, changed, kind }] of after.entries()) {
    const { cost, turnCost } = before[index]?.values ?? {};
    assert.deepEqual([values.cost, values.equivalentCost, values.turnCost?.usd, values.turnCost?.equivalentUsd], [undefined, cost, undefined, turnCost?.usd]);
    assert.equal(changed, kind === 'chat' || kind === 'agent', 'what carries no cost is as it was');
  }
  const [session] = store.listSessions({});
  assert.deepEqual(session?.cost, { equivalentUsd: 0.004385 });
});

test('with another price list every history is read again', async (t) => {
  const store = openStore(':memory:');
  t.after(() => store.close());
  await importWith(store, claudeCode);
  const stamps = store.database.sql('SELECT stamp FROM file_stamp').all().map(({ stamp }) => String(stamp));
  assert.ok(stamps.length > 0 && stamps.every((stamp) => stamp.includes(`:${PRICE_LIST_VERSION}:`)));
  store.database.sql('UPDATE file_stamp SET stamp = replace(stamp, ?, ?)').run(`:${PRICE_LIST_VERSION}:`, ':0.0.1:');
  const report = await importWith(store, claudeCode);
  assert.deepEqual([report?.read, report?.spansWritten], [1, 0], 'and equal prices are no change');
});
