import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Span } from '#spoor/core/span.ts';
import { toTraceBatch } from '#spoor/otlp/to-trace-batch.ts';
import { cloudWatch } from '#spoor/semconv/cloudwatch.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import type { RenderedSpan } from '#spoor/semconv/dialect.ts';
import { newContext, newSpan, render } from './sample-spans.ts';

const ENVELOPE = 'eeeeeeeeeeeeeeee';

/** What the pages find a span by. */
const everywhere = {
  'gen_ai.system': 'aws.bedrock.agentcore', 'gen_ai.agent.name': 'kiro_default', 'gen_ai.conversation.id': 'session-1', 'gen_ai.session.id': 'session-1', 'session.id': 'session-1',
  'spoor.agent': 'kiro', 'spoor.turn.index': 0n,
};

const turn = newSpan('agent', {
  parentSpanId: ENVELOPE, isFlat: true, endUnixNano: newSpan('agent').startUnixNano + 2_500_000n,
  values: { provider: 'anthropic', requestModel: 'm', turnUsage: { inputTokens: 30, outputTokens: 4, cacheReadTokens: 20 }, answerBytes: 5 },
  content: { prompt: 'one\r\n  two', answer: 'short' }, outcome: 'error',
});

test('a turn is its prompt, a moment, and its end, which has its id, its outcome and the sums of its requests', () => {
  const [prompt, complete, ...more] = cloudWatch.toSpans(turn, newContext());
  assert.equal(more.length, 0);
  assert.ok(prompt && complete);
  const { spanId, ...rest } = prompt;
  assert.match(spanId ?? '', /^[0-9a-f]{16}$/);
  assert.deepEqual(rest, { name: 'user.prompt', kind: 1, status: { code: 0 }, parentSpanId: ENVELOPE, endUnixNano: turn.startUnixNano, withoutEvents: true, attributes: { ...everywhere, 'prompt.preview': 'one two' } });
  assert.deepEqual(complete, {
    name: 'turn.complete', kind: 1, status: { code: 2 }, startUnixNano: turn.endUnixNano,
    attributes: {
      ...everywhere, 'duration_ms': 2.5, 'response.length': 5n, 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 30n, 'gen_ai.usage.output_tokens': 4n, 'gen_ai.usage.cache_read.input_tokens': 20n, 'error.type': '_OTHER', 'spoor.outcome': 'error', 'spoor.provenance.times': 'hook',
    },
  });
});

test('in a trace of its own a turn is a span that holds both, and an error counts once', () => {
  const { isFlat: _isFlat, parentSpanId: _parent, ...alone } = turn;
  const [prompt, complete, own] = cloudWatch.toSpans(alone, newContext());
  assert.deepEqual([prompt, complete, own].map((span) => [span?.name, span?.parentSpanId, span?.status.code]), [['user.prompt', turn.spanId, 0], ['turn.complete', turn.spanId, 0], ['turn', undefined, 2]]);
  assert.equal(new Set([prompt?.spanId, complete?.spanId, turn.spanId]).size, 3);
  assert.deepEqual([complete?.attributes['gen_ai.usage.input_tokens'], own?.attributes['gen_ai.usage.input_tokens'], own?.attributes['duration_ms']], [30n, undefined, 2.5]);
});

test('a turn that still runs is not complete; requests to models have no spans', () => {
  assert.deepEqual(cloudWatch.toSpans({ ...turn, endUnixNano: undefined }, newContext()).map(({ name }) => name), ['user.prompt']);
  assert.deepEqual(cloudWatch.toSpans(newSpan('chat', { values: { usage: { inputTokens: 1 } } }), newContext()), []);
});

