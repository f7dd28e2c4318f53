/** What providers' names and agents' own figures say of who is charged, and how. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBilling as toOpenCodeBilling } from '#spoor/agents/opencode/usage.ts';
import { parseCost, parseUsage, toBilling as toPiBilling } from '#spoor/agents/pi/usage.ts';

test('plans and GitHub are no API keys', () => {
  assert.deepEqual(['anthropic', 'github-copilot', 'kimi-for-coding', undefined, 7].map((id) => toOpenCodeBilling(id).billing), [undefined, 'premium-requests', 'subscription', undefined, undefined]);
  assert.deepEqual(['anthropic', 'github-copilot', 'openai-codex', undefined].map((name) => toPiBilling(name).billing), [undefined, 'premium-requests', 'subscription', undefined]);
});

test('pi works a cost out in parts, or has it from the provider', () => {
  const parts = { input: 0.5, output: 0.25, cacheRead: 0, cacheWrite: 0.25, total: 1 };
  assert.deepEqual(parseCost({ cost: { ...parts, totalFromProvider: false } }), { cost: { usd: 1, inputUsd: 0.5, cacheWriteUsd: 0.25, outputUsd: 0.25 } });
  assert.deepEqual(parseCost({ cost: { ...parts, total: 0.9, totalFromProvider: true } }), { cost: { usd: 0.9 }, isProvidersCost: true });
  for (const wrong of [undefined, {}, { cost: { total: -1 } }, { cost: { total: '1' } }, { cost: 'x' }]) assert.deepEqual(parseCost(wrong), {});
  assert.equal(parseUsage({ input: 1, output: 1, cacheWrite: 5, cacheWrite1h: 3 })?.cacheCreation1hTokens, 3);
});
