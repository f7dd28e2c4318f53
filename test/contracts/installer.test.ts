import { test } from 'node:test';
import assert from 'node:assert/strict';
import { agents } from '#spoor/agents/index.ts';
import { installations } from '../agents/installations.ts';
import { testInstaller } from './installer.ts';

for (const agent of agents) {
  if (agent.installer) testInstaller(agent, installations.find((one) => one.agent === agent.id));
}

test('no installation is of an agent that is not there', () => {
  const known = agents.map(({ id }) => id);
  assert.deepEqual(installations.filter(({ agent }) => !known.includes(agent)), []);
});
