/** Answers of `/api/models`, made up. */
import type { ModelsAnswer } from '#spoor/query/api/overview.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 15);

export const MODELS: ModelsAnswer = {
  queryMillis: 9,
  rows: [
    { model: 'claude-opus-4-8', provider: 'anthropic', requests: 4120, sessions: 140, tokens: { input: 412_000_000, output: 3_100_000, cacheRead: 392_000_000, cacheCreation: 14_000_000 }, cacheHitRate: 0.951, cost: { usd: 412.31, provenance: ['estimated'] }, duration: { count: 4120, p50: 6100, p95: 31_000, max: 191_000 }, timeToFirstChunk: { count: 800, p50: 1200, p95: 4100, max: 9100 }, errors: 12 },
    { model: 'gpt-5.4-codex', provider: 'openai', requests: 911, sessions: 31, tokens: { input: 61_000_000, output: 900_000, cacheRead: 40_000_000, reasoning: 310_000 }, cacheHitRate: 0.656, cost: { equivalentUsd: 38.1, provenance: ['estimated'] }, duration: { count: 911, p50: 9100, p95: 44_000, max: 120_000 }, timeToFirstChunk: { count: 0 }, errors: 0 },
    { model: 'auto', provider: 'kiro', requests: 302, sessions: 18, tokens: {}, cost: { credits: 61.23, provenance: ['transcript'] }, duration: { count: 302, p50: 4100, p95: 12_000, max: 40_000 }, timeToFirstChunk: { count: 0 }, errors: 1 },
    { model: 'house-model-x', requests: 44, sessions: 3, tokens: { input: 197_000_000, output: 410_000 }, cost: { unpriced: [{ model: 'house-model-x', reason: 'unknown-model', chats: 44, tokens: 197_410_000 }] }, duration: { count: 44, p50: 2100, p95: 9000, max: 12_000 }, timeToFirstChunk: { count: 0 }, errors: 0 },
  ],
  totals: {
    tokens: { input: 670_000_000, output: 4_410_000, cacheRead: 432_000_000, cacheCreation: 14_000_000, reasoning: 310_000 },
    cost: { usd: 412.31, equivalentUsd: 38.1, credits: 61.23, unpriced: [{ model: 'house-model-x', reason: 'unknown-model', chats: 44, tokens: 197_410_000 }], provenance: ['estimated', 'transcript'] },
    cacheHitRate: 0.64,
  },
  series: {
    starts: Array.from({ length: 7 }, (_, index) => START + index * DAY),
    input: [4, 5, 3, 0, 6, 9, 7].map((value) => value * 1_000_000),
    cacheRead: [60, 80, 44, 0, 71, 92, 85].map((value) => value * 1_000_000),
    cacheCreation: [2, 3, 1, 0, 2, 4, 2].map((value) => value * 1_000_000),
    output: [0.5, 0.6, 0.3, 0, 0.7, 1.1, 1.2].map((value) => value * 1_000_000),
    reasoning: [0, 0, 0, 0, 100_000, 100_000, 110_000],
    usd: [51.2, 70.3, 40.1, null, 81.2, 92.4, 77.1],
    credits: [null, null, null, null, null, 21.2, 40],
  },
};
