/** Spans, turns and sessions for the tests of this folder. */
import type { Session } from '#spoor/core/session.ts';
import type { Span } from '#spoor/core/span.ts';
import type { StoredTurn } from '#spoor/store/store.ts';
import { plainSpan } from '../support/plain-span.ts';

export const START = 1_767_225_600_000_000_000n;

/** 16 hex digits out of a small number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** 32 hex digits out of a small number. */
export function traceOf(number: number): string {
  return `7${number.toString(16).padStart(31, '0')}`;
}

/** A tool span of session `s1` that ended well and is final; `overrides` replace whole members. */
export function buildSpan(number: number, overrides: Partial<Span> = {}): Span {
  const startUnixNano = START + BigInt(number) * 1_000_000_000n;
  return plainSpan({
    spanId: idOf(number),
    traceId: traceOf(1),
    sessionId: 's1',
    startUnixNano,
    endUnixNano: startUnixNano + 500_000_000n,
    values: { toolName: 'fs_read' },
    keys: [`key-${number}`],
    ...overrides,
  });
}

/** The settled turn whose root is span `number`; `overrides` replace whole members. */
export function buildTurn(number: number, overrides: Partial<StoredTurn> = {}): StoredTurn {
  return {
    agent: 'kiro',
    sessionId: 's1',
    turnIndex: 0,
    rootSpanId: idOf(number),
    digest: 'digest',
    live: true,
    hasHistory: true,
    closed: true,
    settled: true,
    startUnixNano: START,
    endUnixNano: START + 60_000_000_000n,
    ...overrides,
  };
}

/** Session `s1`; `overrides` replace whole members. */
export function buildSession(overrides: Partial<Session> = {}): Session {
  return { agent: 'kiro', sessionId: 's1', title: 'A title', cwd: '/home/user/project', startUnixNano: START, ...overrides };
}

/** A whole small turn: root 1, chat 2, tools 3 and 4 under the root. */
export function buildTree(overrides: Partial<Span> = {}): Span[] {
  const root = { parentSpanId: idOf(1), ...overrides };
  return [
    buildSpan(1, { kind: 'agent', values: {}, content: { prompt: 'Fix the bug' }, ...overrides }),
    buildSpan(2, { kind: 'chat', values: { requestModel: 'model-a', credits: 0.25 }, content: { answer: 'Done' }, ...root }),
    buildSpan(3, { content: { toolArguments: '{"path":"a"}', toolResult: 'same text' }, ...root }),
    buildSpan(4, { outcome: 'error', values: { toolName: 'execute_bash' }, content: { toolResult: 'same text' }, ...root }),
  ];
}
