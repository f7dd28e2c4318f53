import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isHeadless } from '#spoor/agents/codex/is-headless.ts';
import { parsePatchFiles } from '#spoor/agents/codex/patch.ts';
import { mergeRun, parseOutput, parseRun } from '#spoor/agents/codex/results.ts';
import { toToolRequest } from '#spoor/agents/codex/tools.ts';
import type { HookEvent } from '#spoor/agents/agent.ts';

const request = (name: string, input: unknown, namespace?: string): ReturnType<typeof toToolRequest> => toToolRequest({ name, input, namespace, scope: 's', nativeCallId: 'c' });

test('shells of every version: the command line, without the shell around it', () => {
  const calls: [string, unknown, string | undefined][] = [
    ['exec_command', { cmd: 'ls -l', workdir: '/p' }, 'ls -l'],
    ['shell', { command: ['bash', '-lc', 'ls | wc'] }, 'ls | wc'],
    ['shell', { command: ['/usr/bin/zsh', '-c', 'ls'] }, 'ls'],
    ['shell', { command: ['git', 'log', '-1'] }, 'git log -1'],
    ['shell_command', { command: 'make' }, 'make'],
    ['local_shell', { action: { type: 'exec', command: ['ls', 'x'] } }, 'ls x'],
    ['Bash', { command: 'ls' }, 'ls'],
    ['container.exec', { cmd: '' }, undefined],
    ['exec_command', 'no json', undefined],
  ];
  for (const [name, input, expected] of calls) {
    const { canonicalName, shellCommand } = request(name, input);
    assert.deepEqual([canonicalName, shellCommand], ['shell', expected], name);
  }
});

test('names: subagents bare, MCP with server and tool, other namespaces in front', () => {
  assert.equal(request('spawn_agent', {}, 'collaboration').name, 'spawn_agent');
  assert.equal(request('collaborationspawn_agent', {}).name, 'spawn_agent');
  assert.equal(request('multi_agent_v1wait_agent', {}).name, 'wait_agent');
  assert.equal(request('add', {}, 'mcp__pond').name, 'mcp__pond__add');
  assert.deepEqual([request('mcp__big_pond__get__fish', {}).mcpServer, request('mcp__big_pond__get__fish', {}).mcpTool], ['big_pond', 'get__fish']);
  assert.equal(request('lookup', {}, 'maps').name, 'maps__lookup');
});

test('files of patches, wherever they stand', () => {
  const patch = '*** Begin Patch\r\n*** Add File: a b.txt\r\n+x\r\n*** Update File: c.ts\n*** Move to: d.ts\n@@\n*** Delete File: e\n*** End Patch';
  const expected = [{ path: 'a b.txt', operation: 'create' }, { path: 'c.ts', operation: 'edit' }, { path: 'd.ts', operation: 'create' }, { path: 'e', operation: 'delete' }];
  assert.deepEqual(parsePatchFiles(patch), expected);
  assert.deepEqual(request('apply_patch', patch).files, expected);
  assert.deepEqual(request('apply_patch', { input: patch }).files, expected);
  assert.deepEqual(request('apply_patch', { command: patch }).files, expected);
  assert.deepEqual(request('exec_command', { cmd: `apply_patch <<'EOF'\n${patch}\nEOF` }).files, expected);
  assert.deepEqual(parsePatchFiles('*** Add File: nothing'), []);
  assert.deepEqual(request('view_image', { path: 'x.png' }).files, [{ path: 'x.png', operation: 'read' }]);
});

test('reading the file of a skill names the skill', () => {
  const { skillName, skillPath } = request('exec_command', { cmd: "sed -n 1,20p '/home/dev/.codex/skills/.system/swim/SKILL.md'" });
  assert.deepEqual([skillName, skillPath], ['swim', '/home/dev/.codex/skills/.system/swim/SKILL.md']);
  assert.equal(request('exec_command', { cmd: 'ls skills' }).skillName, undefined);
});

test('a text tells the verdict where the agent wrote one, and nothing by what the program wrote', () => {
  const verdicts: [unknown, string, number | undefined][] = [
    ['Wall time: 0.1 seconds\nProcess exited with code 0\nOutput:\nerror: all is well', 'ok', 0],
    ['Exit code: 3\nWall time: 0 seconds\nOutput:\n', 'error', 3],
    ['{"output":"x","metadata":{"exit_code":127}}', 'error', 127],
    ['Wall time: 1.0 seconds\nProcess running with session ID 5\nOutput:\nProcess exited with code 9', 'ok', undefined],
    ['aborted by user after 2.1s', 'cancelled', undefined],
    ['Wall time: 3.4 seconds\naborted by user', 'cancelled', undefined],
    ['exec command rejected by user', 'denied', undefined],
    ['patch rejected by user', 'denied', undefined],
    ['user rejected MCP tool call', 'denied', undefined],
    ['exec_command failed: CreateProcess { message: "Rejected(`/bin/bash -lc rm` rejected: policy forbids commands starting with `rm`)" }', 'denied', undefined],
    ['exec_command failed: CreateProcess { message: "Rejected(`rm heron` rejected: herons are protected)" }', 'denied', undefined],
    [`exec_command failed: CreateProcess { message: "Rejected(\\"\`echo ${'heron '.repeat(60)}`, 'denied', undefined],
    ['`rm heron` rejected: blocked by policy', 'denied', undefined],
    ['exec_command failed: CreateProcess { message: "No such file or directory" }', 'error', undefined],
    ['unsupported call: fly', 'error', undefined],
    ['apply_patch verification failed: no such file', 'error', undefined],
    [{ content: 'x', success: false }, 'error', undefined],
    [[{ type: 'input_text', text: 'Script failed\nWall time 0.2 seconds' }, { type: 'input_image', image_url: 'data:' }], 'error', undefined],
    ['Plan updated', 'ok', undefined],
    ['', 'ok', undefined],
  ];
  for (const [output, outcome, exitCode] of verdicts) {
    const result = parseOutput(output);
    assert.deepEqual([result.outcome, result.exitCode], [outcome, exitCode], JSON.stringify(output));
  }
});

