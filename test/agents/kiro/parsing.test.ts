import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { kiroHistory } from '#spoor/agents/kiro/history.ts';
import { toMetered } from '#spoor/agents/kiro/metering.ts';
import { parsePayload } from '#spoor/agents/kiro/payload.ts';
import { parseRecord } from '#spoor/agents/kiro/v2/records.ts';
import { parseSidecar, toSidecarFacts } from '#spoor/agents/kiro/v2/sidecar.ts';
import { parseToolRequest } from '#spoor/agents/kiro/tools.ts';

function event(payload: unknown, env: Record<string, string> = {}): HookEvent {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { agent: 'kiro', key: 'k1', payload: text, truncated: false, at: { unixNano: 5n, source: 'hook' }, order: 7, env };
}

test('a tool hook becomes a fact with its files, purpose and alias-free name', () => {
  const { value, problems } = parsePayload(
    event({ hook_event_name: 'preToolUse', session_id: 'mole', cwd: '/x', tool_name: 'fs_read', tool_input: { operations: [{ mode: 'Line', path: 'a/.kiro/skills/tax-return/SKILL.md' }], __tool_use_purpose: 'to file taxes' } }),
  );
  assert.deepEqual(problems, []);
  const fact = value?.[1];
  assert.equal(fact?.type, 'tool.started');
  assert.ok(fact?.type === 'tool.started');
  assert.equal(fact.tool.canonicalName, 'read');
  assert.equal(fact.tool.name, 'fs_read');
  assert.equal(fact.tool.skillName, 'tax-return');
  assert.equal(fact.tool.purpose, 'to file taxes');
  assert.deepEqual(fact.tool.files, [{ path: 'a/.kiro/skills/tax-return/SKILL.md', operation: 'read' }]);
});

test('a subagent is known by the session id that differs from the environment', () => {
  const seen = (env: Record<string, string>) => parsePayload(event({ hook_event_name: 'agentSpawn', session_id: 'child', cwd: '/x' }, env)).value?.[0];
  const child = seen({ KIRO_SESSION_ID: 'parent' });
  assert.deepEqual(child?.type === 'session.seen' && child.parent, { sessionId: 'parent', relation: 'subagent' });
  const own = seen({ KIRO_SESSION_ID: 'child' });
  assert.equal(own?.type === 'session.seen' && own.parent, undefined);
});

test('a payload without a session id takes it from the environment, else is a problem', () => {
  const payload = { hook_event_name: 'stop', cwd: '/x', assistant_response: 'bye' };
  assert.equal(parsePayload(event(payload, { KIRO_SESSION_ID: 'env-id' })).value?.[1]?.sessionId, 'env-id');
  assert.deepEqual(parsePayload(event(payload)).problems.map((problem) => problem.code), ['no-session-id']);
});

test('MCP names of both spellings are one tool', () => {
  const hook = parseToolRequest('@deals/find_price', { a: 1 });
  const history = parseToolRequest('deals___find_price', { a: 1 }, 't1');
  assert.equal(hook.canonicalName, history.canonicalName);
  assert.deepEqual([history.mcpServer, history.mcpTool, history.name], ['deals', 'find_price', 'deals___find_price']);
});

test('a non-zero exit is a success of the tool with its exit code beside it', () => {
  const line = { version: 'v1', kind: 'ToolResults', data: { message_id: 'm', content: [], results: { t1: { tool: null, result: { Success: { items: [{ Json: { exit_status: 'exit status: 3', stdout: '', stderr: 'x' } }] } } } } } };
  const fact = parseRecord(JSON.stringify(line), { sessionId: 's', order: 0 }).facts[0];
  assert.ok(fact?.type === 'tool.ended');
  assert.equal(fact.result.outcome, 'ok');
  assert.equal(fact.result.exitCode, 3);
});

test('errors and cancellations of tools keep the agent\'s own verdict', () => {
  const results = { a: { result: { Error: { Custom: 'no such file' } } }, b: { result: 'Cancelled' } };
  const { facts } = parseRecord(JSON.stringify({ kind: 'ToolResults', data: { message_id: 'm', content: [], results } }), { sessionId: 's', order: 0 });
  assert.deepEqual(facts.map((fact) => fact.type === 'tool.ended' && [fact.callId, fact.result.outcome, fact.result.errorType]), [['a', 'error', 'Custom'], ['b', 'cancelled', undefined]]);
});

