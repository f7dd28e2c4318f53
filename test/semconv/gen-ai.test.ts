import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Span } from '#spoor/core/span.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import type { RenderContext, RenderedSpan } from '#spoor/semconv/dialect.ts';
import { shareSession } from '#spoor/semconv/share.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { dialects, findDialect } from '#spoor/semconv/index.ts';
import { newContext, newSpan, render, turn } from './sample-spans.ts';

/** The sample span with this id, rendered. */
function rendered(id: string, some: Partial<RenderContext> = {}): RenderedSpan {
  const span = turn.find((candidate) => candidate.spanId.endsWith(id));
  assert.ok(span);
  return render(genAi, span, newContext(some));
}

const messages = (...list: unknown[]): string => JSON.stringify(list);

test('a turn', () => {
  assert.deepEqual(rendered('a1', { userId: 'ada' }), {
    name: 'invoke_agent spoor-traced',
    kind: 1,
    status: { code: 0 },
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'kiro',
      'gen_ai.system': 'kiro',
      'gen_ai.conversation.id': 'session-1',
      'session.id': 'session-1',
      'user.id': 'ada',
      'gen_ai.agent.name': 'spoor-traced',
      'gen_ai.request.model': 'claude-sonnet-4.5',
      'gen_ai.input.messages': messages({ role: 'user', parts: [{ type: 'text', content: 'Fix the “parser”\n👋' }] }),
      'gen_ai.output.messages': messages({ role: 'assistant', parts: [{ type: 'text', content: 'Done.' }], finish_reason: 'stop' }),
      'spoor.agent': 'kiro',
      'spoor.outcome': 'ok',
      'spoor.turn.index': 3n,
      'spoor.turn.credits': 0.75,
      'spoor.turn.model_requests': 2n,
      'spoor.context.usage_percent': 12.5,
      'spoor.context.window_tokens': 200_000n,
      'spoor.own_duration_nano': 8_900_000_000n,
      'spoor.provenance.times': 'hook',
      'spoor.provenance.credits': 'transcript',
      'spoor.provenance.model': 'session',
      'kiro.surface': 'cli',
      'kiro.ratio': 1,
      'kiro.count': 1n,
    },
  });
});

test('a model request', () => {
  assert.deepEqual(rendered('a2'), {
    name: 'chat auto',
    kind: 3,
    status: { code: 0 },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'kiro',
      'gen_ai.system': 'kiro',
      'gen_ai.conversation.id': 'session-1',
      'session.id': 'session-1',
      'gen_ai.agent.name': 'kiro_default',
      'gen_ai.request.model': 'auto',
      'gen_ai.response.model': 'claude-sonnet-4.5',
      'gen_ai.response.id': 'msg-1',
      'gen_ai.response.finish_reasons': ['tool_use'],
      'gen_ai.usage.input_tokens': 1200n,
      'gen_ai.usage.output_tokens': 80n,
      'gen_ai.usage.cache_read.input_tokens': 1000n,
      'gen_ai.usage.cache_creation.input_tokens': 100n,
      'gen_ai.usage.reasoning.output_tokens': 30n,
      'gen_ai.output.messages': messages({
        role: 'assistant',
        parts: [{ type: 'reasoning', content: 'It must be the lexer.' }, { type: 'text', content: 'I read the file.' }],
        finish_reason: 'tool_use',
      }),
      'spoor.agent': 'kiro',
      'spoor.outcome': 'ok',
      'spoor.turn.index': 3n,
      'spoor.credits': 1,
      'spoor.provenance.times': 'transcript',
      'spoor.provenance.model': 'transcript',
      'spoor.provenance.usage': 'transcript',
      'spoor.provenance.credits': 'transcript',
    },
  });
});

