/** Prices are those of the makers' public pages at the dates given, worked out by hand: US dollars a million tokens. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import type { Span, SpanValues } from '#spoor/core/span.ts';
import type { Usage } from '#spoor/core/usage.ts';
import { priceTurn } from '#spoor/processors/price.ts';
import { plainSpan } from '../support/plain-span.ts';

function nano(time: string): bigint {
  return BigInt(Date.parse(time)) * 1_000_000n;
}

function newSpan(some: Partial<Span>): Span {
  return plainSpan({ spanId: '00000000000000a1', traceId: '0000000000000000000000000000000b', sessionId: 's', startUnixNano: nano('2026-01-10T12:00:00Z'), ...some });
}

function chat(values: SpanValues, some: Partial<Span> = {}): Span {
  return newSpan({ kind: 'chat', values, endUnixNano: nano('2026-01-10T12:00:05Z'), ...some });
}

function price(values: SpanValues, some: Partial<Span> = {}): Span {
  return priceTurn([chat(values, some)])[0] as Span;
}

/** A request that ended at this moment → its dollars. */
function usdAt(time: string, provider: string, model: string, usage: Usage): number | undefined {
  return price({ provider, requestModel: model, usage }, { startUnixNano: nano(time) - 1n, endUnixNano: nano(time) }).values.cost?.usd;
}

const MILLION = { inputTokens: 1e6, outputTokens: 1e6 };