test('an unknown record kind is a problem that names it', () => {
  const { facts, problems } = parseRecord('{"version":"v1","kind":"Teleport","data":{}}', { sessionId: 's', order: 4 });
  assert.deepEqual(facts, []);
  assert.deepEqual(problems, [{ code: 'unknown-record', detail: 'kind "Teleport"' }]);
});

test('turn metadata gives credits a request, the window and the reason', () => {
  const root = {
    session_id: 's', cwd: '/w', updated_at: '2026-03-01T10:00:09.5Z',
    session_state: {
      rts_model_state: { model_info: { model_id: 'heron-2', context_window_tokens: 9000 } },
      conversation_metadata: {
        user_turn_metadatas: [
          { message_ids: ['p', 'a'], end_reason: 'ToolUseRejected', turn_duration: { secs: 2, nanos: 500_000_000 }, end_timestamp: '2026-03-01T10:00:09.123456789Z', metering_usage: [{ value: 0.5, unit: 'credit' }, { value: 0.25 }], input_token_count: 0 },
        ],
      },
    },
  };
  const sidecar = parseSidecar(JSON.stringify(root)).value;
  assert.ok(sidecar);
  const { facts } = toSidecarFacts(sidecar, 's');
  const end = facts.find((fact) => fact.type === 'turn.ended');
  assert.ok(end?.type === 'turn.ended');
  assert.deepEqual(end.requestCredits, [0.5, 0.25]);
  assert.deepEqual(end.metered, [{ value: 0.5, unit: 'credit' }, { value: 0.25 }]);
  assert.equal(end.reason, 'cancelled');
  assert.equal(end.endedAt, 1772359209123456789n);
  assert.equal(end.startedAt, 1772359206623456789n);
  assert.deepEqual(facts.find((fact) => fact.type === 'model.seen')?.key, 'model:p:heron-2');
});

test('tokens of a turn count where Kiro counts any', () => {
  const told = (counts: object): unknown => {
    const sidecar = parseSidecar(JSON.stringify({ session_state: { conversation_metadata: { user_turn_metadatas: [{ message_ids: ['p'], ...counts }] } } })).value ?? assert.fail();
    const end = toSidecarFacts(sidecar, 's').facts.find((fact) => fact.type === 'turn.ended');
    return end?.type === 'turn.ended' ? end.turnUsage : undefined;
  };
  assert.deepEqual(told({ input_token_count: 1234, output_token_count: 567 }), { inputTokens: 1234, outputTokens: 567 });
  assert.deepEqual(told({ input_token_count: 7, output_token_count: 0 }), { inputTokens: 7 });
  assert.deepEqual([told({ input_token_count: 0, output_token_count: 0 }), told({}), told({ input_token_count: -3, output_token_count: 'x' })], [undefined, undefined, undefined]);
});

test('what was metered is handed on as figures and units, and as nothing else', () => {
  const entries = [{ usage: 0.25, unit: 'credit', unitPlural: 'credits', usedTools: ['shell'] }, { value: 1, unit: 'a text of somebody', note: 'x' }, { unit: 'credit' }, 'x'];
  assert.deepEqual(toMetered(entries), [{ value: 0.25, unit: 'credit', unitPlural: 'credits' }, { value: 1 }]);
  for (const nothing of [undefined, [], {}, [{ value: -1 }], Array.from({ length: 501 }, () => ({ value: 1 }))]) assert.equal(toMetered(nothing), undefined);
});

