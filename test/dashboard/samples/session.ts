/** Answers about one session, made up: three turns with a failed call, a denied one, a wait, a subagent; the last may still run. */
import type { Outcome } from '#spoor/core/span.ts';
import type { SessionAnswer, SpanAnswer, SpanDetails, TurnRow } from '#spoor/query/api/session.ts';
import { toSampleRow } from './sessions.ts';

interface SampleSpan {
  id: string;
  kind: 'agent' | 'chat' | 'tool' | 'permission';
  name: string;
  start: number;
  duration: number;
  outcome?: Outcome;
  details?: SpanDetails;
  children?: SampleSpan[];
}

const TURNS: readonly { prompt: string; root: SampleSpan }[] = [
  {
    prompt: 'Why does the nightly import fail on Sundays? Look at the log of last week first.',
    root: {
      id: 'turn-1', kind: 'agent', name: 'claude-code', start: 0, duration: 94_000,
      children: [
        { id: 'chat-1', kind: 'chat', name: 'claude-opus-4-5', start: 200, duration: 6100, details: { tokens: { input: 18_200, output: 412, cacheRead: 16_000 }, cost: { usd: 0.021, provenance: ['estimated'] }, contextPercent: 12 } },
        { id: 'read-1', kind: 'tool', name: 'Read', start: 6400, duration: 31, details: { summary: 'logs/import-2026-11-15.log' } },
        { id: 'bash-1', kind: 'tool', name: 'Bash', start: 6500, duration: 41_200, outcome: 'error', details: { summary: 'npm test -- import', errorType: 'exit 1', errorMessage: 'AssertionError: expected week 53, got week 1', shellFamily: 'npm' } },
        { id: 'chat-2', kind: 'chat', name: 'claude-opus-4-5', start: 48_000, duration: 9000, details: { tokens: { input: 24_000, output: 900, cacheRead: 18_000 }, contextPercent: 17 } },
        {
          id: 'task-1', kind: 'tool', name: 'Task', start: 57_500, duration: 30_000, details: { summary: 'Find callers of parseWeek' },
          children: [{ id: 'sub-1', kind: 'agent', name: 'Explore', start: 57_700, duration: 29_500, details: { sessionId: 'sub-session' }, children: [{ id: 'grep-1', kind: 'tool', name: 'Grep', start: 60_000, duration: 390, details: { summary: 'parseWeek\\(' } }] }],
        },
      ],
    },
  },
  {
    prompt: 'Mend it, and add a test for the change of the year.',
    root: {
      id: 'turn-2', kind: 'agent', name: 'claude-code', start: 412_000, duration: 151_000,
      children: [
        { id: 'chat-3', kind: 'chat', name: 'claude-opus-4-5', start: 412_300, duration: 14_000, details: { tokens: { input: 31_000, output: 2100, cacheRead: 29_000 }, contextPercent: 24 } },
        { id: 'edit-1', kind: 'tool', name: 'Edit', start: 426_600, duration: 48_200, details: { summary: 'src/import/week.ts', waits: [[426_700, 474_000]] }, children: [{ id: 'permission-1', kind: 'permission', name: 'Edit', start: 426_700, duration: 47_300 }] },
        { id: 'bash-2', kind: 'tool', name: 'Bash', start: 480_000, duration: 10, outcome: 'denied', details: { summary: 'git push --force' } },
        { id: 'chat-4', kind: 'chat', name: 'claude-opus-4-5', start: 481_000, duration: 80_000, details: { contextPercent: 31, events: [{ name: 'compaction', at: 561_000, label: 'trigger auto' }] } },
      ],
    },
  },
];

/** The third turn: open, or ended with one call more. */
function toLastTurn(isOpen: boolean): (typeof TURNS)[number] {
  return {
    prompt: 'Write it into the change log.',
    root: {
      id: 'turn-3', kind: 'agent', name: 'claude-code', start: 700_000, duration: isOpen ? -1 : 40_000, outcome: isOpen ? 'unknown' : 'ok',
      children: [{ id: 'chat-5', kind: 'chat', name: 'claude-opus-4-5', start: 700_400, duration: 8000 }, ...(isOpen ? [] : [{ id: 'write-1', kind: 'tool' as const, name: 'Write', start: 709_000, duration: 55, details: { summary: 'CHANGELOG.md' } }])],
    },
  };
}

export interface SampleSessionOptions {
  nowMillis: number;
  /** The third turn still runs. */
  isOpen?: boolean;
  /** Only the third turn, as an answer to `after`. */
  isPartial?: boolean;
}