test("the record of a run is the agent's verdict", () => {
  const runs: [Record<string, unknown>, string | undefined][] = [
    [{ status: 'completed', exit_code: 0 }, 'ok'], [{ status: 'failed', exit_code: 3 }, 'error'], [{ status: 'declined', exit_code: -1 }, 'denied'], [{ status: 'failed', exit_code: -1 }, 'error'],
    [{ exit_code: 1 }, 'error'], [{ success: true }, 'ok'], [{ success: false }, 'error'], [{ status: 'in_progress' }, undefined],
    [{ result: { Ok: { content: [], is_error: true } } }, 'error'], [{ result: { Ok: { content: [] } } }, 'ok'], [{ result: { Err: 'gone' } }, 'error'], [{}, undefined],
  ];
  for (const [values, outcome] of runs) assert.equal(parseRun(values).outcome, outcome, JSON.stringify(values));
  const run = parseRun({ status: 'failed', exit_code: 2, duration: { secs: 1, nanos: 5 }, aggregated_output: 'x' });
  assert.deepEqual(mergeRun({ outcome: 'ok', output: 'seen' }, run), { outcome: 'error', output: 'seen', exitCode: 2, durationNano: 1_000_000_005n, errorMessage: 'seen' });
  assert.equal(parseRun({ exit_code: 0, duration: { secs: 0, nanos: 13_860 } }).durationNano, 0n, 'no process is that quick');
  assert.equal(mergeRun(parseOutput('Exit code: 0\nWall time: 1.5 seconds\nOutput:\n'), parseRun({ status: 'completed' })).durationNano, 1_500_000_000n);
  assert.equal(mergeRun(parseOutput('Wall time: 2.0000 seconds\nOutput:\n'), parseRun({ exit_code: 0, duration: { secs: 0, nanos: 5 } })).durationNano, 2_000_000_000n);
  assert.equal(parseOutput(`Wall time: ${'9'.repeat(400)} seconds\nOutput:\n`).durationNano, undefined, 'no number is that large');
  assert.deepEqual(mergeRun(undefined, undefined), { outcome: 'unknown' });
});

test('nobody sits before `codex exec`', () => {
  const event: HookEvent = { agent: 'codex', key: 'k', payload: '{}', truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 1, env: {} };
  const runs: [string[], boolean][] = [
    [['codex', 'exec', 'hello'], true], [['/usr/bin/codex', 'e', 'x'], true], [['node', '/opt/codex.js', '-m', 'gpt', 'exec', '--json'], true], [['codex-linux', '-c', 'a=b', 'exec'], true],
    [['codex'], false], [['codex', 'exec the plan'], false], [['codex', 'resume', 'exec'], false], [['codex', '--model', 'exec'], false], [['bash', 'exec'], false],
  ];
  for (const [words, expected] of runs) assert.equal(isHeadless(event, [['sh', '-c', 'x'], words]), expected, words.join(' '));
  assert.equal(isHeadless(event, []), false);
});

test('of a Codex that is gone, its rollout says by which door it was entered', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'spoor-codex-door-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'sessions', '2026', '11', '21');
  mkdirSync(folder, { recursive: true });
  const enter = (id: string, meta: object): HookEvent => {
    writeFileSync(join(folder, `rollout-2026-11-21T07-08-09-${id}.jsonl`), `${JSON.stringify({ timestamp: '2026-11-21T07:08:09Z', type: 'session_meta', payload: { id, ...meta } })}\n`);
    return { agent: 'codex', key: 'k', payload: JSON.stringify({ session_id: id }), truncated: false, at: { unixNano: 0n, source: 'hook' }, order: 1, env: { CODEX_HOME: home } };
  };
  const gone = enter('01a1fb93-6589-77f7-b0c9-5afba40d69e0', { originator: 'codex_exec', source: 'exec', base_instructions: { text: 'x'.repeat(9000) } });
  assert.equal(isHeadless(gone, []), true);
  assert.equal(isHeadless(gone, [['codex', 'resume']]), false);
  assert.equal(isHeadless(enter('01a1fb93-6589-77f7-b0c9-5afba40d69e1', { originator: 'codex-tui', source: 'cli' }), []), false);
  assert.equal(isHeadless({ ...gone, payload: JSON.stringify({ session_id: '../../etc/passwd' }) }, []), false);
  assert.equal(isHeadless({ ...gone, payload: 'torn' }, []), false);
});