test('credits are counted only where every request was metered in credits', () => {
  const told = (metering: unknown) => {
    const sidecar = parseSidecar(JSON.stringify({ session_state: { conversation_metadata: { user_turn_metadatas: [{ message_ids: ['p'], metering_usage: metering }] } } })).value;
    assert.ok(sidecar);
    const { facts, problems } = toSidecarFacts(sidecar, 's');
    const end = facts.find((fact) => fact.type === 'turn.ended');
    return { credits: end?.type === 'turn.ended' ? end.requestCredits : undefined, problems };
  };
  assert.deepEqual(told([{ value: 0, unit: 'Credit' }]), { credits: [0], problems: [] });
  assert.deepEqual(told([]), { credits: undefined, problems: [] });
  assert.deepEqual(told([{ value: 1, unit: 'credit' }, { unit: 'credit' }]), { credits: undefined, problems: [] });
  const foreign = told([{ value: 1, unit: 'credit' }, { value: 12, unit: 'cent' }]);
  assert.deepEqual(foreign, { credits: undefined, problems: [{ code: 'unknown-metering-unit', detail: 'metering_usage in "cent"' }] });
});

test('what a change of the context does not tell stays absent', () => {
  for (const kind of ['ResetTo', 'Compaction']) {
    const [fact] = parseRecord(JSON.stringify({ version: 'v1', kind, data: {} }), { sessionId: 's', order: 0 }).facts;
    assert.deepEqual(fact?.type === 'context.changed' && fact.attributes, {});
  }
});

test('no text whatever makes a parser throw', () => {
  const kinds = fc.constantFrom('Prompt', 'AssistantMessage', 'ToolResults', 'Compaction', 'ResetTo', 'CancelledPrompt', 'Clear', 'Odd');
  fc.assert(
    fc.property(kinds, fc.json(), fc.string(), (kind, data, text) => {
      for (const line of [`{"kind":"${kind}","data":${data}}`, data, text]) {
        parseRecord(line, { sessionId: 's', order: 0 });
        const sidecar = parseSidecar(line).value;
        if (sidecar) toSidecarFacts(sidecar, 's');
        parsePayload(event(line));
        parsePayload(event(`{"hook_event_name":"preToolUse","session_id":"s","tool_name":"read","tool_input":${data},"tool_response":${data}}`));
        parsePayload(event(`{"hook_event_name":"postToolUse","session_id":"s","tool_name":"subagent","tool_input":{"stages":${data}},"tool_response":{"items":${data}}}`));
      }
    }),
    { numRuns: 500 },
  );
});

test('history is found by id, and an id that is a path finds nothing', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-kiro-'));
  t.after(() => rmSync(home, { recursive: true }));
  const folder = join(home, '.kiro', 'sessions', 'cli');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, 'secret.jsonl'), '{"kind":"Prompt","data":{"message_id":"x","content":[]}}\n');
  writeFileSync(join(folder, 'abc.jsonl'), '{"kind":"Prompt","data":{"message_id":"x","content":[]}}\n{"kind":"Assis');
  symlinkSync(home, join(folder, 'folder.jsonl'));
  const environment = { home, env: {}, platform: 'linux' as const };
  assert.equal(kiroHistory.find(environment, '../../../secret'), undefined);
  assert.equal(kiroHistory.find(environment, 'folder'), undefined);
  const source = kiroHistory.find(environment, 'abc');
  assert.ok(source);
  const { facts, problems } = kiroHistory.read(source);
  assert.deepEqual(facts.map((fact) => fact.type), ['session.seen', 'turn.started']);
  assert.deepEqual(problems, [], 'a last line that is being written is no problem');
  assert.deepEqual(kiroHistory.discover(environment).sources.map((found) => found.sessionId), ['abc']);
});

test('a line of a broken record in the middle is a problem, its neighbours stay', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-kiro-'));
  t.after(() => rmSync(home, { recursive: true }));
  const prompt = (id: string): string => `{"kind":"Prompt","data":{"message_id":"${id}","content":[{"kind":"text","data":"a\u2028b"}]}}`;
  writeFileSync(join(home, 'abc.jsonl'), [prompt('1'), '{"kind":', prompt('2'), ''].join('\n'));
  const source = kiroHistory.discover({ env: {}, platform: 'linux' }, home).sources[0];
  assert.ok(source);
  const { facts, problems } = kiroHistory.read(source);
  assert.deepEqual(facts.flatMap((fact) => (fact.type === 'turn.started' ? [[fact.messageId, fact.prompt]] : [])), [['1', 'a\u2028b'], ['2', 'a\u2028b']]);
  assert.deepEqual(problems.map((problem) => problem.code), ['bad-json']);
});
