/** Cursor runs the hooks that stand in Claude Code's settings, and refuses each call for which one of them says nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { isOwnCommand } from '#spoor/agents/own-command.ts';
import { parsePayload } from '#spoor/agents/claude-code/payload.ts';
import { toPluginFiles } from '#spoor/agents/claude-code/install-plugin.ts';
import { answeringCursor } from '#spoor/agents/claude-code/cursor-answer.ts';
import { homeAt } from '#spoor/config/home.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { createInstallStage } from './install-stage.ts';

const SHELLS = ['/bin/sh', '/bin/dash', '/bin/bash', '/usr/bin/zsh', '/bin/zsh', '/usr/bin/fish'].filter((path) => existsSync(path));

test('to Cursor the hook says {}, with a shim and without one; to Claude Code nothing', (t) => {
  const stage = createInstallStage(t);
  stage.install();
  const commands = Object.values(stage.settings().hooks ?? {}).flatMap((groups) => (groups ?? []).flatMap(({ hooks }) => hooks.map(({ command }) => command ?? '')));
  assert.equal(new Set(commands).size, 1);
  const run = (shell: string, env: Record<string, string>): string => execFileSync(shell, ['-c', commands[0] ?? ''], { env: { PATH: process.env.PATH ?? '', HOME: stage.user, ...env }, input: '{}', encoding: 'utf8' });
  for (const shell of SHELLS) {
    assert.equal(run(shell, { CURSOR_VERSION: '3.18.25' }), '{}\n', shell);
    assert.equal(run(shell, {}), '', shell);
  }
});

test('the hook of an older version, which said nothing, is ours: it gets the answer, and goes with the others', (t) => {
  const stage = createInstallStage(t);
  const old = { hooks: { Stop: [{ hooks: [{ type: 'command', timeout: 5, command: stage.hookCommand }] }] } };
  stage.put('.claude/settings.json', JSON.stringify(old));
  stage.install();
  const stops = stage.settings().hooks?.Stop ?? [];
  assert.deepEqual(stops.flatMap(({ hooks }) => hooks.map(({ command }) => command)), [stage.command]);
  stage.uninstall();
  assert.doesNotMatch(stage.read(), /hooks\/claude-code/);
});

test('on Windows and in a plugin, too', () => {
  const command = toHookCommand(homeAt('C:/Users/ann/.spoor'), 'claude-code', 'win32');
  const { hookCommand } = answeringCursor({ hookCommand: command });
  assert.match(hookCommand, /^node -e if\(process\.env\.CURSOR_VERSION\)try\{/);
  assert.doesNotMatch(hookCommand.slice('node -e '.length), /[\s"&|<>^%]/);
  assert.ok(isOwnCommand(hookCommand, command, 'claude-code') && isOwnCommand(command, hookCommand, 'claude-code'));
  assert.ok(!isOwnCommand(hookCommand.replaceAll('claude-code', 'gemini'), command, 'claude-code'));
  assert.match(toPluginFiles(hookCommand)['hooks/hooks.json'] ?? '', /CURSOR_VERSION/);
});

test('what Cursor tells it makes no session of Claude Code', () => {
  const payload = JSON.stringify({ conversation_id: 'c1', session_id: 'c1', generation_id: 'g1', hook_event_name: 'PreToolUse', cursor_version: '3.18.25', tool_name: 'Shell', tool_input: { command: 'ls' } });
  const event = { agent: 'claude-code', key: 'k', payload, truncated: false, at: { unixNano: 1n, source: 'hook' as const }, order: 1, env: {} };
  assert.deepEqual(parsePayload(event), { value: [], problems: [] });
});

test('what Copilot CLI and VS Code tell the hook of Claude Code\'s settings is dropped', () => {
  const payload = { hook_event_name: 'PreToolUse', session_id: 's1', cwd: '/p', tool_name: 'Bash', tool_input: { command: 'ls' } };
  const parse = (more: object, env: Record<string, string> = {}): string[] | undefined =>
    parsePayload({ agent: 'claude-code', key: 'k', payload: JSON.stringify({ ...payload, ...more }), truncated: false, at: { unixNano: 1n, source: 'hook' }, order: 0, env }).value?.map(({ type }) => type);
  assert.deepEqual(parse({ timestamp: '2026-11-21T00:29:04.605Z' }), []);
  assert.deepEqual(parse({}), ['session.seen', 'tool.started']);
  assert.deepEqual(parse({ timestamp: '2026-11-21T00:29:04.605Z' }, { CLAUDE_CODE_SESSION_ID: 's1' }), ['session.seen', 'tool.started']);
});
