/** Sessions of every agent in every dialect: what holds whatever is written. */
import assert from 'node:assert/strict';
import { before, after, describe, test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { toExportBatch } from '#spoor/cli/export-session.ts';
import type { ContentPolicy } from '#spoor/core/sharing.ts';
import type { Span } from '#spoor/core/span.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import type { Dialect } from '#spoor/semconv/dialect.ts';
import { dialects } from '#spoor/semconv/index.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { playEveryAgent } from '../support/every-agent.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';

let traced: TracedHome;
before(async () => {
  traced = createTracedHome({ hooked: true });
  await playEveryAgent(traced, ['mcp-lynx', 'subagent-wolf', 'denied-badger']);
});
after(() => traced.close());

interface Shape {
  trace: 'turn' | 'session';
  mcpSpan: 'merged' | 'child';
}

const SHAPES: Shape[] = [{ trace: 'turn', mcpSpan: 'merged' }, { trace: 'session', mcpSpan: 'merged' }, { trace: 'session', mcpSpan: 'child' }];

/** Every session of the home with what it is on the wire. */
function exportAll(dialect: Dialect, shape: Shape, content: ContentPolicy): { line: string; spans: WireSpan[]; stored: Span[] }[] {
  return traced.store.listSessions({}).map((session) => {
    const line = toOtlpJson(toExportBatch(traced.store, session, { dialect, ...shape, settings: { sharing: { content } } }) ?? { resourceSpans: [] });
    const { value, problems } = parseOtlpJson(line);
    assert.deepEqual(problems, []);
    return { line, spans: value?.resourceSpans.flatMap((group) => group.spans) ?? [], stored: traced.store.readSpans(session.agent, session.sessionId) };
  });
}

test('every agent is there', () => {
  assert.deepEqual([...new Set(traced.store.listSessions({}).map(({ agent }) => agent))].sort(), agents.map(({ id }) => id).sort());
});

for (const dialect of dialects) {
  for (const shape of SHAPES) {
    describe(`${dialect.name}, one trace a ${shape.trace}, MCP spans ${shape.mcpSpan}`, () => {
      test('each id once in its trace, every parent there, no end before its beginning', () => {
        for (const { spans, stored } of exportAll(dialect, shape, toContentPolicy('full'))) {
          const ids = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
          assert.equal(ids.size, spans.length);
          assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
          assert.deepEqual(spans.filter(({ traceId, parentSpanId }) => parentSpanId !== undefined && !ids.has(`${traceId} ${parentSpanId}`)).map(({ name }) => name), []);
          const turns = stored.filter(({ kind, parentSpanId }) => kind === 'agent' && parentSpanId === undefined).length;
          assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === undefined).length, shape.trace === 'session' ? 1 : turns);
          assert.ok(spans.every(({ startUnixNano, endUnixNano }) => startUnixNano <= endUnixNano));
        }
      });

      test('no text leaves that may not', () => {
        for (const { line, stored } of exportAll(dialect, shape, { ...toContentPolicy('none'), toolName: 'none' })) {
          const texts = stored.flatMap(({ content }) => Object.values(content)).flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
          // Words such as "fine" or "ls" stand in names of ours as well.
          for (const text of texts.filter(({ length }) => length > 8)) assert.ok(!line.includes(text), text);
          // Gemini CLI makes the ids of calls of the names of tools.
          const withoutIds = stored.reduce((text, { values }) => (values.toolCallId ? text.replaceAll(values.toolCallId, '') : text), line);
          for (const { toolName } of stored.map(({ values }) => values)) if (toolName && toolName.length > 8) assert.ok(!withoutIds.includes(toolName), toolName);
        }
      });
    });
  }
}

const numberOf = (span: WireSpan, name: string): number => Number(span.attributes[name] ?? 0);
const sumOf = (spans: readonly WireSpan[], name: string): number => spans.reduce((sum, span) => sum + numberOf(span, name), 0);
const TOKENS = [['inputTokens', 'gen_ai.usage.input_tokens', 'llm.token_count.prompt'], ['outputTokens', 'gen_ai.usage.output_tokens', 'llm.token_count.completion']] as const;

test('the tokens of a session add up to the same in every dialect, and no span has what a span below it has', () => {
  for (const dialect of dialects) {
    for (const { spans, stored } of exportAll(dialect, { trace: 'session', mcpSpan: 'merged' }, toContentPolicy('none'))) {
      for (const [count, genAi, openInference] of TOKENS) {
        const known = stored.reduce((sum, { values }) => sum + (values.usage?.[count] ?? 0), 0);
        const name = dialect.name === 'openinference' ? openInference : genAi;
        // Of a turn that tells its own sum and of no request what it used, the others have nothing to say.
        const untold = dialect.name === 'cloudwatch' ? stored.reduce((sum, { values, spanId }) => sum + (stored.some((span) => span.parentSpanId === spanId && span.values.usage) ? 0 : (values.turnUsage?.[count] ?? 0)), 0) : 0;
        assert.equal(sumOf(spans, name), known + untold, `${dialect.name} ${name}`);
      }
    }
  }
});

test('OpenInference: every turn has a request to count, and what no request told is no number of two', () => {
  for (const { spans } of exportAll(dialects.find(({ name }) => name === 'openinference') ?? assert.fail(), { trace: 'turn', mcpSpan: 'merged' }, toContentPolicy('full'))) {
    for (const turn of spans.filter((span) => span.attributes['openinference.span.kind'] === 'AGENT')) {
      const requests = spans.filter((span) => span.parentSpanId === turn.spanId && span.attributes['openinference.span.kind'] === 'LLM');
      assert.ok(requests.length > 0, turn.name);
      assert.ok(requests.filter((span) => span.attributes['spoor.synthetic']).length <= (requests.length === 1 ? 1 : 0));
      assert.ok(!Object.keys(turn.attributes).some((name) => name.startsWith('llm.token_count')));
    }
  }
});