/** What is on every span of the sample turn. */
const everywhere = {
  'gen_ai.conversation.id': 'session-1',
  'session.id': 'session-1',
  'gen_ai.agent.name': 'kiro_default',
  'spoor.agent': 'kiro',
  'spoor.turn.index': 3n,
  'spoor.provenance.times': 'hook',
};
const everyTool = { ...everywhere, 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.type': 'function' };

test('a tool that touches files', () => {
  assert.deepEqual(rendered('a3'), {
    name: 'execute_tool fs_write',
    kind: 1,
    status: { code: 0 },
    attributes: {
      ...everyTool,
      'gen_ai.tool.name': 'fs_write',
      'gen_ai.tool.call.id': 'tooluse_1',
      'gen_ai.tool.call.arguments': '{"path":"a.ts"}',
      'gen_ai.tool.call.result': 'ok',
      'spoor.outcome': 'ok',
      'spoor.tool.purpose': 'to fix it',
      'spoor.tool.batch_size': 2n,
      'spoor.file.paths': ['/home/ada/project/a.ts', 'b.ts'],
      'spoor.file.operations': ['edit', 'create'],
      'spoor.file.result': 'ok',
    },
  });
});

test('a shell command that failed', () => {
  assert.deepEqual(rendered('a4'), {
    name: 'execute_tool execute_bash',
    kind: 1,
    status: { code: 2, message: '1 test failed' },
    attributes: {
      ...everyTool,
      'gen_ai.tool.name': 'execute_bash',
      'gen_ai.tool.call.id': 'tooluse_2',
      'gen_ai.tool.call.arguments': '{"command":"npm test"}',
      'gen_ai.tool.call.result': '1 test failed',
      'process.command_line': 'npm test',
      'process.exit.code': 1n,
      'error.type': 'exit_code',
      'spoor.outcome': 'error',
    },
  });
});

test('a tool of an MCP server keeps its native name', () => {
  assert.deepEqual(rendered('a5').attributes, {
    ...everyTool,
    'gen_ai.tool.name': '@weather/get_forecast',
    'gen_ai.tool.call.id': 'tooluse_3',
    'mcp.method.name': 'tools/call',
    'mcp.server.name': 'weather',
    'mcp.tool.name': 'get_forecast',
    'spoor.outcome': 'ok',
  });
});

test('a refused skill load, and the wait for the refusal', () => {
  assert.deepEqual(rendered('a6'), {
    name: 'execute_tool fs_read',
    kind: 1,
    status: { code: 0 },
    attributes: {
      ...everyTool,
      'gen_ai.tool.name': 'fs_read',
      'gen_ai.tool.call.id': 'tooluse_4',
      'gen_ai.skill.name': 'release',
      'spoor.skill.path': '/home/ada/.kiro/skills/release/SKILL.md',
      'spoor.outcome': 'denied',
    },
  });
  assert.deepEqual(rendered('a7'), {
    name: 'permission',
    kind: 1,
    status: { code: 0 },
    attributes: { ...everywhere, 'spoor.outcome': 'denied', 'spoor.permission.tool': 'fs_read', 'spoor.permission.decision': 'denied' },
  });
});

test('only error and timeout have the status ERROR and an error.type', () => {
  const told = (outcome: Outcome, values: Span['values']): unknown[] => {
    const { status, attributes } = render(genAi, newSpan('tool', { outcome, values }), newContext());
    return [status.code, attributes['error.type'], attributes['spoor.outcome']];
  };
  assert.deepEqual(told('error', { errorType: 'ENOENT' }), [2, 'ENOENT', 'error']);
  assert.deepEqual(told('error', {}), [2, '_OTHER', 'error']);
  assert.deepEqual(told('timeout', {}), [2, 'timeout', 'timeout']);
  for (const outcome of ['ok', 'denied', 'cancelled', 'unknown'] as const) {
    assert.deepEqual(told(outcome, { errorType: 'x', errorMessage: 'y' }), [0, undefined, outcome]);
  }
});

test('pending and incomplete are said only when they are true', () => {
  const { attributes } = render(genAi, newSpan('tool', { endUnixNano: undefined, incomplete: true, outcome: 'unknown' }), newContext());
  assert.deepEqual([attributes['spoor.pending'], attributes['spoor.incomplete']], [true, true]);
  const closed = render(genAi, newSpan('tool', { incomplete: false }), newContext()).attributes;
  assert.ok(!('spoor.pending' in closed) && !('spoor.incomplete' in closed));
});

test('a name has no target that is not known; a turn without a profile is run by the agent', () => {
  const context = newContext({ session: { agent: 'kiro', sessionId: 'session-1' } });
  assert.equal(render(genAi, newSpan('chat'), context).name, 'chat');
  assert.equal(render(genAi, newSpan('chat', { values: { responseModel: 'm' } }), context).name, 'chat m');
  assert.equal(render(genAi, newSpan('tool'), context).name, 'execute_tool');
  assert.equal(render(genAi, newSpan('agent'), context).name, 'invoke_agent kiro');
});

test('what is not known is absent: of a bare span only what it is', () => {
  const { attributes } = render(genAi, newSpan('chat'), newContext({ session: { agent: 'kiro', sessionId: 'session-1' } }));
  assert.deepEqual(attributes, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.conversation.id': 'session-1',
    'session.id': 'session-1',
    'spoor.agent': 'kiro',
    'spoor.outcome': 'ok',
    'spoor.turn.index': 0n,
    'spoor.provenance.times': 'hook',
  });
});