export function toSampleSession({ nowMillis, isOpen = false, isPartial = false }: SampleSessionOptions): SessionAnswer {
  const startMillis = nowMillis - 741_000;
  const turns = isPartial ? [toLastTurn(isOpen)] : [...TURNS, toLastTurn(isOpen)];
  const answer: SessionAnswer = {
    queryMillis: 4.1,
    ...(isPartial ? { isPartial: true, removed: [] } : {}),
    session: {
      ...toSampleRow(1, nowMillis), agent: 'claude-code', sessionId: 'session-1', state: isOpen ? 'running' : 'done', models: ['claude-opus-4-5'], branch: 'fix/import', startMillis, lastMillis: isOpen ? nowMillis - 1000 : nowMillis - 1000, activeMillis: 285_000, turns: 3, toolCalls: isOpen ? 6 : 7, modelCalls: 5, errors: 1, denied: 1, subagents: 1,
      shares: { model: 117_100, tool: 72_000, wait: 47_300, gate: 0, idle: 455_000, other: 48_600 }, tokens: { input: 73_200, output: 3412, cacheRead: 63_000, cacheCreation: 4100 }, cost: { usd: 0.412, provenance: ['estimated'] }, skills: ['code-review'], contextPercent: 31, configFingerprint: 'c0ffee1234567890',
    },
    startMillis,
    endMillis: startMillis + 740_000,
    turns: turns.map(({ prompt, root }, at) => toTurn(prompt, root, { index: isPartial ? 2 : at, startMillis })),
    spans: { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] },
    details: {},
    coverage: [{ what: 'prompts', seen: 3, expected: 3 }, { what: 'tool calls', seen: 6, expected: 7, note: 'One call has no hook: the agent runs none for a call that was denied. Its time is the history’s.' }, { what: 'model requests', seen: 5 }],
    config: { fingerprint: 'c0ffee1234567890', parts: [{ kind: 'skill', name: 'code-review', hash: 'aa11bb22cc33' }, { kind: 'instructions', name: 'CLAUDE.md', hash: 'dd44ee55ff66' }, { kind: 'mcp', name: 'jira', hash: '77889900aabb' }], previous: { fingerprint: 'beef000011112222', parts: [{ kind: 'skill', name: 'code-review', hash: '0000bb22cc33' }, { kind: 'instructions', name: 'CLAUDE.md', hash: 'dd44ee55ff66' }, { kind: 'mcp', name: 'github', hash: '1234567890ab' }] } },
    links: [{ destination: 'phoenix', url: 'http://127.0.0.1:6006/projects/x/traces/abc' }],
    revision: isOpen ? 100 : 101,
  };
  for (const [turn, { root }] of turns.entries()) addSpan(answer, root, { parent: -1, turn });
  return answer;
}

function addSpan({ spans, details }: SessionAnswer, span: SampleSpan, { parent, turn }: { parent: number; turn: number }): void {
  const row = spans.id.push(span.id) - 1;
  spans.parent.push(parent);
  spans.kind.push(span.kind);
  spans.name.push(span.name);
  spans.start.push(span.start);
  spans.duration.push(span.duration);
  spans.outcome.push(span.outcome ?? 'ok');
  spans.turn.push(turn);
  if (span.details) details[row] = span.details;
  for (const child of span.children ?? []) addSpan({ spans, details } as SessionAnswer, child, { parent: row, turn });
}

function toTurn(prompt: string, root: SampleSpan, { index, startMillis }: { index: number; startMillis: number }): TurnRow {
  const length = Math.max(0, root.duration);
  return {
    spanId: root.id, index, prompt, startMillis: startMillis + root.start, ...(root.duration < 0 ? {} : { endMillis: startMillis + root.start + root.duration, activeMillis: length }), outcome: root.outcome ?? 'ok', toolCalls: 3 - index, modelCalls: 2, errors: index === 0 ? 1 : 0, denied: index === 1 ? 1 : 0,
    tokens: { input: 42_000 - index * 9000, output: 1300 + index * 800, cacheRead: 34_000 - index * 7000, cacheCreation: 2000 }, cost: index === 2 ? {} : { usd: 0.14 + index * 0.1, provenance: ['estimated'] }, shares: { model: length * 0.4, tool: length * 0.3, wait: index === 1 ? length * 0.2 : 0, gate: 0, idle: 0, other: length * (index === 1 ? 0.1 : 0.3) }, model: 'claude-opus-4-5',
  };
}

export function toSampleSpan(spanId: string, nowMillis: number): SpanAnswer {
  const isBash = spanId === 'bash-1';
  return {
    queryMillis: 0.6, spanId, traceId: '0af7651916cd43dd8448eb211c80319c', kind: isBash ? 'tool' : 'chat', name: isBash ? 'Bash' : 'claude-opus-4-5', agent: 'claude-code', sessionId: 'session-1', turnIndex: 0, startMillis: nowMillis - 734_500, endMillis: nowMillis - 693_300, outcome: isBash ? 'error' : 'ok',
    ...(isBash ? { errorType: 'exit 1', errorMessage: 'AssertionError: expected week 53, got week 1', toolName: 'Bash', shellCommand: 'npm test -- import', exitCode: 1 } : { model: 'claude-opus-4-5', provider: 'anthropic', finishReasons: ['tool_use'] }),
    files: [], tokens: isBash ? {} : { input: 18_200, output: 412, cacheRead: 16_000 }, cost: isBash ? {} : { usd: 0.021, provenance: ['estimated'] },
    content: isBash ? { toolArguments: '{"command":"npm test -- import","description":"Run the tests of the import"}', toolResult: `${'ok  parses a plain week\n'.repeat(40)}not ok  parses the last week of the year\n` } : { answer: 'The log shows **week 53** on Sundays.' },
    cut: isBash ? { toolResult: 90_000 } : {}, events: [], attributes: { 'gen_ai.operation.name': isBash ? 'execute_tool' : 'chat', 'spoor.agent': 'claude-code', 'spoor.outcome': isBash ? 'error' : 'ok' }, provenance: { times: 'hook', usage: 'transcript' }, keys: ['toolu_01'], isFinal: true, isChanged: false,
  };
}
