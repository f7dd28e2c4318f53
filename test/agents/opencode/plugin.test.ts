/** Our plugin as OpenCode runs it: loaded into a process, told events, with a hook command that keeps what it is given. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { HookEvent } from '#spoor/agents/agent.ts';
import { isHeadless } from '#spoor/agents/opencode/is-headless.ts';
import { parsePayload } from '#spoor/agents/opencode/payload.ts';
import { toPluginText } from '#spoor/agents/in-process-plugin.ts';
import { PLUGIN_BODY } from '#spoor/agents/opencode/plugin-body.ts';
import type { Fact } from '#spoor/core/fact.ts';

const AT = 1_790_000_000_000;

/** Loads the plugin, tells it the events as a host would, and ends: by its own end, at once, or with `dispose`. */
const HOST = `
const [, , plugin, events, end] = process.argv;
const { readFileSync } = await import('node:fs');
const module = await import(plugin);
if (Object.keys(module).length !== 1) throw new Error('one export');
const hooks = await module.Spoor({ directory: '/home/ann/pond' });
for (const event of JSON.parse(readFileSync(events, 'utf8'))) {
  if (event?.command) await hooks['command.execute.before'](event);
  else await hooks.event({ event });
}
if (end === 'dispose') await hooks.dispose();
if (end !== 'by itself') process.exit(0);
`;

interface Told {
  calls: number;
  events: Record<string, unknown>[];
}

function run(t: TestContext, events: readonly unknown[], { end = 'at once', command, words = [] }: { end?: string; command?: string; words?: string[] } = {}): Told {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-host-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  writeFileSync(join(folder, 'spoor.js'), toPluginText({ hookCommand: command ?? `cat > '${kept}'/$$`, title: 'OpenCode', body: PLUGIN_BODY }));
  writeFileSync(join(folder, 'host.mjs'), HOST);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'events.json'), JSON.stringify(events));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'host.mjs'), join(folder, 'spoor.js'), join(folder, 'events.json'), end, ...words], { timeout: 20_000, encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  const payloads = readdirSync(kept).map((name) => (JSON.parse(readFileSync(join(kept, name), 'utf8')) as { events: Record<string, unknown>[] }).events);
  return { calls: payloads.length, events: payloads.flat() };
}

function factsOf(events: readonly unknown[]): Fact[] {
  const { value = [], problems } = parsePayload({ agent: 'opencode', key: 'k', payload: JSON.stringify({ events }), truncated: false, at: { unixNano: BigInt(AT + 100_000) * 1_000_000n, source: 'hook' }, order: 1, env: {} });
  assert.deepEqual(problems, []);
  return value;
}

const S = 'ses_1';
const part = (messageID: string, values: object): object => ({ type: 'message.part.updated', properties: { sessionID: S, part: { id: 'prt', sessionID: S, messageID, ...values } } });
const message = (info: object): object => ({ type: 'message.updated', properties: { sessionID: S, info: { sessionID: S, ...info } } });
const tool = (messageID: string, status: string, more: object = {}): object => part(messageID, { type: 'tool', callID: 'c1', tool: 'bash', state: { status, input: { command: 'ls' }, time: { start: AT + 5, ...(status === 'running' ? {} : { end: AT + 9 }) }, ...more } });

const TURN = [
  { type: 'session.created', properties: { info: { id: S, directory: '/home/ann/pond', version: '1.18.33', title: 'x' } } },
  { command: 'mend', sessionID: S, arguments: '' },
  message({ id: 'msg_1', role: 'user', agent: 'build', time: { created: AT } }),
  part('msg_1', { type: 'text', text: 'context', synthetic: true }),
  part('msg_1', { type: 'text', text: 'mend it' }),
  part('msg_1', { type: 'text', text: 'mend it, again told' }),
  message({ id: 'msg_2', role: 'assistant', parentID: 'msg_1', time: { created: AT + 2 } }),
  { type: 'message.part.delta', properties: { sessionID: S, delta: 'x' } },
  tool('msg_2', 'pending'), tool('msg_2', 'running'), tool('msg_2', 'running', { metadata: { output: 'a' } }),
  { type: 'permission.asked', properties: { id: 'per_1', sessionID: S, permission: 'bash', tool: { messageID: 'msg_2', callID: 'c1' } } },
  { type: 'permission.replied', properties: { sessionID: S, requestID: 'per_1', reply: 'reject' } },
  tool('msg_2', 'error', { error: 'The user rejected permission to use this specific tool call.' }),
  { type: 'session.status', properties: { sessionID: S, status: { type: 'idle' } } },
  { type: 'session.idle', properties: { sessionID: S } },
];