test('a subagent is one span with its own sums', () => {
  const session = { agent: 'kiro', sessionId: 'session-2', parent: { sessionId: 'session-1', relation: 'subagent' as const } };
  const { name, attributes } = render(cloudWatch, newSpan('agent', { sessionId: 'session-2', parentSpanId: '00000000000000c1', values: { agentName: 'scout', turnUsage: { inputTokens: 7 } }, content: { prompt: 'Go' } }), newContext({ session }));
  assert.equal(name, 'subagent.scout');
  assert.deepEqual([attributes['gen_ai.usage.input_tokens'], attributes['prompt.preview'], attributes['session.id'], attributes['gen_ai.conversation.id']], [7n, 'Go', 'session-1', 'session-2']);
});

test('calls, skills, waits and servers: only a call has a tool’s name', () => {
  const told = (kind: Span['kind'], values: Span['values']): unknown[] => {
    const { name, attributes } = render(cloudWatch, newSpan(kind, { values }), newContext());
    return [name, attributes['tool.name'], attributes['tool.success'], attributes['duration_ms']];
  };
  assert.deepEqual(told('tool', { toolName: 'fs_read' }), ['tool.fs_read', 'fs_read', 'true', 1]);
  assert.deepEqual(told('tool', { toolName: 'fs_read', skillName: 'release' }), ['skill.release', 'fs_read', 'true', 1]);
  assert.deepEqual(told('tool', { toolName: '@tracker/list', mcpServer: 'tracker', mcpTool: 'list' }), ['tool.list', 'list', 'true', 1]);
  assert.deepEqual(told('tool', {}), ['tool.unknown', undefined, 'true', 1]);
  assert.deepEqual(told('permission', { toolName: 'fs_read' }), ['permission.fs_read', undefined, undefined, 1]);
  assert.deepEqual(told('mcp', { mcpTool: 'list' }), ['mcp.list', undefined, undefined, 1]);
  assert.deepEqual(told('session', {}), ['session', undefined, undefined, 1]);
});

test('success is said in words', () => {
  const told = (outcome: Outcome): unknown => render(cloudWatch, newSpan('tool', { outcome }), newContext()).attributes['tool.success'];
  assert.deepEqual((['ok', 'error', 'timeout', 'denied', 'cancelled', 'unknown'] as const).map(told), ['true', 'false', 'false', 'false', 'false', 'unknown']);
});

test('the resource: what an account is needed for comes from the destination, and wins', () => {
  const resource = { 'cloud.resource_id': 'arn:aws:bedrock-agentcore:us-west-2:111122223333:runtime/x' };
  assert.deepEqual(cloudWatch.toResource(newContext({ serviceName: 'otter', resource })), {
    'service.name': 'otter', 'service.version': '2.4.0', 'aws.log.group.names': '/aws/bedrock-agentcore/runtimes/otter', 'aws.service.type': 'gen_ai_agent', 'session.id': 'session-1', 'spoor.session.cwd': '/home/ada/project', ...resource,
  });
  assert.equal(cloudWatch.toResource(newContext({ resource: { 'aws.log.group.names': 'aws/spans' } }))['aws.log.group.names'], 'aws/spans');
  assert.equal(cloudWatch.toResource(newContext({ rootSessionId: 'session-0' }))['session.id'], 'session-0');
});

/** Through the door that every span leaves by. */
function wireOf(span: Span, level: 'none' | 'preview' | 'full'): RenderedSpan['attributes'][] {
  const batch = toTraceBatch([{ span, context: newContext({ sharing: { content: toContentPolicy(level) } }) }], cloudWatch);
  return batch.resourceSpans.flatMap(({ spans }) => spans).map(({ attributes }) => attributes);
}

test('of a prompt only its beginning leaves, of an answer only its length, whatever may', () => {
  const { answerBytes: _bytes, ...values } = turn.values;
  const long = { ...turn, values, content: { prompt: 'p'.repeat(300), answer: 'ö'.repeat(300) } };
  const previews = (['none', 'preview', 'full'] as const).map((level) => wireOf(long, level).map((attributes) => attributes['prompt.preview'] ?? attributes['response.length']));
  assert.deepEqual(previews, [[undefined, 600n], [`${'p'.repeat(200)}…`, 600n], [`${'p'.repeat(200)}…`, 600n]]);
});
