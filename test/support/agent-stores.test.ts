/** The samples are what they are said to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { agentSamples, oneSampleEach } from './agent-stores.ts';

test('every agent that is traced has a sample', () => {
  assert.deepEqual(oneSampleEach.map(({ agent }) => agent).sort(), agents.map(({ id }) => id).sort());
});

for (const sample of agentSamples) {
  test(`${sample.agent}: ${sample.name}: a store in which everything is final, and was delivered once`, async (t) => {
    const { store, delivered } = await sample.fill(t);
    const spans = store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
    assert.ok(spans.length > 0 && spans.every(({ agent, final }) => agent === sample.agent && final));
    assert.deepEqual(delivered.map(({ spanId }) => spanId).sort(), spans.map(({ spanId }) => spanId).sort());
  });
}