for (const end of ['dispose', 'at once', 'by itself']) {
  test(`a turn is told once, each thing in its time, when the host leaves: ${end}`, (t) => {
    const { events, calls } = run(t, TURN, { end });
    assert.equal(calls, 1);
    assert.deepEqual(events.map(({ type }) => type), ['session', 'prompt', 'prompt', 'tool', 'asked', 'answered', 'tool', 'idle']);
    const facts = factsOf(events);
    assert.deepEqual(facts.filter(({ type }) => type !== 'session.seen').map((fact) => `${fact.type} ${fact.turnKey}`), [
      'turn.started msg_1', 'turn.started msg_1', 'tool.started msg_1', 'permission.asked msg_1', 'permission.answered msg_1', 'tool.ended msg_1', 'turn.ended msg_1',
    ]);
    const started = facts.findLast((fact) => fact.type === 'turn.started');
    assert.deepEqual([started?.prompt, started?.extra, started?.at?.unixNano], ['mend it', { 'opencode.agent': 'build', 'opencode.slash_command': 'mend' }, BigInt(AT) * 1_000_000n]);
    const ended = facts.find((fact) => fact.type === 'tool.ended');
    assert.deepEqual([ended?.callId, ended?.result.outcome, ended?.at?.unixNano], ['msg_2/c1', 'denied', BigInt(AT + 9) * 1_000_000n]);
    assert.equal(facts.find((fact) => fact.type === 'permission.answered')?.decision, 'denied');
  });
}

test('a subagent tells its parent, and what follows a compaction of its own stays in its turn', (t) => {
  const { events } = run(t, [
    ...TURN.slice(0, 7),
    { type: 'session.created', properties: { info: { id: 'ses_2', parentID: S, directory: '/home/ann/pond' } } },
    message({ id: 'msg_3', role: 'user', time: { created: AT + 3 } }),
    part('msg_3', { type: 'compaction', auto: true }),
    message({ id: 'msg_4', role: 'assistant', parentID: 'msg_3', time: { created: AT + 4 } }),
    tool('msg_4', 'running'),
    { type: 'session.error', properties: { sessionID: S, error: { name: 'MessageAbortedError' } } },
    { type: 'session.idle', properties: { sessionID: S } },
  ]);
  const facts = factsOf(events);
  assert.deepEqual(facts.find((fact) => fact.type === 'session.seen' && fact.sessionId === 'ses_2')?.type === 'session.seen' && facts.flatMap((fact) => (fact.type === 'session.seen' && fact.parent ? [fact.parent] : [])), [{ sessionId: S, relation: 'subagent' }]);
  assert.deepEqual(facts.flatMap((fact) => (fact.type === 'tool.started' ? [fact.turnKey] : [])), ['msg_1']);
  assert.deepEqual(facts.flatMap((fact) => (fact.type === 'turn.ended' ? [[fact.turnKey, fact.reason]] : [])), [['msg_1', 'cancelled']]);
});

test('odd events, and a hook command that fails, harm nobody', (t) => {
  const odd = [null, {}, { type: 1 }, { type: '__proto__', properties: {} }, { type: 'message.updated' }, { type: 'message.part.updated', properties: { part: null } }, { type: 'session.created', properties: {} }, { type: 'permission.replied', properties: {} }, { type: 'command', properties: null }, { type: 'session.error', properties: {} }];
  assert.deepEqual(run(t, odd).events, []);
  for (const command of ['exit 2', 'kill -9 $$', '/nonexistent']) assert.equal(run(t, TURN, { command }).calls, 0);
});

test('what a call holds beyond reason is left to the history', (t) => {
  const { events } = run(t, [...TURN.slice(0, 7), tool('msg_2', 'completed', { input: { command: 'x'.repeat(100_000) }, output: 'y'.repeat(100_000) })]);
  assert.ok(JSON.stringify(events).length < 5000);
});

test('it tells whether a person sits before it, and an older one is known by its words', (t) => {
  const event = (events: readonly unknown[]): HookEvent => ({ agent: 'opencode', key: 'k', payload: JSON.stringify({ events }), truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 1, env: {} });
  const told = (...words: string[]): boolean => isHeadless(event(run(t, TURN.slice(0, 1), { words }).events), []);
  assert.deepEqual([told('--log-level', 'INFO', 'run', 'look at the web'), told('serve'), told('web'), told()], [true, true, false, false]);
  const known = (...words: string[]): boolean => isHeadless(event([{ type: 'session', sessionID: S }]), [['sh', '-c', 'x'], words]);
  assert.deepEqual([known('/usr/bin/opencode', 'run', 'x'), known('opencode'), known()], [true, false, false]);
  assert.equal(isHeadless({ ...event([]), payload: '{' }, []), false);
});
