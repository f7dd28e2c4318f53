/** Answers of `/api/compare`, made up: a skill was edited, and calls went down. */
import type { CompareAnswer, MetricComparison } from '#spoor/query/api/compare.ts';

const metric = (name: string, label: string, more: Partial<MetricComparison>): MetricComparison => ({
  metric: name,
  label,
  unit: 'count',
  better: 'lower',
  a: { count: 48, median: 6, p95: 19, histogram: { borders: [0, 2, 4, 8, 16, 32], counts: [2, 9, 20, 14, 3] } },
  b: { count: 41, median: 3, p95: 9, histogram: { borders: [0, 2, 4, 8, 16, 32], counts: [11, 19, 9, 2, 0] } },
  difference: -3,
  interval: { low: -4, high: -2 },
  pValue: 0.0004,
  u: 1421,
  verdict: 'better',
  sentence: `${label}: 3 in B against 6 in A, 3 fewer (95 % interval 2 to 4 fewer).`,
  ...more,
});

export const COMPARED: CompareAnswer = {
  queryMillis: 31,
  a: { sessions: 48, label: '8 Nov to 15 Nov' },
  b: { sessions: 41, label: '15 Nov to 22 Nov' },
  metrics: [
    metric('toolCalls', 'Tool calls', {}),
    metric('active', 'Active time', { unit: 'ms', a: { count: 48, median: 412_000, p95: 1_900_000 }, b: { count: 41, median: 388_000, p95: 1_700_000 }, difference: -24_000, interval: { low: -91_000, high: 44_000 }, pValue: 0.41, verdict: 'no-difference', sentence: 'Active time: no difference can be told.' }),
    metric('errorRate', 'Error rate', { unit: 'rate', a: { count: 48, median: 0.03, p95: 0.12 }, b: { count: 41, median: 0.05, p95: 0.19 }, difference: 0.02, interval: { low: 0.004, high: 0.041 }, pValue: 0.018, verdict: 'worse', sentence: 'Error rate: 5 % in B against 3 % in A.' }),
    metric('credits', 'Credits', { unit: 'credits', a: { count: 3, median: 0.4 }, b: { count: 4, median: 0.31 }, difference: undefined, interval: undefined, pValue: undefined, verdict: 'too-few', sentence: 'Credits: 3 and 4 sessions tell them, too few to say anything.' }),
  ],
  config: {
    onlyA: [{ kind: 'mcp', name: 'sharepoint', hash: 'aa11' }],
    onlyB: [],
    changed: [{ kind: 'skill', name: 'weekly-updates-to-sift', a: 'a1b2c3d4e5f6', b: 'd4e5f6a1b2c3' }],
  },
  summary: ['Sessions of B make half as many tool calls.', 'Their error rate is higher by 2 points.'],
};
