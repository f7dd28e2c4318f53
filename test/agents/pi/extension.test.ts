/** Our extension as pi runs it: loaded into a process, told events with their context, with a hook command that keeps what it is given. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { toPluginText } from '#spoor/agents/in-process-plugin.ts';
import { EXTENSION_BODY } from '#spoor/agents/pi/extension-body.ts';
import { isHeadless } from '#spoor/agents/pi/is-headless.ts';
import { parsePayload } from '#spoor/agents/pi/payload.ts';
import type { Fact } from '#spoor/core/fact.ts';

const AT = 1_790_000_000_000;
const SESSION = '01a10000-0000-7000-8000-0000000000aa';

/** Calls every listener as pi does; one that returns something, or throws, is a fault. */
const HOST = `
const [, , extension, events] = process.argv;
const { readFileSync } = await import('node:fs');
const listeners = {};
(await import(extension)).default({ on: (name, listener) => (listeners[name] = listener) });
const context = { cwd: '/home/ann/pond', mode: 'print', sessionManager: { getSessionId: () => '${SESSION}' } };
for (const event of JSON.parse(readFileSync(events, 'utf8'))) {
  const answer = await listeners[event.type]?.(event, event.context === null ? undefined : context);
  if (answer !== undefined) throw new Error(event.type + ' answered');
}
process.exit(0);
`;

function run(t: TestContext, events: readonly unknown[], command?: string): Fact[] {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-pi-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  writeFileSync(join(folder, 'spoor.ts'), toPluginText({ hookCommand: command ?? `cat > '${kept}'/$$`, title: 'pi', body: EXTENSION_BODY }));
  writeFileSync(join(folder, 'host.mjs'), HOST);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'events.json'), JSON.stringify(events));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'host.mjs'), join(folder, 'spoor.ts'), join(folder, 'events.json')], { timeout: 20_000, encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  return readdirSync(kept).flatMap((name) => {
    const payload = readFileSync(join(kept, name), 'utf8');
    const event: HookEvent = { agent: 'pi', key: name, payload, truncated: false, at: { unixNano: BigInt(Date.now()) * 1_000_000n, source: 'hook' }, order: 1, env: {} };
    const { value = [], problems } = parsePayload(event);
    assert.deepEqual(problems, []);
    // Of the words that it was started with, pi leaves its name alone.
    assert.equal(isHeadless(event, [['pi']]), true);
    return value;
  });
}

const user = (text: string): object => ({ type: 'message_end', message: { role: 'user', content: [{ type: 'text', text }], timestamp: AT } });
const TURN = [
  { type: 'session_start', reason: 'startup' },
  { type: 'before_agent_start', prompt: 'mend' },
  { type: 'message_end', message: { role: 'system' } },
  user('mend'),
  { type: 'message_end', message: { role: 'assistant', content: [] } },
  { type: 'tool_execution_start', toolCallId: 'c1', toolName: 'bash', args: { command: 'ls' } },
  user('and hurry'),
  { type: 'tool_execution_end', toolCallId: 'c1', toolName: 'bash', result: { content: [{ type: 'text', text: 'blocked by the gate' }], details: {} }, isError: true },
  { type: 'tool_execution_end', toolCallId: 'c2', toolName: 'mcp__the_sky__look', result: { content: [{ type: 'text', text: 'x'.repeat(100_000) }], details: { server: 'the-sky', tool: 'look' } }, isError: false, durationMs: 7 },
  { type: 'agent_settled', aborted: false },
  { type: 'session_shutdown', reason: 'quit' },
];

test('a turn is told: its prompt, not what steers it, its calls with their verdicts, and its end', (t) => {
  const facts = run(t, TURN);
  assert.deepEqual(facts.map(({ type }) => type), ['session.seen', 'turn.started', 'tool.started', 'tool.ended', 'tool.ended', 'turn.ended']);
  const [seen, started, , blocked, looked] = facts;
  assert.deepEqual([seen?.sessionId, seen?.type === 'session.seen' && seen.cwd], [SESSION, '/home/ann/pond']);
  assert.deepEqual([started?.type === 'turn.started' && started.prompt, started?.at?.unixNano], ['mend', BigInt(AT) * 1_000_000n]);
  assert.deepEqual(blocked?.type === 'tool.ended' && [blocked.result.outcome, blocked.tool?.input], ['denied', { command: 'ls' }]);
  assert.deepEqual(looked?.type === 'tool.ended' && looked.result, { outcome: 'ok', durationNano: 7_000_000n, mcpServer: 'the-sky', mcpTool: 'look' });
});

test('odd events, and a hook command that fails, harm nobody', (t) => {
  assert.deepEqual(run(t, [{ type: 'message_end' }, { type: 'tool_execution_end', context: null }, { type: 'agent_settled', context: null }]).filter(({ type }) => type !== 'session.seen'), []);
  for (const command of ['exit 2', 'kill -9 $$', '/nonexistent']) assert.deepEqual(run(t, TURN, command), []);
});

test('the mode tells whether a person is there, and else the words', () => {
  const event = (payload: object): HookEvent => ({ agent: 'pi', key: 'k', payload: JSON.stringify(payload), truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 1, env: {} });
  const inMode = (mode?: unknown): HookEvent => event({ events: [{ type: 'session', sessionID: SESSION }, { type: 'prompt', sessionID: SESSION, mode }] });
  assert.deepEqual(['print', 'json', 'rpc', 'tui'].map((mode) => isHeadless(inMode(mode), [['pi']])), [true, true, true, false]);
  const words = (...own: string[]): boolean => isHeadless(inMode(), [['sh', '-c', 'x'], own]);
  assert.deepEqual([words('node', '/usr/bin/pi', '-p', 'x'), words('pi', '--mode=json'), words('pi'), words()], [true, true, false, false]);
  assert.equal(isHeadless({ ...event({}), payload: '{"events":' }, []), false);
});
