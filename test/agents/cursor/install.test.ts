/** Our hooks in Cursor's hook file, over the files that people may have, and what Cursor reads from them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import { toAnsweringCommand } from '#spoor/agents/cursor/hook-answer.ts';
import { cursorInstaller as installer } from '#spoor/agents/cursor/install.ts';
import { withoutAnswer } from '#spoor/agents/hook-command.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { createInstallerStage, type InstallerStage } from '../installer-stage.ts';
import { BROKEN, PLAIN } from '../settings-configurations.ts';
import { CONFIGURATIONS, spell } from './install-configurations.ts';

const FILE = '.cursor/hooks.json';
const EVENTS = ['sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'subagentStart', 'subagentStop', 'afterAgentThought', 'afterAgentResponse', 'preCompact', 'stop', 'sessionEnd'];

type HookFile = { version?: number; hooks?: Record<string, unknown> | null };

function createStage(t: TestContext): InstallerStage {
  return createInstallerStage(t, { agent: 'cursor', installer });
}

function toValue(text: string): HookFile {
  return parse(text.replace('\ufeff', ''), [], { allowTrailingComma: true }) as HookFile;
}

function listOf(text: string, event: string): unknown[] {
  const list = toValue(text).hooks?.[event];
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** What stands in a file beside our own entries, and the version that we add. */
function others(text: string): string {
  const { hooks, version: _, ...more } = toValue(text);
  const lists = Object.entries(hooks ?? {}).map(([event, list]) => [event, Array.isArray(list) ? list.filter((entry) => !JSON.stringify(entry).includes('/hooks/cursor')) : list] as const);
  return JSON.stringify({ ...more, hooks: Object.fromEntries(lists.filter(([, list]) => Array.isArray(list) && list.length > 0)) });
}

for (const [what, text] of CONFIGURATIONS) {
  test(`${what}: our hooks come in, others stay, install again changes nothing, uninstall restores every byte`, (t) => {
    const stage = createStage(t);
    stage.put(FILE, text);
    assert.equal(stage.install().refusal, undefined);
    const after = stage.read(FILE);
    assert.equal(toValue(after).version, 1);
    for (const event of EVENTS) assert.deepEqual(listOf(after, event).filter((entry) => JSON.stringify(entry).includes('/hooks/cursor')), [{ command: `echo '{}'; ${stage.command}`, timeout: 3 }], event);
    assert.equal(others(after), others(text), "others' words");
    assert.deepEqual(installer.installedIn(stage.request().environment, stage.command), [join(stage.user, FILE)]);
    assert.deepEqual(stage.install().edits, []);
    stage.uninstall();
    assert.equal(stage.read(FILE), text);
    assert.deepEqual(installer.installedIn(stage.request().environment, stage.command), []);
  });

  test(`${what}: edited since, only ours goes`, (t) => {
    const stage = createStage(t);
    stage.put(FILE, text);
    stage.install();
    stage.put(FILE, `${stage.read(FILE)}\n`);
    stage.uninstall();
    assert.equal(others(stage.read(FILE)), others(text));
    assert.ok(!stage.read(FILE).includes('spoor'));
  });
}

for (const [what, text] of [...BROKEN.map(([name, content]) => [name, spell(content)] as const), ['another version', '{"version": 2, "hooks": {}}\n'] as const]) {
  test(`${what}: refused, with the reason, and not touched`, (t) => {
    const stage = createStage(t);
    stage.put(FILE, text);
    const { refusal, edits } = stage.install();
    assert.match(refusal ?? '', /hooks\.json (is|has|holds) .*It was left as it is/);
    assert.deepEqual(edits, []);
    assert.equal(stage.read(FILE), text);
  });
}

test('no file: one of our own, gone with its folder after uninstall', (t) => {
  const stage = createStage(t);
  assert.equal(installer.isPresent(stage.request().environment), false);
  stage.install();
  assert.deepEqual(Object.keys(toValue(stage.read(FILE)).hooks ?? {}), EVENTS);
  assert.equal(installer.isPresent(stage.request().environment), true);
  stage.uninstall();
  assert.equal(existsSync(join(stage.user, '.cursor')), false);
});

test('our own file with something added keeps that; one that was there stays, though empty', (t) => {
  const stage = createStage(t);
  stage.install();
  stage.put(FILE, stage.read(FILE).replace('"hooks": {', '"hooks": {\n    "beforeReadFile": [{ "command": "true" }],'));
  stage.uninstall();
  assert.deepEqual(toValue(stage.read(FILE)), { version: 1, hooks: { beforeReadFile: [{ command: 'true' }] } });
  stage.put(FILE, '{"version": 1, "hooks": {}}');
  stage.install();
  stage.put(FILE, `${stage.read(FILE)} `);
  stage.uninstall();
  assert.deepEqual(toValue(stage.read(FILE)), { version: 1, hooks: {} });
});

test('a link stays a link; a read-only file is refused', (t) => {
  const stage = createStage(t);
  stage.put('dotfiles/hooks.json', PLAIN);
  mkdirSync(dirname(join(stage.user, FILE)), { recursive: true });
  symlinkSync(join(stage.user, 'dotfiles/hooks.json'), join(stage.user, FILE));
  stage.install();
  assert.ok(lstatSync(join(stage.user, FILE)).isSymbolicLink());
  stage.uninstall();
  assert.equal(stage.read('dotfiles/hooks.json'), PLAIN);
  chmodSync(join(stage.user, 'dotfiles/hooks.json'), 0o444);
  assert.match(stage.install().refusal ?? '', /read-only/);
});

