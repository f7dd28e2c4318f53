/** The spans that only some destinations get. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { genAi } from '#spoor/semconv/gen-ai.ts';
import { newContext, newSpan, render } from './sample-spans.ts';

test('a session’s own span: who, with which model, and how it ended; it is no operation and of no turn', () => {
  const span = newSpan('session', { values: { provider: 'kiro', requestModel: 'auto' }, provenance: { times: 'hook', model: 'session' } });
  assert.deepEqual(render(genAi, span, newContext({ serviceName: 'kiro-cli', userId: 'ada' })), {
    name: 'agent_session kiro-cli',
    kind: 1,
    status: { code: 0 },
    attributes: {
      'gen_ai.provider.name': 'kiro',
      'gen_ai.system': 'kiro',
      'gen_ai.conversation.id': 'session-1',
      'session.id': 'session-1',
      'user.id': 'ada',
      'gen_ai.agent.name': 'kiro_default',
      'gen_ai.request.model': 'auto',
      'spoor.agent': 'kiro',
      'spoor.outcome': 'ok',
      'spoor.provenance.times': 'hook',
      'spoor.provenance.model': 'session',
    },
  });
});

test('a request to an MCP server: the server’s names, and nothing that would count the call twice', () => {
  const span = newSpan('mcp', { outcome: 'error', values: { toolName: '@weather/get_forecast', mcpServer: 'weather', mcpTool: 'get_forecast', errorType: 'tool_error', errorMessage: 'no sky' } });
  const { name, kind, status, attributes } = render(genAi, span, newContext());
  assert.deepEqual([name, kind, status], ['tools/call get_forecast', 3, { code: 2, message: 'no sky' }]);
  assert.deepEqual([attributes['mcp.method.name'], attributes['mcp.server.name'], attributes['mcp.tool.name'], attributes['error.type']], ['tools/call', 'weather', 'get_forecast', 'tool_error']);
  assert.deepEqual(Object.keys(attributes).filter((key) => key.startsWith('gen_ai.tool') || key === 'gen_ai.operation.name'), []);
  assert.deepEqual(render(genAi, span, newContext({ sharing: { content: toContentPolicy('none') } })).status, { code: 2 });
});
