/** A fork that is found after its origin was imported: what it is comes from what is stored, not from itself alone. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pi } from '#spoor/agents/pi/agent.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';

const ORIGIN = '01a20000-0000-7000-8000-000000000001';
const FORK = '01a20000-0000-7000-8000-000000000002';
const RECORDS = [
  { type: 'message', id: 'b0000001', parentId: null, timestamp: '2026-03-01T10:00:01.000Z', message: { role: 'user', content: [{ type: 'text', text: 'mend the gate' }], timestamp: 1772359201000 } },
  {
    type: 'message', id: 'b0000002', parentId: 'b0000001', timestamp: '2026-03-01T10:00:09.000Z',
    message: { role: 'assistant', content: [{ type: 'text', text: 'Done. '.repeat(100) }], api: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5', usage: { input: 10, output: 5 }, stopReason: 'stop', timestamp: 1772359202000 },
  },
];

test('a fork without a word of its own has no end, whichever way it is imported', async (t) => {
  for (const spansFirstBytes of [Infinity, 0]) {
    const root = mkdtempSync(join(tmpdir(), 'spoor-forks-'));
    const store = openStore(':memory:');
    t.after(() => {
      store.close();
      rmSync(root, { recursive: true });
    });
    const folder = join(root, '.pi', 'agent', 'sessions', '--home-ann-gate--');
    mkdirSync(folder, { recursive: true });
    const lay = (id: string, header: object): void =>
      writeFileSync(join(folder, `2026-03-01T10-00-00-000Z_${id}.jsonl`), [{ type: 'session', version: 3, id, timestamp: '2026-03-01T10:00:00.000Z', cwd: '/home/ann/gate', ...header }, ...RECORDS].map((record) => `${JSON.stringify(record)}\n`).join(''));
    const run = () => importHistory({ store, environment: { home: root, env: {}, platform: 'linux' }, agents: [pi], scrub: scrubFact, nowMillis: () => Date.parse('2026-03-02'), spansFirstBytes });
    lay(ORIGIN, {});
    await run();
    lay(FORK, { parentSession: join(folder, `2026-03-01T10-00-00-000Z_${ORIGIN}.jsonl`) });
    await run();
    assert.deepEqual(store.readTurns('pi', [ORIGIN, FORK]).map(({ sessionId }) => sessionId), [ORIGIN]);
    assert.equal(store.readSession('pi', FORK)?.parent?.sessionId, ORIGIN);
    assert.equal(store.readSession('pi', FORK)?.endUnixNano, undefined);
  }
});