test('a recorded zero stands; what is no number does not', () => {
  const values = { usage: { inputTokens: 0, outputTokens: Number.NaN }, credits: 0, exitCode: 0 };
  const { attributes } = render(genAi, newSpan('chat', { values }), newContext());
  assert.deepEqual([attributes['gen_ai.usage.input_tokens'], attributes['spoor.credits'], attributes['process.exit.code']], [0n, 0, 0n]);
  assert.ok(!('gen_ai.usage.output_tokens' in attributes));
});

test('an agent’s own attributes cannot replace ours', () => {
  const { attributes } = render(genAi, newSpan('tool', { extra: { 'spoor.outcome': 'wrong', 'kiro.own': true } }), newContext());
  assert.deepEqual([attributes['spoor.outcome'], attributes['kiro.own']], ['ok', true]);
});

test('a subagent keeps its own conversation and is grouped with the session at the top', () => {
  const child = { agent: 'kiro', sessionId: 'session-2', parent: { sessionId: 'session-1', relation: 'subagent' as const } };
  const ids = (some: Partial<RenderContext>): unknown[] => {
    const { attributes } = rendered('a9', some);
    return [attributes['gen_ai.conversation.id'], attributes['session.id']];
  };
  assert.deepEqual(ids({ session: child }), ['session-2', 'session-1']);
  assert.deepEqual(ids({ session: child, rootSessionId: 'session-0' }), ['session-2', 'session-0']);
  assert.deepEqual(ids({ session: { ...child, parent: { sessionId: 'session-1', relation: 'fork' } } }), ['session-2', 'session-2']);
});

test('the resource', () => {
  assert.deepEqual(genAi.toResource(newContext({ project: 'tracks' })), {
    'service.name': 'kiro',
    'service.version': '2.4.0',
    'openinference.project.name': 'tracks',
    'spoor.session.cwd': '/home/ada/project',
  });
  assert.deepEqual(genAi.toResource(newContext({ session: { agent: 'kiro', sessionId: 's' } })), { 'service.name': 'kiro' });
});

test('content none: no text of any kind leaves, nor paths, commands, purposes and error messages', () => {
  const context = newContext({ sharing: { content: toContentPolicy('none') } });
  const all = [genAi.toResource({ ...context, session: shareSession(context.session, context.sharing) }), ...turn.map((span) => render(genAi, span, context))];
  const text = JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  for (const word of ['parser', 'Done.', 'lexer', 'I read', 'a.ts', '/home/ada', 'npm test', 'to fix it', '1 test failed', 'SKILL.md']) {
    assert.ok(!text.includes(word), word);
  }
  assert.deepEqual(rendered('a3', { sharing: context.sharing }).attributes['spoor.file.operations'], ['edit', 'create']);
  assert.deepEqual(rendered('a4', { sharing: context.sharing }).status, { code: 2 });
});

test('content preview: the first 200 code points and an ellipsis', () => {
  const long = '👋'.repeat(201);
  const cut = `${'👋'.repeat(200)}…`;
  const span = newSpan('tool', {
    outcome: 'error',
    values: {
      shellCommand: long,
      toolPurpose: long,
      files: [{ path: long, operation: 'read' }, { path: 'short', operation: 'read' }],
      errorMessage: long,
    },
    content: { toolArguments: long, toolResult: '👋'.repeat(200), prompt: long },
  });
  const { attributes, status } = render(genAi, span, newContext({ sharing: { content: toContentPolicy('preview') } }));
  assert.equal(attributes['gen_ai.tool.call.arguments'], cut);
  assert.equal(attributes['gen_ai.tool.call.result'], '👋'.repeat(200));
  assert.equal(attributes['process.command_line'], cut);
  assert.equal(attributes['spoor.tool.purpose'], cut);
  assert.deepEqual(attributes['spoor.file.paths'], [cut, 'short']);
  assert.equal(attributes['gen_ai.input.messages'], messages({ role: 'user', parts: [{ type: 'text', content: cut }] }));
  assert.equal(status.message, cut);
});

test('each kind of text has its own level', () => {
  const content = { ...toContentPolicy('none'), reasoning: 'full', toolResult: 'full' } as const;
  const reasoning = { role: 'assistant', parts: [{ type: 'reasoning', content: 'It must be the lexer.' }], finish_reason: 'tool_use' };
  assert.equal(rendered('a2', { sharing: { content } }).attributes['gen_ai.output.messages'], messages(reasoning));
  const tool = rendered('a3', { sharing: { content } }).attributes;
  assert.deepEqual([tool['gen_ai.tool.call.result'], tool['gen_ai.tool.call.arguments']], ['ok', undefined]);
});

test('dialects are found by name', () => {
  for (const dialect of dialects) assert.equal(findDialect(dialect.name), dialect);
  assert.equal(findDialect('gen-ai'), genAi);
  assert.equal(findDialect('morse'), undefined);
});