test('the hooks of another home of ours, or without the answer, are taken over; twins go', (t) => {
  const stage = createStage(t);
  const old = toHookCommand(homeAt('/home/ann/.spoor'), 'cursor');
  stage.put(FILE, JSON.stringify({ version: 1, hooks: { stop: [{ command: old }, { command: toAnsweringCommand(old), timeout: 9 }], preToolUse: [{ command: stage.command, failClosed: true }] } }, null, 2));
  assert.match(stage.states().join(), /no hook of spoor for sessionStart.*preToolUse, stop run the hook of another home/);
  assert.match(stage.states()[1] ?? '', /^attention .*"failClosed" is set .*preToolUse/);
  stage.install();
  assert.equal(listOf(stage.read(FILE), 'stop').length, 1);
  assert.ok(!stage.read(FILE).includes('/home/ann/.spoor'));
  assert.equal(stage.states()[0]?.startsWith('ok '), true);
});

test('a project has a file of its own', (t) => {
  const stage = createStage(t);
  assert.match(stage.install({ scope: 'project', folder: join(stage.user, 'pond') }).notes.join(), /trusted/);
  assert.deepEqual(readdirSync(stage.user).sort(), ['.spoor', 'pond']);
  assert.ok(existsSync(join(stage.user, 'pond/.cursor/hooks.json')));
  stage.uninstall();
  assert.equal(existsSync(join(stage.user, 'pond/.cursor')), false);
  assert.match(stage.install({ scope: 'project' }).refusal ?? '', /folder of the project/);
});

test('doctor: whole, missing, of another version, no home', (t) => {
  const stage = createStage(t);
  assert.match(stage.states().join(), /^broken .*no hook of spoor$/);
  stage.install();
  assert.match(stage.states().join(), /^ok .*all 12 hooks of spoor$/);
  assert.deepEqual(installer.readCommands?.(stage.request().environment, stage.command).map(({ command }) => command), [toAnsweringCommand(stage.command)]);
  stage.put(FILE, stage.read(FILE).replace('"sessionEnd"', '"sessionGone"').replace('"version": 1', '"version": 3'));
  assert.match(stage.states().join(), /^broken .*"version" is not 1.*no hook of spoor for sessionEnd/);
  assert.match(installer.plan({ ...stage.request(), environment: { env: {}, platform: 'linux' } }).refusal ?? '', /HOME/);
});

for (const shell of ['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh']) {
  test(`${shell}: each event is answered with an empty object, once, whatever is broken: nothing is allowed and nothing refused`, (t) => {
    if (spawnSync(shell, ['-c', 'true']).status !== 0) return t.diagnostic(`${shell} is not here`);
    const stage = createStage(t);
    const command = toAnsweringCommand(stage.command);
    const run = (env: Record<string, string> = {}): string => {
      const { status, stdout, stderr } = spawnSync(shell, ['-c', command], { input: JSON.stringify({ hook_event_name: 'preToolUse', conversation_id: 'c' }), env: { PATH: process.env.PATH, HOME: stage.user, ...env }, encoding: 'utf8' });
      return `${status} ${JSON.stringify(stdout)} ${stderr}`;
    };
    const answer = '0 "{}\\n" ';
    assert.equal(run(), answer, 'the shim is gone');
    createHome(stage.home);
    saveShim(stage.home, { agent: 'cursor', version: '0', node: '/bin/true', entry: ['/bin/true'], inherit: [] });
    assert.equal(run(), answer);
    assert.equal(run({ SPOOR_TRACE_ENABLED: 'false' }), answer);
    rmSync(stage.home.spool, { recursive: true });
    writeFileSync(stage.home.spool, '');
    assert.equal(run(), answer, 'no place to write');
  });
}

test('the answer is put in front, and taken off again, for node as for shells', () => {
  for (const command of ["[ -x '/h/.spoor/hooks/cursor' ] && . '/h/.spoor/hooks/cursor'", 'node -e try{x()}catch(e){}']) {
    assert.ok(toAnsweringCommand(command).includes("'{}'"));
    assert.equal(withoutAnswer(toAnsweringCommand(command)), command);
    assert.equal(withoutAnswer(command), command);
  }
});

test('the node form answers, too, and spools; it answers where it is gone', (t) => {
  const stage = createStage(t);
  const command = toAnsweringCommand(toHookCommand(stage.home, 'cursor', 'win32'));
  const run = (): string => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { input: '{"hook_event_name":"stop"}', encoding: 'utf8', env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } });
    return `${status ?? ''} ${JSON.stringify(stdout)} ${stderr}`;
  };
  assert.equal(run(), '0 "{}" ', 'it is gone');
  createHome(stage.home);
  saveShim(stage.home, { agent: 'cursor', version: '0', node: process.execPath, entry: [join(stage.user, 'gone')], platform: 'win32' });
  assert.equal(run(), '0 "{}" ');
  assert.deepEqual(readSpool(stage.home).events.map(({ payload }) => payload), ['{"hook_event_name":"stop"}']);
});
