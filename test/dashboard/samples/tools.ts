/** Answers as the server gives them, made up: what a week of work looks like. */
import type { Series, Spread } from '#spoor/query/api/figures.ts';
import type { CallRow, CallsAnswer, SkillRow, SkillsAnswer, ToolRow, ToolsAnswer } from '#spoor/query/api/tools.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 15);

const series = (values: (number | null)[]): Series => ({ starts: values.map((_, index) => START + index * DAY), values });
const spread = (count: number, p50?: number, p95?: number, max?: number): Spread => ({ count, ...(p50 === undefined ? {} : { p50, p95, max }) });

const tool = (name: string, calls: number, more: Partial<ToolRow> = {}): ToolRow => ({
  name,
  calls,
  sessions: Math.ceil(calls / 12),
  callsPerSession: 12.4,
  callsPerTurn: calls / 900,
  errors: 0,
  errorRate: 0,
  denied: 0,
  cancelled: 0,
  run: spread(calls, 42, 380, 2900),
  wait: spread(0),
  trend: series([300, 320, 410, null, 380, 360, 340]),
  change: { calls: 0.12, p95: -0.08, errorRate: 0 },
  ...more,
});

export const TOOLS: ToolsAnswer = {
  queryMillis: 12.4,
  rows: [
    tool('Bash', 4210, { errors: 501, errorRate: 0.119, denied: 31, run: spread(4179, 1240, 18_400, 600_000), wait: spread(212, 4100, 62_000, 1_900_000), trend: series([12_000, 14_000, 9000, 22_000, 18_000, 17_500, 18_400]), change: { calls: 0.31, p95: 0.42, errorRate: 0.05 } }),
    tool('Read', 9120, { run: spread(9120, 8, 41, 900) }),
    tool('Edit', 2304, { errors: 77, errorRate: 0.033, denied: 4, wait: spread(98, 2300, 31_000, 400_000), change: { calls: -0.2, p95: 0.01, errorRate: -0.4 } }),
    tool('Grep', 1877, { run: spread(1877, 61, 420, 18_700) }),
    tool('sharepoint_read_file', 212, { errors: 9, errorRate: 0.042, run: spread(212, 2100, 4300, 9800), change: {} }),
    tool('Task', 96, { run: spread(96, 61_000, 412_000, 1_310_000) }),
  ],
  totals: { calls: 17_819, sessions: 302, turns: 2110, errors: 587, errorRate: 0.033, denied: 35 },
  sessionDuration: { borders: [1000, 5000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000], counts: [4, 21, 88, 120, 54, 15] },
  callsPerSession: { borders: [0, 5, 10, 25, 50, 100, 400], counts: [40, 66, 91, 70, 24, 11] },
  callsPerTurn: { borders: [0, 1, 2, 5, 10, 25, 80], counts: [220, 410, 700, 510, 201, 69] },
};

const call = (index: number, more: Partial<CallRow> = {}): CallRow => ({
  spanId: `span-${index}`,
  agent: 'claude-code',
  sessionId: `11111111-0000-4000-8000-00000000000${index}`,
  sessionTitle: 'Repair the flaky import test',
  tool: 'Bash',
  summary: 'npm test -- --real test/real/phoenix.test.ts',
  startMillis: START + 6 * DAY + index * 60_000,
  runMillis: 600_000 - index * 41_000,
  outcome: 'ok',
  isSubagent: false,
  ...more,
});

export const CALLS: CallsAnswer = {
  queryMillis: 3.1,
  items: [
    call(0, { outcome: 'timeout', errorType: 'timeout', errorMessage: 'Command timed out after 10m 0s' }),
    call(1, { waitMillis: 4100 }),
    call(2, { tool: 'Task', summary: 'Explore: where are prices read?', isSubagent: false }),
    call(3, { outcome: 'error', errorType: 'exit 1', errorMessage: 'error: pathspec \'mian\' did not match any file(s) known to git' }),
    call(4, { outcome: 'denied', tool: 'Edit', summary: 'src/config/home.ts', runMillis: undefined, waitMillis: 9100, isSubagent: true }),
  ],
};

const skill = (name: string, activations: number, more: Partial<SkillRow> = {}): SkillRow => ({
  name,
  agents: ['kiro'],
  activations,
  sessions: Math.ceil(activations * 0.8),
  shareOfSessions: (activations * 0.8) / 302,
  lastMillis: START + 6 * DAY,
  trigger: { user: Math.floor(activations / 3), model: Math.ceil((activations * 2) / 3), subagent: 0 },
  duration: spread(activations, 12_400, 61_000, 190_000),
  tools: activations * 4,
  errors: 2,
  errorRate: 0.02,
  cost: { credits: activations * 0.12, provenance: ['transcript'] },
  versions: ['a1b2c3'],
  activationsByDay: series([3, 5, 4, 0, 6, 9, 7]),
  status: 'used',
  ...more,
});

export const SKILLS: SkillsAnswer = {
  queryMillis: 6,
  sessions: 302,
  rows: [
    skill('weekly-updates-to-sift', 41, { versions: ['a1b2c3', 'd4e5f6'] }),
    skill('review-pull-request', 28, { agents: ['claude-code', 'codex'], cost: { usd: 12.41, provenance: ['estimated'] }, costPerActivation: 0.443 }),
    skill('release-notes', 3, { status: 'loaded-unused', tools: 0, errors: 0, errorRate: undefined }),
    skill('draw-diagram', 0, { status: 'never', duration: spread(0), cost: {}, lastMillis: undefined, versions: [], trigger: { user: 0, model: 0, subagent: 0 }, errors: 0, errorRate: undefined, tools: 0 }),
  ],
};
