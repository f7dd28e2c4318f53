/** The installer's contract once more, with the agent's own telemetry beside its hooks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { installations } from '../agents/installations.ts';
import { testInstaller } from './installer.ts';

/** The key at the top of its settings under which an agent's telemetry is set. */
const KEYS: Readonly<Record<string, string>> = { 'claude-code': 'env', codex: 'otel', gemini: 'telemetry' };
const URL = 'http://127.0.0.1:4318';

for (const agent of agents) {
  if (!agent.installer?.hasNative) continue;
  const installation = installations.find((one) => one.agent === agent.id);
  describe('with --native', () => {
    testInstaller(agent, installation && { ...installation, options: { ...installation.options, native: URL }, adds: [...(installation.adds ?? []), KEYS[agent.id] ?? assert.fail(`which key holds the telemetry of ${agent.id}?`)] });
  });
}

test('an agent that has nothing to set names no address', () => {
  for (const { installer } of agents) assert.ok(installer?.hasNative === true || installer?.nativeAddress === undefined);
});
