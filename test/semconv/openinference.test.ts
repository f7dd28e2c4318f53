import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import type { RenderContext, RenderedSpan } from '#spoor/semconv/dialect.ts';
import { toVendor } from '#spoor/semconv/openinference-models.ts';
import { openInference } from '#spoor/semconv/openinference.ts';
import { shareSpan } from '#spoor/semconv/share.ts';
import { newContext, newSpan, render, turn } from './sample-spans.ts';

/** The sample span with this id, rendered. */
function rendered(id: string, some: Partial<RenderContext> = {}): RenderedSpan {
  return render(openInference, turn.find((span) => span.spanId.endsWith(id)) ?? assert.fail(), newContext(some));
}

/** What is on every span of the sample turn. */
const everywhere = { 'session.id': 'session-1', 'agent.name': 'kiro_default', 'spoor.agent': 'kiro', 'spoor.outcome': 'ok', 'spoor.turn.index': 3n, 'spoor.provenance.times': 'hook' };

test('a turn of Kiro', () => {
  assert.deepEqual(rendered('a1', { userId: 'ada', attributes: { team: 'tools' } }), {
    name: 'Turn 4',
    kind: 1,
    status: { code: 0 },
    attributes: {
      ...everywhere,
      'openinference.span.kind': 'AGENT',
      'agent.name': 'spoor-traced',
      'input.value': 'Fix the “parser”\n👋',
      'input.mime_type': 'text/plain',
      'output.value': 'Done.',
      'output.mime_type': 'text/plain',
      'llm.model_name': 'claude-sonnet-4.5',
      'llm.provider': 'kiro',
      'llm.system': 'anthropic',
      'kiro.cost.credits': 0.75,
      'kiro.turn_duration_ms': 8900n,
      'kiro.agent_name': 'spoor-traced',
      'kiro.context_usage_percentage': 12.5,
      'user.id': 'ada',
      'team': 'tools',
      'spoor.turn.credits': 0.75,
      'spoor.turn.model_requests': 2n,
      'spoor.context.usage_percent': 12.5,
      'spoor.context.window_tokens': 200_000n,
      'spoor.own_duration_nano': 8_900_000_000n,
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
    name: 'LLM: claude-sonnet-4.5',
    kind: 3,
    status: { code: 0 },
    attributes: {
      ...everywhere,
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'claude-sonnet-4.5',
      'llm.provider': 'kiro',
      'llm.system': 'anthropic',
      'llm.finish_reason': 'tool_use',
      'llm.token_count.prompt': 1200n,
      'llm.token_count.completion': 80n,
      'llm.token_count.total': 1280n,
      'llm.token_count.prompt_details.cache_read': 1000n,
      'llm.token_count.prompt_details.cache_write': 100n,
      'llm.token_count.completion_details.reasoning': 30n,
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.contents.0.message_content.type': 'reasoning',
      'llm.output_messages.0.message.contents.0.message_content.text': 'It must be the lexer.',
      'llm.output_messages.0.message.contents.1.message_content.type': 'text',
      'llm.output_messages.0.message.contents.1.message_content.text': 'I read the file.',
      'output.value': 'I read the file.',
      'output.mime_type': 'text/plain',
      'spoor.credits': 1,
      'spoor.provenance.times': 'transcript',
      'spoor.provenance.model': 'transcript',
      'spoor.provenance.usage': 'transcript',
      'spoor.provenance.credits': 'transcript',
    },
  });
});

test('a tool: its purpose is its description, and stands there alone', () => {
  assert.deepEqual(rendered('a3'), {
    name: 'Tool: fs_write',
    kind: 1,
    status: { code: 0 },
    attributes: {
      ...everywhere,
      'openinference.span.kind': 'TOOL',
      'tool.name': 'fs_write',
      'tool.id': 'tooluse_1',
      'tool.description': 'to fix it',
      'tool.parameters': '{"path":"a.ts"}',
      'input.value': '{"path":"a.ts"}',
      'input.mime_type': 'application/json',
      'output.value': 'ok',
      'output.mime_type': 'text/plain',
      'spoor.tool.batch_size': 2n,
      'spoor.file.paths': ['/home/ada/project/a.ts', 'b.ts'],
      'spoor.file.operations': ['edit', 'create'],
      'spoor.file.result': 'ok',
    },
  });
});

test('a skill is a tag', () => {
  const { attributes } = rendered('a6');
  assert.deepEqual([attributes['tag.tags'], attributes.metadata], [['skill:release'], '{"skill":"release"}']);
});

test('waits, servers and envelopes are CHAIN: each call is one TOOL', () => {
  const kinds = (['agent', 'chat', 'tool', 'permission', 'mcp', 'session'] as const).map((kind) => {
    const { name, attributes } = render(openInference, newSpan(kind, { values: { toolName: 'look', mcpTool: 'look' } }), newContext());
    assert.equal(attributes['tool.name'], kind === 'tool' ? 'look' : undefined);
    return [name, attributes['openinference.span.kind']];
  });
  assert.deepEqual(kinds, [['Turn 1', 'AGENT'], ['LLM', 'LLM'], ['Tool: look', 'TOOL'], ['Permission: look', 'CHAIN'], ['MCP: look', 'CHAIN'], ['Session', 'CHAIN']]);
});

test('a subagent’s run has its name, a tool without one none', () => {
  const session = { agent: 'kiro', sessionId: 'session-2', parent: { sessionId: 'session-1', relation: 'subagent' as const } };
  const context = newContext({ session });
  assert.equal(render(openInference, newSpan('agent', { sessionId: 'session-2', values: { agentName: 'scout' } }), context).name, 'Agent: scout');
  assert.equal(render(openInference, newSpan('tool', { sessionId: 'session-2' }), context).name, 'Tool');
});

test('costs are what was charged; the parts of the prompt add up', () => {
  const told = (values: Span['values']): Record<string, unknown> => Object.fromEntries(Object.entries(render(openInference, newSpan('chat', { values }), newContext()).attributes).filter(([name]) => name.startsWith('llm.cost.')));
  assert.deepEqual(told({ cost: { usd: 0.6, inputUsd: 0.1, cacheReadUsd: 0.2, outputUsd: 0.3 } }), {
    'llm.cost.total': 0.6, 'llm.cost.prompt': 0.3, 'llm.cost.completion': 0.3,
    'llm.cost.prompt_details.input': 0.1, 'llm.cost.prompt_details.cache_read': 0.2, 'llm.cost.completion_details.output': 0.3,
  });
  assert.deepEqual(told({ cost: { usd: 0.5 } }), { 'llm.cost.total': 0.5 });
  assert.deepEqual(told({ equivalentCost: { usd: 0.5 } }), {});
});

test('a total is told where both counts are', () => {
  const { attributes } = render(openInference, newSpan('chat', { values: { usage: { inputTokens: 3 } } }), newContext());
  assert.deepEqual([attributes['llm.token_count.prompt'], attributes['llm.token_count.total']], [3n, undefined]);
});

test('what is called JSON can be parsed', () => {
  const mimeOf = (toolResult: string): unknown => render(openInference, newSpan('tool', { content: { toolResult } }), newContext()).attributes['output.mime_type'];
  assert.deepEqual(['{"a":1}', '[1]', ' {} ', '{"a":1', '[ERROR] x]', '7', 'text'].map(mimeOf), ['application/json', 'application/json', 'application/json', 'text/plain', 'text/plain', 'text/plain', 'text/plain']);
});

test('a turn without requests brings one that stands for them, marked, with the turn’s own numbers', () => {
  const chatless = newSpan('agent', { values: { chatCount: 0, provider: 'openai', requestModel: 'gpt-5', usage: { inputTokens: 10, outputTokens: 2 } }, content: { prompt: 'Hi', answer: 'Ho' }, outcome: 'error' });
  const [standIn, own, ...more] = openInference.toSpans(chatless, newContext());
  assert.equal(more.length, 0);
  assert.ok(standIn && own);
  assert.match(standIn.spanId ?? '', /^[0-9a-f]{16}$/);
  assert.equal(standIn.parentSpanId, chatless.spanId);
  assert.deepEqual([standIn.name, standIn.status, standIn.withoutEvents], ['LLM: gpt-5', { code: 0 }, true]);
  assert.deepEqual(standIn.attributes, {
    'openinference.span.kind': 'LLM', 'agent.name': 'kiro_default', 'spoor.synthetic': true,
    'llm.system': 'openai', 'llm.provider': 'openai', 'llm.model_name': 'gpt-5',
    'llm.token_count.prompt': 10n, 'llm.token_count.completion': 2n, 'llm.token_count.total': 12n,
    'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'Hi',
    'llm.output_messages.0.message.role': 'assistant', 'llm.output_messages.0.message.content': 'Ho',
    'input.value': 'Hi', 'input.mime_type': 'text/plain', 'output.value': 'Ho', 'output.mime_type': 'text/plain',
    'session.id': 'session-1', 'spoor.agent': 'kiro', 'spoor.turn.index': 0n, 'spoor.provenance.times': 'hook',
  });
  assert.ok(!Object.keys(own.attributes).some((name) => name.startsWith('llm.token_count')));
});

test('no stand-in where requests are known, where nobody counted them, or while the turn may still have some', () => {
  const count = (some: Partial<Span>): number => openInference.toSpans(newSpan('agent', some), newContext()).length;
  assert.deepEqual([count({ values: { chatCount: 1 } }), count({ values: {} }), count({ values: { chatCount: 0 }, final: false }), count({ values: { chatCount: 0 } })], [1, 1, 1, 2]);
});

test('nothing of a text that may not leave, on the stand-in either', () => {
  const context = newContext({ sharing: { content: toContentPolicy('none') } });
  const chatless = newSpan('agent', { values: { chatCount: 0 }, content: { prompt: 'secret word', answer: 'secret word' } });
  const all = [...turn, chatless].flatMap((span) => openInference.toSpans(shareSpan(span, context.sharing), context));
  const text = JSON.stringify(all, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  for (const word of ['secret word', 'parser', 'Done.', 'lexer', 'I read', 'a.ts', 'npm test', 'to fix it', '1 test failed', 'SKILL.md', 'mime_type']) assert.ok(!text.includes(word), word);
});

test('who serves a model and whose it is', () => {
  const told = (provider: string | undefined, requestModel?: string): unknown[] => {
    const { provider: host, system } = toVendor({ provider, requestModel });
    return [host, system];
  };
  assert.deepEqual(told('gcp.vertex_ai', 'claude-opus-4'), ['google', 'vertexai']);
  assert.deepEqual(told('aws.bedrock', 'us.anthropic.claude-sonnet-4-20250514-v1:0'), ['aws', 'anthropic']);
  assert.deepEqual(told('github', 'gpt-5.5'), ['github', 'openai']);
  assert.deepEqual(told('mistral_ai', 'devstral'), ['mistralai', 'mistralai']);
  assert.deepEqual(told('groq', 'llama-4'), ['groq', 'meta']);
  assert.deepEqual(told('gcp.gemini', 'gemini-3'), ['google', 'google']);
  assert.deepEqual(told('kiro', 'auto'), ['kiro', 'kiro']);
  assert.deepEqual(told('constructor'), ['constructor', 'constructor']);
  assert.deepEqual(told(undefined, 'gpt-5'), [undefined, undefined]);
});
