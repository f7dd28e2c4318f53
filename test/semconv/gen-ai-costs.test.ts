import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { newContext, newSpan, render } from './sample-spans.ts';

test('costs: dollars that are charged, dollars that are not, and roll-ups, each under a name that nothing else is summed under', () => {
  const of = (kind: 'chat' | 'agent', values: Span['values'], cost?: 'estimated'): Record<string, unknown> => {
    const { attributes } = render(genAi, newSpan(kind, { values, provenance: { times: 'hook', ...(cost ? { cost } : {}) } }), newContext());
    return Object.fromEntries(Object.entries(attributes).filter(([name]) => /cost|billing|premium|tier/.test(name)));
  };
  const cost = { usd: 1, inputUsd: 0.5, cacheReadUsd: 0.125, cacheWriteUsd: 0.125, outputUsd: 0.125, webSearchUsd: 0.125 };
  assert.deepEqual(of('chat', { cost, billing: 'api' }, 'estimated'), {
    'spoor.billing': 'api', 'spoor.cost.usd': 1, 'spoor.cost.input_usd': 0.5, 'spoor.cost.cache_read_usd': 0.125, 'spoor.cost.cache_write_usd': 0.125,
    'spoor.cost.output_usd': 0.125, 'spoor.cost.web_search_usd': 0.125, 'spoor.provenance.cost': 'estimated',
  });
  assert.deepEqual(of('chat', { equivalentCost: cost, billing: 'subscription' }, 'estimated'), { 'spoor.billing': 'subscription', 'spoor.cost.equivalent_usd': 1, 'spoor.provenance.cost': 'estimated' });
  assert.deepEqual(of('chat', { unpriced: 'special-tier', serviceTier: 'fast' }), { 'spoor.cost.unpriced': 'special-tier', 'spoor.service_tier': 'fast' });
  assert.deepEqual(of('chat', { premiumRequests: 0, billing: 'premium-requests' }), { 'spoor.billing': 'premium-requests', 'spoor.premium_requests': 0 });
  const unpriced = [{ model: 'a', reason: 'unknown-model' as const, chats: 2 }, { model: 'a', reason: 'no-usage' as const, chats: 1 }, { reason: 'no-model' as const, chats: 1 }];
  assert.deepEqual(of('agent', { turnCost: { usd: 2, equivalentUsd: 3, unpriced }, turnPremiumRequests: 1.5 }), {
    'spoor.turn.cost.usd': 2, 'spoor.turn.cost.equivalent_usd': 3, 'spoor.turn.cost.unpriced_chats': 4n, 'spoor.turn.cost.unpriced_models': ['a'], 'spoor.turn.premium_requests': 1.5,
  });
});
