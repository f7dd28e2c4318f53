/** Answers of `/api/overview`, made up: a busy week, and a machine on which nothing was traced yet. */
import type { GroupFigures, HealthSummary, OverviewAnswer } from '#spoor/query/api/overview.ts';
import { toSampleRow } from './sessions.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export function toSampleHealth(nowMillis: number): HealthSummary {
  return {
    state: 'attention',
    notes: ['xray has not taken a span for 2 h: its credentials have expired. Sign in with: aws sso login'],
    agents: [
      { agent: 'claude-code', title: 'Claude Code', installed: true, hooksSeen: 4120, lastHookMillis: nowMillis - 4000, hook: { count: 4120, p50: 2.9, p95: 6.1, max: 41 } },
      { agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 911, lastHookMillis: nowMillis - HOUR, hook: { count: 911, p50: 3.1, p95: 7.4, max: 12 } },
      { agent: 'codex', title: 'Codex', installed: true, hooksSeen: 0, hook: { count: 0 } },
      { agent: 'gemini', title: 'Gemini CLI', installed: false, hooksSeen: 0, hook: { count: 0 } },
    ],
    spool: { waiting: 0 },
    destinations: [
      { name: 'phoenix', type: 'phoenix', endpoint: 'http://127.0.0.1:6006', sent: 41_220, waiting: 0, setAside: 0, held: 0, acceptedAtMillis: nowMillis - 5000 },
      { name: 'xray', type: 'xray', endpoint: 'https://xray.example.com', sent: 12_000, waiting: 412, setAside: 2, held: 0, oldestWaitingMillis: nowMillis - 2 * HOUR, lastError: 'The credentials have expired.' },
    ],
    lastError: { atMillis: nowMillis - 2 * HOUR, text: 'xray: 403 ExpiredTokenException' },
    importing: { done: 240, total: 933, leftMillis: 11_000 },
  };
}

export function toSampleOverview(nowMillis: number): OverviewAnswer {
  const today = new Date(nowMillis).setHours(0, 0, 0, 0);
  const starts = Array.from({ length: 7 }, (_, at) => today - (6 - at) * DAY);
  const running = [0, 5].map((index) => ({ ...toSampleRow(index, nowMillis), state: 'running' as const, errors: index === 5 ? 2 : 0, lastMillis: nowMillis - 1200 }));
  return {
    queryMillis: 8.4,
    nowMillis,
    hasSessions: true,
    running,
    waiting: [
      { session: toSampleRow(1, nowMillis), why: 'permission', what: 'Bash: rm -rf dist && npm publish --access public', spanId: 'span-permission', sinceMillis: nowMillis - 74_000 },
      { session: { ...toSampleRow(7, nowMillis), state: 'failed' }, why: 'error', what: 'rate limit: 429 Too Many Requests', spanId: 'span-error', sinceMillis: nowMillis - 9 * 60_000 },
      { session: { ...toSampleRow(3, nowMillis), state: 'idle' }, why: 'answer', sinceMillis: nowMillis - 26 * 60_000 },
    ],
    today: toFigures('today', 31, { usd: 12.41, equivalentUsd: 33.1, credits: 7.1, provenance: ['estimated', 'provider'] }),
    week: toFigures('week', 214, { usd: 97.3, equivalentUsd: 240.77, credits: 61.5, unpriced: [{ model: 'qwen3-coder', reason: 'unknown-model', chats: 211, tokens: 1_970_000 }], provenance: ['estimated', 'provider'] }),
    byAgent: [toFigures('claude-code', 96, { equivalentUsd: 240.77 }), toFigures('codex', 51, { usd: 71.02 }), toFigures('kiro', 40, { credits: 61.5 }), toFigures('gemini', 21, { usd: 26.28 }), toFigures('opencode', 6, { unpriced: [{ model: 'qwen3-coder', reason: 'unknown-model', chats: 211, tokens: 1_970_000 }] })],
    byProject: [toFigures('invoices', 80, { usd: 40.1 }), toFigures('web-shop', 66, { usd: 31 }), toFigures('infra', 68, { usd: 26.2 })],
    byModel: [toFigures('claude-opus-4-5', 90, { equivalentUsd: 240.77 }), toFigures('gpt-5.2-codex', 51, { usd: 71.02 })],
    days: { starts, sessions: [20, 41, 38, 12, 9, 63, 31], toolCalls: [810, 1640, 1402, 320, 280, 2204, 944], errors: [41, 96, 70, 12, 8, 260, 61], usd: [8.2, 17.4, 14, null, 1.1, 44.1, 12.41] },
    mostExpensive: [4, 12, 21, 8, 33, 40].map((index, at) => ({ ...toSampleRow(index, nowMillis), cost: { usd: 41.2 / (at + 1), provenance: ['estimated'] } })),
    slowestTools: [
      { name: 'Task', calls: 88, run: { count: 88, p50: 41_000, p95: 312_000, max: 704_000 } },
      { name: 'Bash', calls: 2904, run: { count: 2904, p50: 812, p95: 61_400, max: 600_000 } },
      { name: 'WebFetch', calls: 211, run: { count: 211, p50: 1900, p95: 14_200, max: 30_000 } },
      { name: 'mcp__jira__search_issues', calls: 97, run: { count: 97, p50: 820, p95: 6100, max: 9000 } },
      { name: 'Grep', calls: 1204, run: { count: 1204, p50: 41, p95: 390, max: 4100 } },
    ],
    health: toSampleHealth(nowMillis),
  };
}

export function toEmptyOverview(nowMillis: number, installed = false): OverviewAnswer {
  const nothing = toFigures('', 0, {});
  const health = toSampleHealth(nowMillis);
  return {
    queryMillis: 0.4, nowMillis, hasSessions: false, running: [], waiting: [], today: nothing, week: nothing, byAgent: [], byProject: [], byModel: [], days: { starts: [], sessions: [], toolCalls: [], errors: [], usd: [] }, mostExpensive: [], slowestTools: [],
    health: { state: 'good', notes: [], spool: { waiting: 0 }, destinations: [], agents: health.agents.slice(0, 2).map((agent) => ({ ...agent, installed, hooksSeen: 0, lastHookMillis: undefined, hook: { count: 0 } })) },
  };
}

function toFigures(name: string, sessions: number, cost: GroupFigures['cost']): GroupFigures {
  const toolCalls = sessions * 33;
  const errors = Math.round(toolCalls * 0.041);
  const tokens = sessions === 0 ? {} : { input: sessions * 812_000, output: sessions * 9100, cacheRead: sessions * 700_000 };
  return { name, sessions, turns: sessions * 4, toolCalls, errors, ...(toolCalls === 0 ? {} : { errorRate: errors / toolCalls }), denied: sessions >> 4, tokens, cost, activeMillis: sessions * 540_000 };
}