describe('prices of the makers, at their dates', () => {
  test('Claude Sonnet 4.5: 3, 15, cache reads 0.30, writes 3.75, for an hour 6', () => {
    const usage = { inputTokens: 100_000, cacheReadTokens: 60_000, cacheCreationTokens: 30_000, cacheCreation1hTokens: 10_000, outputTokens: 2_000, reasoningTokens: 500 };
    const { values, provenance } = price({ provider: 'anthropic', requestModel: 'sonnet', responseModel: 'claude-sonnet-4-5-20250929', usage });
    // 10,000 × 3 · 60,000 × 0.30 · 20,000 × 3.75 + 10,000 × 6 · 2,000 × 15: reasoning is output.
    assert.deepEqual(values.cost, { usd: 0.213, inputUsd: 0.03, cacheReadUsd: 0.018, cacheWriteUsd: 0.135, outputUsd: 0.03 });
    assert.equal(provenance.cost, 'estimated');
    assert.equal(values.unpriced, undefined);
  });

  test('Claude Sonnet 4.5 beyond 200,000 tokens of input: all of it at 6 and 22.50', () => {
    assert.equal(usdAt('2026-01-10T00:00:00Z', 'anthropic', 'claude-sonnet-4-5', { inputTokens: 200_000, outputTokens: 1000 }), 0.615);
    assert.equal(usdAt('2026-01-10T00:00:00Z', 'anthropic', 'claude-sonnet-4-5', { inputTokens: 200_001, outputTokens: 1000 }), 1.222506);
  });

  test('Claude Opus 4.6: its long context costs no more since 13 March 2026', () => {
    const usage = { inputTokens: 300_000, outputTokens: 10_000 };
    assert.equal(usdAt('2026-03-12T23:59:59Z', 'anthropic', 'claude-opus-4-6', usage), 3.375);
    assert.equal(usdAt('2026-03-13T00:00:00Z', 'anthropic', 'claude-opus-4-6', usage), 1.75);
  });

  test('GPT-5: 1.25, 10, cache reads 0.125; what is written to the cache costs as input', () => {
    assert.equal(usdAt('2025-09-01T00:00:00Z', 'openai', 'gpt-5-2025-08-07', { ...MILLION, cacheReadTokens: 800_000, cacheCreationTokens: 100_000 }), 0.125 + 0.1 + 0.125 + 10);
  });

  test('Gemini 2.5 Pro: 1.25 and 10, beyond 200,000 tokens 2.50 and 15', () => {
    assert.equal(usdAt('2026-01-01T00:00:00Z', 'gcp.gemini', 'gemini-2.5-pro', { inputTokens: 100_000, outputTokens: 1000 }), 0.135);
    assert.equal(usdAt('2026-01-01T00:00:00Z', 'gcp.vertex_ai', 'gemini-2.5-pro', { inputTokens: 250_000, outputTokens: 1000 }), 0.64);
  });

  test('DeepSeek, when it had prices by the hour: 0.27 and 1.10, half of it from 16:30 to 00:30 UTC', () => {
    for (const [time, usd] of [['16:29:59', 1.37], ['16:30:00', 0.685], ['00:29:59', 0.685], ['00:30:00', 1.37]] as const) {
      assert.equal(usdAt(`2025-06-02T${time}Z`, 'deepseek', 'deepseek-chat', MILLION), usd, time);
    }
  });

  test('the same model through a cloud has that cloud\'s price; a proxy of an unknown name has the maker\'s', () => {
    const at = '2026-01-10T00:00:00Z';
    const small = { inputTokens: 100_000, outputTokens: 10_000 };
    assert.equal(usdAt(at, 'anthropic', 'claude-sonnet-4-5', small), 0.45);
    assert.equal(usdAt(at, 'aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', small), 0.45);
    assert.equal(usdAt(at, 'aws.bedrock', 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0', small), 0.495);
    assert.equal(usdAt(at, 'azure.ai.openai', 'gpt-5', MILLION), 11.25);
    assert.equal(usdAt(at, 'openrouter', 'anthropic/claude-sonnet-4.5', small), 0.45);
    assert.equal(usdAt(at, 'my-openai-proxy', 'anthropic/claude-sonnet-4-5[1m]', small), 0.45);
    assert.equal(usdAt(at, 'my-openai-proxy', 'gpt-5', MILLION), 11.25);
  });

  test('an hour in the cache is twice the input where a cloud\'s list leaves it out; searches are 10 a thousand', () => {
    const usage = { inputTokens: 100_000, cacheCreationTokens: 100_000, cacheCreation1hTokens: 100_000, outputTokens: 0 };
    assert.equal(usdAt('2026-01-10T00:00:00Z', 'gcp.vertex_ai', 'claude-sonnet-4-5@20250929', usage), 0.6);
    assert.deepEqual(price({ provider: 'anthropic', requestModel: 'claude-haiku-4-5', usage: { inputTokens: 1000, outputTokens: 0, webSearches: 3 } }).values.cost, { usd: 0.031, inputUsd: 0.001, outputUsd: 0, webSearchUsd: 0.03 });
  });
});

describe('a request without a price says why, and is never 0', () => {
  const known = { provider: 'anthropic', requestModel: 'claude-sonnet-4-5' };
  const usage = { inputTokens: 10, outputTokens: 10 };
  const cases: [string, SpanValues, string][] = [
    ['nothing counted', known, 'no-usage'],
    ['counted as nothing', { ...known, usage: { inputTokens: 0, outputTokens: 0 } }, 'no-usage'],
    ['output alone', { ...known, usage: { outputTokens: 5 } }, 'no-input-tokens'],
    ['input alone', { ...known, usage: { inputTokens: 5 } }, 'no-output-tokens'],
    ['more cached than there was', { ...known, usage: { inputTokens: 5, cacheReadTokens: 6, outputTokens: 1 } }, 'inconsistent-usage'],
    ['no model', { provider: 'anthropic', usage }, 'no-model'],
    ['a model its provider does not have', { ...known, requestModel: 'glm-4.6', usage }, 'unknown-model'],
    ['an open model of nobody known', { provider: 'ollama', requestModel: 'llama3.3', usage }, 'unknown-provider'],
    ['an open model with a maker\'s name', { provider: 'lab', requestModel: 'gpt-oss:20b', usage }, 'unknown-provider'],
    ['a router\'s choice', { provider: 'lab', requestModel: 'auto', usage }, 'unknown-provider'],
    ['fast', { ...known, usage, serviceTier: 'fast' }, 'special-tier'],
    ['a search that the list has no price of', { provider: 'gcp.gemini', requestModel: 'gemini-2.5-pro', usage: { ...usage, webSearches: 1 } }, 'no-search-price'],
    ['priced by the request too', { provider: 'perplexity', requestModel: 'sonar', usage }, 'no-list-price'],
    ['listed without numbers', { provider: 'cerebras', requestModel: 'qwen-3-coder-480b', usage }, 'no-list-price'],
    ['GitHub\'s, of which it does not tell the charge', { provider: 'github', requestModel: 'claude-sonnet-4.5', usage }, 'not-by-token'],
    ['names of Object', { provider: '__proto__', requestModel: 'constructor', usage }, 'unknown-provider'],
  ];
  for (const [name, values, reason] of cases) {
    test(`${name}: ${reason}`, () => {
      const { values: priced, provenance } = price(values);
      assert.deepEqual([priced.unpriced, priced.cost, priced.equivalentCost, provenance.cost], [reason, undefined, undefined, undefined]);
    });
  }

  test('a moment that nobody tells matters only where the price changed', () => {
    const untimed = { startUnixNano: 0n, endUnixNano: 0n };
    assert.equal(price({ ...known, requestModel: 'claude-opus-4-6', usage }, untimed).values.unpriced, 'no-time');
    assert.equal(price({ ...known, usage }, untimed).values.cost?.usd, 0.00018);
  });

  test('a dated version that the list does not know has the price of what was asked for, another model has not', () => {
    const openai = { provider: 'openai', requestModel: 'gpt-5.4', usage: MILLION };
    assert.equal(price({ ...openai, responseModel: 'gpt-5.4-2031-01-01' }).values.unpriced, undefined);
    assert.equal(price({ ...openai, responseModel: 'other-model' }).values.unpriced, 'unknown-model');
  });

  test('a request that runs is not told of yet, and one that was never made has its own word', () => {
    assert.deepEqual(price({ ...known }, { endUnixNano: undefined }).values, known);
    assert.equal(price({ ...known, unpriced: 'no-request' }).values.unpriced, 'no-request');
  });
});

describe('who is charged, and what the agent itself says', () => {
  const values = { provider: 'anthropic', requestModel: 'claude-sonnet-4-5', usage: { inputTokens: 1000, outputTokens: 100 } };

  test('the agent\'s own dollars stand before ours', () => {
    const { values: priced, provenance } = price({ ...values, cost: { usd: 0.5 } }, { provenance: { times: 'transcript', cost: 'transcript' } });
    assert.deepEqual([priced.cost, provenance.cost], [{ usd: 0.5 }, 'transcript']);
  });

  test('its 0 is no price of a model that has one: what it would have cost is not charged', () => {
    const { values: priced, provenance } = price({ ...values, cost: { usd: 0 } }, { provenance: { times: 'transcript', cost: 'transcript' } });
    assert.deepEqual([priced.cost, priced.equivalentCost?.usd, priced.unpriced, provenance.cost], [undefined, 0.0045, undefined, 'estimated']);
  });

  test('its 0 of an unknown model says nothing, and of a free one the truth', () => {
    const told = { cost: { usd: 0 }, usage: values.usage };
    assert.deepEqual(price({ ...told, provider: 'ollama', requestModel: 'qwen3' }).values.unpriced, 'unknown-provider');
    assert.deepEqual(price({ ...told, provider: 'openrouter', requestModel: 'deepseek/deepseek-r1:free' }).values.cost, { usd: 0 });
  });

  test('under a subscription nothing is charged by the token, whoever worked it out', () => {
    for (const cost of [undefined, { usd: 0.0045 }, { usd: 0 }]) {
      const { values: priced } = price({ ...values, ...(cost ? { cost } : {}), billing: 'subscription' });
      assert.deepEqual([priced.cost, priced.equivalentCost?.usd], [undefined, 0.0045]);
    }
  });

  test('credits and premium requests are never turned into dollars', () => {
    for (const billing of ['credits', 'premium-requests'] as const) {
      const { values: priced } = price({ ...values, cost: { usd: 1 }, billing });
      assert.deepEqual(price({ unpriced: 'no-request', billing }).values, { billing });
      assert.deepEqual([priced.cost, priced.equivalentCost, priced.unpriced, priced.billing], [undefined, undefined, undefined, billing]);
    }
  });

  test('a turn sums what is charged, what is not, and counts by model what has no price', () => {
    const unknown = { provider: 'lab', requestModel: 'mock-1', usage: values.usage };
    const root = newSpan({ kind: 'agent' });
    const [turn] = priceTurn([
      root, chat(values), chat(values), chat({ ...values, billing: 'subscription' }), chat(unknown), chat(unknown), chat({ requestModel: 'mock-1', unpriced: 'no-request' }),
      chat({ requestModel: 'mock-1' }, { outcome: 'error' }), newSpan({ kind: 'tool' }),
    ]);
    assert.deepEqual(turn?.values.turnCost, { usd: 0.009, equivalentUsd: 0.0045, unpriced: [{ model: 'mock-1', reason: 'unknown-provider', chats: 2 }] });
    assert.equal(priceTurn([root])[0]?.values.turnCost, undefined, 'no sum over nothing');
    assert.deepEqual(priceTurn([]), []);
  });

  test('pricing what is priced changes nothing, and the spans given stay as they are', () => {
    const given = [newSpan({ kind: 'agent' }), chat(values)];
    const before = structuredClone(given);
    priceTurn(given);
    assert.deepEqual(given, before);
  });
});

/** OpenTelemetry's name, the list's own, and models with prices of every form. */
const LISTED = [
  ['anthropic', 'anthropic', ['claude-sonnet-4-5', 'claude-opus-4-6', 'claude-haiku-4-5-20251001', 'claude-opus-5-5', 'claude-sonnet-4-6', 'claude-3-haiku']],
  ['openai', 'openai', ['gpt-5', 'gpt-5.4', 'gpt-5.5', 'gpt-5.6-sol', 'o3', 'gpt-4o', 'gpt-5-pro']],
  ['gcp.gemini', 'google', ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-3-pro-preview', 'gemini-3.6-flash', 'claude-opus-4-6']],
  ['deepseek', 'deepseek', ['deepseek-chat', 'deepseek-reasoner', 'deepseek-v4-pro', 'deepseek-v4-flash']],
  ['aws.bedrock', 'aws', ['us.anthropic.claude-opus-4-7-v1:0', 'global.anthropic.claude-haiku-4-5-20251001-v1:0']],
  ['azure.ai.openai', 'azure', ['gpt-5', 'gpt-4o', 'deepseek-chat']],
  ['x_ai', 'x-ai', ['grok-4', 'grok-code-fast-1']],
] as const;

const counts = fc.tuple(fc.integer({ min: 1, max: 600_000 }), fc.nat(600_000), fc.nat(100), fc.nat(100), fc.nat(100)).map(([inputTokens, outputTokens, read, write, hour]): Usage => {
  const cacheReadTokens = Math.floor((inputTokens * read) / 100);
  const cacheCreationTokens = Math.floor(((inputTokens - cacheReadTokens) * write) / 100);
  return { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, cacheCreation1hTokens: Math.floor((cacheCreationTokens * hour) / 100) };
});

const moments = fc.date({ min: new Date('2024-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

describe('for any counts', () => {
  test('what the list\'s own package works out, for every model, moment and length', () => {
    const models = LISTED.flatMap(([provider, listed, names]) => names.map((model) => ({ provider, listed, model })));
    fc.assert(fc.property(fc.constantFrom(...models), counts, moments, ({ provider, listed, model }, usage, timestamp) => {
      const { cost, unpriced } = price({ provider, requestModel: model, usage: { ...usage, cacheCreation1hTokens: 0 } }, { endUnixNano: BigInt(timestamp.getTime()) * 1_000_000n }).values;
      const { inputTokens: input_tokens, outputTokens: output_tokens, cacheReadTokens: cache_read_tokens, cacheCreationTokens: cache_write_tokens } = usage;
      const theirs = calcPrice({ input_tokens, output_tokens, cache_read_tokens, cache_write_tokens }, model, { providerId: listed, timestamp });
      assert.equal(unpriced, undefined, model);
      assert.ok(Math.abs((cost?.usd ?? -1) - (theirs?.total_price ?? -2)) < 1e-9, `${model}: ${cost?.usd} and ${theirs?.total_price}`);
    }), { numRuns: 3000 });
  });

  test('the parts add up, nothing is negative, and no number is none', () => {
    const wild = fc.record({
      inputTokens: fc.option(fc.nat(), { nil: undefined }), outputTokens: fc.option(fc.nat(), { nil: undefined }), cacheReadTokens: fc.option(fc.nat(), { nil: undefined }),
      cacheCreationTokens: fc.option(fc.nat(), { nil: undefined }), cacheCreation1hTokens: fc.option(fc.nat(), { nil: undefined }), webSearches: fc.option(fc.nat(50), { nil: undefined }),
    });
    const names = fc.oneof(fc.constantFrom('claude-opus-4-6', 'claude-sonnet-4-5', 'gpt-5.4', 'deepseek-chat'), fc.string());
    const providers = fc.oneof(fc.constantFrom('anthropic', 'openai', 'deepseek', 'aws.bedrock', 'kiro'), fc.string());
    fc.assert(fc.property(fc.oneof(counts, wild), providers, names, moments, (usage, provider, requestModel, date) => {
      const { cost, unpriced } = price({ provider, requestModel, usage }, { endUnixNano: BigInt(date.getTime()) * 1_000_000n }).values;
      assert.ok((cost === undefined) !== (unpriced === undefined), 'a cost or a reason');
      if (!cost) return;
      const { usd, ...parts } = cost;
      for (const part of [usd, ...Object.values(parts)]) assert.ok(Number.isFinite(part) && part >= 0);
      assert.ok(Math.abs(usd - Object.values(parts).reduce((sum, part) => sum + part, 0)) < 1e-9);
    }), { numRuns: 3000 });
  });
});

test('nothing is asked of the network', (t) => {
  const fetched = t.mock.method(globalThis, 'fetch', () => Promise.reject(new Error('no network')));
  usdAt('2026-01-10T00:00:00Z', 'anthropic', 'claude-sonnet-4-5', MILLION);
  usdAt('2026-01-10T00:00:00Z', 'nobody', 'nothing', MILLION);
  assert.equal(fetched.mock.callCount(), 0);
});
