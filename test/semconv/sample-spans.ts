/** Neutral spans for tests: a turn with a chat, tools of every sort, a refused call and a subagent. */
import assert from 'node:assert/strict';
import type { Session } from '#spoor/core/session.ts';
import type { Span, SpanKind } from '#spoor/core/span.ts';
import type { Dialect, RenderContext, RenderedSpan } from '#spoor/semconv/dialect.ts';
import { shareSession, shareSpan } from '#spoor/semconv/share.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { plainSpan } from '../support/plain-span.ts';

const START = 1_763_730_000_000_000_000n;

/** A span of this kind with nothing known but what is given. */
export function newSpan(kind: SpanKind, some: Partial<Span> = {}): Span {
  return plainSpan({
    spanId: '00000000000000a1',
    traceId: '0000000000000000000000000000000b',
    kind,
    sessionId: 'session-1',
    startUnixNano: START,
    endUnixNano: START + 1_000_000n,
    ...some,
  });
}

export const session: Session = { agent: 'kiro', sessionId: 'session-1', cwd: '/home/ada/project', agentName: 'kiro_default', agentVersion: '2.4.0' };

/** A context that lets everything out. */
export function newContext(some: Partial<RenderContext> = {}): RenderContext {
  return { session, serviceName: 'kiro', sharing: { content: toContentPolicy('full') }, version: '0.1.0', ...some };
}

/** A span as it leaves: shared as the context says, then in the dialect, of which exactly one span is expected. */
export function render(dialect: Dialect, span: Span, context: RenderContext): RenderedSpan {
  const shared = { ...context, session: shareSession(context.session, context.sharing) };
  const [first, ...others] = dialect.toSpans(shareSpan(span, context.sharing), shared);
  assert.ok(first && others.length === 0);
  return first;
}

/** The turn's spans, each with an id and a parent; the subagent's belong to `session-2`. */
export const turn: Span[] = [
  newSpan('agent', {
    spanId: '00000000000000a1',
    endUnixNano: START + 9_000_000_000n,
    turnIndex: 3,
    values: {
      agentName: 'spoor-traced',
      provider: 'kiro',
      requestModel: 'claude-sonnet-4.5',
      turnCredits: 0.75,
      contextUsagePercent: 12.5,
      contextWindowTokens: 200_000,
      requestCount: 2,
      ownDurationNano: 8_900_000_000n,
    },
    content: { prompt: 'Fix the “parser”\n👋', answer: 'Done.' },
    events: [{ name: 'compaction', unixNano: START + 5n, attributes: { 'kiro.compaction.strategy': 'summary', tokens: 12n } }],
    links: [{ traceId: '0000000000000000000000000000000c', spanId: '00000000000000f1' }],
    provenance: { times: 'hook', credits: 'transcript', model: 'session' },
    extra: { 'kiro.surface': 'cli', 'kiro.ratio': 1, 'kiro.count': 1n },
  }),
  newSpan('chat', {
    spanId: '00000000000000a2',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    values: {
      provider: 'kiro',
      requestModel: 'auto',
      responseModel: 'claude-sonnet-4.5',
      responseId: 'msg-1',
      finishReasons: ['tool_use'],
      usage: { inputTokens: 1200, outputTokens: 80, cacheReadTokens: 1000, cacheCreationTokens: 100, reasoningTokens: 30 },
      credits: 1,
    },
    content: { answer: 'I read the file.', reasoning: 'It must be the lexer.' },
    provenance: { times: 'transcript', model: 'transcript', usage: 'transcript', credits: 'transcript' },
  }),
  newSpan('tool', {
    spanId: '00000000000000a3',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    values: {
      toolName: 'fs_write',
      toolCallId: 'tooluse_1',
      toolPurpose: 'to fix it',
      files: [{ path: '/home/ada/project/a.ts', operation: 'edit' }, { path: 'b.ts', operation: 'create' }],
      batchSize: 2,
    },
    content: { toolArguments: '{"path":"a.ts"}', toolResult: 'ok' },
  }),
  newSpan('tool', {
    spanId: '00000000000000a4',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    outcome: 'error',
    values: { toolName: 'execute_bash', toolCallId: 'tooluse_2', shellCommand: 'npm test', exitCode: 1, errorType: 'exit_code', errorMessage: '1 test failed' },
    content: { toolArguments: '{"command":"npm test"}', toolResult: '1 test failed' },
  }),
  newSpan('tool', {
    spanId: '00000000000000a5',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    values: { toolName: '@weather/get_forecast', toolCallId: 'tooluse_3', mcpServer: 'weather', mcpTool: 'get_forecast' },
  }),
  newSpan('tool', {
    spanId: '00000000000000a6',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    outcome: 'denied',
    values: { toolName: 'fs_read', toolCallId: 'tooluse_4', skillName: 'release', skillPath: '/home/ada/.kiro/skills/release/SKILL.md', errorType: 'rejected' },
  }),
  newSpan('permission', {
    spanId: '00000000000000a7',
    parentSpanId: '00000000000000a6',
    turnIndex: 3,
    outcome: 'denied',
    values: { toolName: 'fs_read', toolCallId: 'tooluse_4', decision: 'denied' },
  }),
  newSpan('tool', {
    spanId: '00000000000000a8',
    parentSpanId: '00000000000000a1',
    turnIndex: 3,
    outcome: 'timeout',
    values: { toolName: 'use_subagent', toolCallId: 'tooluse_5' },
  }),
  newSpan('agent', {
    spanId: '00000000000000a9',
    parentSpanId: '00000000000000a8',
    sessionId: 'session-2',
    outcome: 'cancelled',
    incomplete: true,
    values: { agentName: 'researcher' },
  }),
];
