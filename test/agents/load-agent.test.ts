import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { loadAgent } from '#spoor/agents/load-agent.ts';

test('every agent of the list is found by its id alone', async () => {
  for (const agent of agents) assert.equal(await loadAgent(agent.id), agent);
});

test('what is no agent is none, and no path leads out of the folder', async () => {
  for (const id of ['nobody', '_template', '../agents/kiro', '', 'kiro/../kiro']) await assert.rejects(loadAgent(id), id === '' ? /There is no agent/ : Error);
});
