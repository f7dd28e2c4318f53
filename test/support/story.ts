/** Hand-made sessions with one of everything a waterfall can show. Times are offsets in ms from `STORY_START`. */
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import { plainSpan } from './plain-span.ts';

export const STORY_START = 1_795_000_000_000_000_000n;

type Draft = Partial<Omit<Span, 'startUnixNano' | 'endUnixNano'>> & { id: string; at: number; end?: number };

/** A span with everything plain but what is said. `parent: ''` is no parent. */
export function toSpan({ id, at, end, ...rest }: Draft): Span {
  const nano = (millis: number): bigint => STORY_START + BigInt(Math.round(millis * 1e6));
  return plainSpan({
    spanId: id.padEnd(16, '0'),
    traceId: '0'.repeat(31) + '1',
    sessionId: 'aaaa1111-0000-4000-8000-000000000001',
    startUnixNano: nano(at),
    ...(end === undefined ? {} : { endUnixNano: nano(end) }),
    final: end !== undefined,
    ...rest,
    ...(rest.parentSpanId === undefined ? {} : { parentSpanId: rest.parentSpanId.padEnd(16, '0') }),
  });
}

export const storySession: Session = {
  agent: 'kiro',
  sessionId: 'aaaa1111-0000-4000-8000-000000000001',
  title: 'fix the flaky login test',
  cwd: '/home/ada/work/shop',
  agentName: 'spoor-traced',
  agentVersion: '2.27.1',
  model: 'claude-sonnet-4.5',
  startUnixNano: STORY_START,
  endUnixNano: STORY_START + 200_000_000_000n,
};

/** Turn 1: chats, a skill, two parallel tools, a wait, an MCP tool, a failure, a denial, a subagent. Turn 2: a compaction, idle, still open. */
export function toStory(): Span[] {
  return [...firstTurn(), ...secondTurn()];
}

function firstTurn(): Span[] {
  const chat = { kind: 'chat', parentSpanId: 't1', values: { responseModel: 'claude-sonnet-4.5', credits: 0.04, contextUsagePercent: 12.4 } } as const;
  return [
    toSpan({
      id: 't1',
      at: 0,
      end: 41_000,
      kind: 'agent',
      values: { agentName: 'spoor-traced', turnCredits: 0.12 },
      content: { prompt: 'fix the flaky login test\nin tests/auth, please', answer: 'Fixed: the clock was real.' },
      events: [],
    }),
    toSpan({ id: 'c1', at: 120, end: 2_300, ...chat }),
    toSpan({ id: 'k1', at: 2_310, end: 2_340, parentSpanId: 't1', values: { toolName: 'read', skillName: 'testing', skillPath: '.kiro/skills/testing/SKILL.md' } }),
    toSpan({ id: 'c2', at: 2_400, end: 4_900, ...chat, provenance: { times: 'estimated' } }),
    toSpan({
      id: 'r1',
      at: 5_000,
      end: 5_900,
      parentSpanId: 't1',
      values: { toolName: 'read', batchSize: 2, files: [{ path: 'tests/auth/login.test.ts', operation: 'read' }], toolPurpose: 'see the test' },
    }),
    toSpan({
      id: 'r2',
      at: 5_001,
      end: 5_901,
      parentSpanId: 't1',
      values: { toolName: 'read', batchSize: 2, files: [{ path: 'src/auth/login.ts', operation: 'read' }, { path: 'src/auth/clock.ts', operation: 'read' }] },
    }),
    toSpan({ id: 's1', at: 7_000, end: 16_400, parentSpanId: 't1', outcome: 'error', values: { toolName: 'shell', shellCommand: 'npm test -- tests/auth', toolPurpose: 'run it', exitCode: 1 } }),
    toSpan({ id: 'p1', at: 7_000, end: 12_900, kind: 'permission', parentSpanId: 's1', values: { decision: 'approved' } }),
    toSpan({ id: 'm1', at: 17_000, end: 17_650, parentSpanId: 't1', values: { toolName: '@tracker/find_issue', mcpServer: 'tracker', mcpTool: 'find_issue' } }),
    toSpan({ id: 'd1', at: 18_000, end: 22_000, parentSpanId: 't1', outcome: 'denied', values: { toolName: 'shell', shellCommand: 'rm -rf node_modules', errorMessage: 'Denied by the user' } }),
    toSpan({ id: 'p2', at: 18_000, end: 22_000, kind: 'permission', parentSpanId: 'd1', values: { decision: 'denied' } }),
    toSpan({ id: 'a1', at: 23_000, end: 38_000, parentSpanId: 't1', values: { toolName: 'subagent', toolPurpose: 'review the change' } }),
    ...subagent(),
    toSpan({ id: 'w1', at: 38_500, end: 38_500, parentSpanId: 't1', values: { toolName: 'write', files: [{ path: 'src/auth/login.ts', operation: 'edit' }] } }),
    toSpan({ id: 'c3', at: 38_600, end: 41_000, ...chat }),
  ];
}

function subagent(): Span[] {
  const own = { sessionId: 'bbbb2222-0000-4000-8000-000000000002' };
  return [
    toSpan({ id: 'a2', at: 23_100, end: 37_900, kind: 'agent', parentSpanId: 'a1', values: { agentName: 'reviewer', turnCredits: 0.05 }, content: { prompt: 'review' }, ...own }),
    toSpan({ id: 'a3', at: 23_200, end: 30_000, kind: 'chat', parentSpanId: 'a2', values: { responseModel: 'claude-haiku-4.5', credits: 0.02 }, ...own }),
    toSpan({ id: 'a4', at: 30_100, end: 30_180, parentSpanId: 'a2', values: { toolName: 'grep', toolPurpose: 'find callers of login()' }, ...own }),
    toSpan({ id: 'a5', at: 30_200, end: 37_900, kind: 'chat', parentSpanId: 'a2', values: { responseModel: 'claude-haiku-4.5', credits: 0.03 }, ...own }),
  ];
}

function secondTurn(): Span[] {
  const turn = { turnIndex: 1 };
  return [
    toSpan({
      id: 't2',
      at: 141_000,
      kind: 'agent',
      content: { prompt: '日本語でも書いて 👩‍👩‍👧 \u001b[31mred\u001b[0m \u202egnp.exe' },
      events: [{ name: 'compaction', unixNano: STORY_START + 146_000_000_000n, attributes: { strategy: 'summary' } }],
      ...turn,
    }),
    toSpan({ id: 'c4', at: 141_200, end: 145_000, kind: 'chat', parentSpanId: 't2', values: { requestModel: 'auto' }, ...turn }),
    toSpan({ id: 'x1', at: 145_100, end: 145_900, parentSpanId: 't2', outcome: 'cancelled', values: { toolName: 'shell', shellCommand: 'sleep 100' }, ...turn }),
    toSpan({ id: 'c5', at: 196_000, end: 198_000, kind: 'chat', parentSpanId: 't2', values: { requestModel: 'auto' }, ...turn }),
    toSpan({ id: 'x2', at: 198_500, parentSpanId: 't2', outcome: 'unknown', values: { toolName: 'shell', shellCommand: 'npm run watch' }, ...turn }),
  ];
}
