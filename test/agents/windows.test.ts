/** What agents run on Windows, run here: the node form of the hook behind Codex's `notify`, in plugins, and in PowerShell's text. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'smol-toml';
import { addNotify, hasNotify, removeNotify } from '#spoor/agents/codex/install-notify.ts';
import { toCopilotHooks, unwrap } from '#spoor/agents/copilot/install-hooks.ts';
import { parseNodeScript, toQuotedCommand, toWords, withVariable, withoutVariable } from '#spoor/agents/hook-command.ts';
import { toPluginText } from '#spoor/agents/in-process-plugin.ts';
import { isOwnCommand } from '#spoor/agents/own-command.ts';
import { toListedFile } from '#spoor/agents/listed-hooks.ts';
import { parseTomlText, type TomlText } from '#spoor/agents/toml-edit.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';
import type { Home } from '#spoor/config/home.ts';
import { readShimState } from '#spoor/doctor/shim-state.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';

const ENVIRONMENT = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

function createSpoorHome(t: TestContext, agent: string): { home: Home; command: string; root: string } {
  const root = mkdtempSync(join(tmpdir(), 'spoor-windows-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const home = homeAt(join(root, 'a b'));
  createHome(home);
  saveShim(home, { agent, version: '1.0.0', node: process.execPath, entry: [join(root, 'gone')], platform: 'win32' });
  return { home, command: toHookCommand(home, agent, 'win32'), root };
}

/** Code of a host that runs until the first of what it told is in the spool. */
function waitForEvent({ spool }: Home): string {
  return `const { readdirSync } = await import('node:fs');
for (const end = Date.now() + 20_000; readdirSync(${JSON.stringify(spool)}).length === 0 && Date.now() < end; ) await new Promise(setImmediate);
`;
}

function toToml(text: string): TomlText {
  const toml = parseTomlText(Buffer.from(text));
  return 'reason' in toml ? assert.fail(toml.reason) : toml;
}

test("Codex's notify: the event is the last word, and the program that was there runs behind with the same words", (t) => {
  const { home, command, root } = createSpoorHome(t, 'codex');
  const theirs = ['node', '-e', `require("fs").writeFileSync(${JSON.stringify(join(root, 'theirs'))}, process.argv.slice(1).join("|"))`, '--', 'a b', '-title'];
  const former = toToml(`notify = ${JSON.stringify(theirs)} # mine\nmodel = "m"\n`);
  const added = addNotify(former, command) ?? assert.fail();
  assert.equal(hasNotify(added, command), true);
  assert.equal(addNotify(added, command)?.text, added.text);
  const [program = '', ...words] = (parse(added.text) as { notify: string[] }).notify;
  const payload = '{"type":"agent-turn-complete","x":"ü \\" %"}';
  const { status, stdout, stderr } = spawnSync(program, [...words, payload], { env: ENVIRONMENT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  assert.deepEqual(readSpool(home).events.map((event) => event.payload), [payload]);
  assert.equal(readFileSync(join(root, 'theirs'), 'utf8'), `a b|-title|${payload}`);
  assert.equal(removeNotify(added, command, former).text, former.text);
  const other = toHookCommand(homeAt('/home/ann/.spoor'), 'codex', 'win32');
  assert.equal(hasNotify(addNotify(former, other) ?? assert.fail(), command), true, "another home's is ours, too");
  const alone = addNotify(toToml('a = 1\n'), command) ?? assert.fail();
  assert.equal(removeNotify(alone, command).text, 'a = 1\n');
});

test('a plugin hands over what it is told without a shell, while its host runs and when it ends', (t) => {
  const { home, command, root } = createSpoorHome(t, 'pi');
  writeFileSync(join(root, 'plugin.mjs'), toPluginText({ hookCommand: command, title: 'pi', body: `tell({ n: 1 });\n${waitForEvent(home)}tell({ n: 2 });\nprocess.exit(0);\n` }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'plugin.mjs')], { env: ENVIRONMENT, encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  const told = readSpool(home).events.flatMap(({ payload }) => (payload === '' ? [] : (JSON.parse(payload) as { events: { n: number }[] }).events.map(({ n }) => n)));
  assert.deepEqual([...new Set(told)].toSorted((a, b) => a - b), [1, 2]);
});

test("Copilot's entries stand under its key for PowerShell, which leaves with 0 whatever happens", () => {
  const command = toHookCommand(homeAt('C:/Users/ada/.spoor'), 'copilot', 'win32');
  const { hooks } = toListedFile(toCopilotHooks(command)) as { hooks: Record<string, Record<string, unknown>[]> };
  assert.deepEqual(hooks.Stop, [{ type: 'command', powershell: `try { ${toQuotedCommand(command)} } catch { }; exit 0`, timeoutSec: 3 }]);
  const named = unwrap(String(hooks.SubagentStart?.[0]?.powershell));
  assert.equal(named, toQuotedCommand(withVariable(command, 'SPOOR_HOOK_EVENT', 'SubagentStart')));
  assert.equal(withoutVariable(named, 'SPOOR_HOOK_EVENT'), command);
});

test('node commands are known as ours bare or quoted, from any home, and nobody else\'s are', () => {
  const [ours, other] = ['C:/Users/ada/.spoor', 'D:/x y/.spoor'].map((root) => toHookCommand(homeAt(root), 'gemini', 'win32'));
  for (const value of [ours, other].flatMap((text) => [text, toQuotedCommand(text ?? '')])) assert.equal(isOwnCommand(value ?? '', ours ?? '', 'gemini'), true, value);
  for (const value of ['node -e "0"', "node -e try{require('C:/x/hooks/qwen-code.cjs')}catch(e){process.stdin.resume()}", "node -e require('C:/x/hooks/gemini.cjs')"]) assert.equal(isOwnCommand(value, ours ?? '', 'gemini'), false, value);
  assert.equal(parseNodeScript('[ -x a ] && . a'), undefined);
  assert.deepEqual(toWords('true'), ['/bin/sh', '-c', 'true']);
});

test('doctor looks at the one file: whole, without its program, gone', (t) => {
  const { home } = createSpoorHome(t, 'kiro');
  assert.match(readShimState(home, 'kiro', 'win32').startFault ?? '', /gone is not there/);
  saveShim(home, { agent: 'kiro', version: '1.0.0', node: process.execPath, entry: [process.execPath], platform: 'win32', isEnvOnly: true });
  assert.deepEqual(readShimState(home, 'kiro', 'win32'), { path: join(home.hooks, 'kiro.cjs'), isEnvOnly: true, otherVersion: '1.0.0' });
  rmSync(join(home.hooks, 'kiro.cjs'));
  assert.match(readShimState(home, 'kiro', 'win32').fault ?? '', /kiro\.cjs is not there/);
});
