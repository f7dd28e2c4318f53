import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { claudeCodeInstaller } from '#spoor/agents/claude-code/install.ts';
import { toHookEvents } from '#spoor/agents/claude-code/hook-events.ts';
import { CONFIGURATIONS } from './install-configurations.ts';
import { createInstallStage, SETTINGS, type Group, type InstallStage, type Settings } from './install-stage.ts';

const EVENTS = toHookEvents(undefined).map(({ event }) => event);

function ours({ command }: InstallStage): Group {
  return { hooks: [{ type: 'command', timeout: 10, command }] };
}

/** Everything of before is there, in its order; ours is last in each of its events. */
function assertMerged(stage: InstallStage, former: Settings, path?: string): void {
  const { hooks, ...rest } = stage.settings(path);
  const { hooks: formerHooks, ...formerRest } = former;
  assert.deepEqual(rest, formerRest);
  for (const event of EVENTS) assert.deepEqual(hooks?.[event], [...(formerHooks?.[event] ?? []), ours(stage)], event);
  for (const event of Object.keys(formerHooks ?? {}).filter((name) => !EVENTS.includes(name))) assert.deepEqual(hooks?.[event], formerHooks?.[event], event);
}

test(`${CONFIGURATIONS.length} settings as people have them: our hooks come, nothing else changes, and everything goes back`, async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(SETTINGS, content);
      const before = stage.snapshot();
      const former = stage.settings();
      assert.equal(stage.install().refusal, undefined);
      assertMerged(stage, former);
      const installed = stage.snapshot();
      assert.deepEqual(stage.install().edits, [], 'the second time nothing is left to do');
      assert.deepEqual(stage.snapshot(), installed);
      assert.deepEqual(claudeCodeInstaller.installedIn(stage.request().environment, stage.command), [join(stage.user, SETTINGS)]);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
      assert.deepEqual(claudeCodeInstaller.installedIn(stage.request().environment, stage.command), []);
    });
  }
});

test('an edit of the user after install survives uninstall, and so does everything around it', async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(SETTINGS, content);
      stage.install();
      stage.put(SETTINGS, `${stage.read()}\n// edited\n`);
      stage.uninstall();
      assert.equal(stage.read(), `${content}\n// edited\n`);
    });
  }
});

test('a file that does not parse, or is not of that form, is left as it is, with the place of the fault', (t) => {
  const broken: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['a missing comma', '{\n  "model": "opus"\n  "hooks": {}\n}\n', /line 3, column 3/],
    ['cut off', '{\n  "model": "opus",\n', /line 3/],
    ['empty', '', /is empty/],
    ['no object', '[]', /no JSON object/],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ['hooks twice', '{"hooks":{},"hooks":{}}', /"hooks" twice/],
    ['an event twice', '{"hooks":{"Stop":[],"Stop":[]}}', /"Stop" twice/],
    ['hooks as a list', '{"hooks":[]}', /no object/],
    ['an event that is no list', '{"hooks":{"Stop":{"command":"true"}}}', /no list/],
  ];
  for (const [name, content, reason] of broken) {
    const stage = createInstallStage(t);
    stage.put(SETTINGS, content);
    const before = stage.snapshot();
    const plan = stage.install();
    assert.match(plan.refusal ?? '', reason, name);
    assert.ok(plan.refusal?.includes(join(stage.user, SETTINGS)), name);
    assert.deepEqual(plan.edits, []);
    assert.deepEqual(stage.snapshot(), before, name);
  }
});

test('without settings they are made, and their folder; both go again', (t) => {
  const stage = createInstallStage(t);
  stage.install();
  assertMerged(stage, {});
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), {});
});

test('a link stays one, and what it points at is edited; a dangling one and a read-only file are refused', (t) => {
  const stage = createInstallStage(t);
  stage.put('dotfiles/claude.json', '{\n  "model": "opus"\n}\n');
  mkdirSync(join(stage.user, '.claude'));
  symlinkSync('../dotfiles/claude.json', join(stage.user, SETTINGS));
  const before = stage.snapshot();
  stage.install();
  assert.ok(lstatSync(join(stage.user, SETTINGS)).isSymbolicLink());
  assert.equal(readlinkSync(join(stage.user, SETTINGS)), '../dotfiles/claude.json');
  assert.ok(stage.read('dotfiles/claude.json').includes(stage.hookCommand.split(' ')[2] ?? ''));
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
  chmodSync(join(stage.user, 'dotfiles/claude.json'), 0o444);
  assert.match(stage.install().refusal ?? '', /read-only/);
  const dangling = createInstallStage(t);
  mkdirSync(join(dangling.user, '.claude'));
  symlinkSync('nowhere.json', join(dangling.user, SETTINGS));
  assert.match(dangling.install().refusal ?? '', /does not exist/);
});

test('hooks of an older home get the new command; ours twice become ours once', (t) => {
  const stage = createInstallStage(t);
  const old = stage.command.replaceAll(stage.home.root, '/old/.spoor');
  stage.put(SETTINGS, JSON.stringify({ hooks: { Stop: [{ hooks: [{ type: 'command', command: old }, { type: 'command', command: 'theirs' }] }, { hooks: [{ type: 'command', command: old }] }] } }, null, 2));
  stage.install();
  const { Stop } = stage.settings().hooks ?? {};
  assert.deepEqual(Stop?.flatMap(({ hooks }) => hooks.map(({ command }) => command)).sort(), [stage.command, 'theirs'].sort());
  stage.uninstall();
  assert.deepEqual(stage.settings().hooks, { Stop: [{ hooks: [{ type: 'command', command: 'theirs' }] }] });
});

test('CLAUDE_CONFIG_DIR is where Claude Code looks; a project has settings of its own', (t) => {
  const stage = createInstallStage(t);
  const env = { CLAUDE_CONFIG_DIR: join(stage.user, 'elsewhere') };
  stage.install({ env });
  assertMerged(stage, {}, 'elsewhere/settings.json');
  stage.uninstall({ env });
  assert.deepEqual(stage.snapshot(), {});
  const folder = join(stage.user, 'work');
  stage.put('work/.claude/settings.local.json', '{\n  "permissions": {}\n}\n');
  const before = stage.snapshot();
  stage.install({ options: { scope: 'project', folder } });
  assertMerged(stage, { permissions: {} }, 'work/.claude/settings.local.json');
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
  assert.match(stage.install({ options: { scope: 'project' } }).refusal ?? '', /project/);
  assert.match(claudeCodeInstaller.plan({ ...stage.request(), environment: { env: {}, platform: 'linux' } }).refusal ?? '', /HOME/);
});

test('an old version gets only the events that it knows: another would make it ignore the whole file', (t) => {
  assert.ok(toHookEvents('2.1.329 (Claude Code)').some(({ event }) => event === 'PostToolBatch'));
  assert.deepEqual(toHookEvents('2.0.44 (Claude Code)\n').map(({ event }) => event), ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd']);
  assert.deepEqual(toHookEvents('?'), toHookEvents(undefined));
  const stage = createInstallStage(t);
  stage.install({ version: '2.1.100 (Claude Code)' });
  assert.ok(stage.settings().hooks?.PermissionRequest);
  assert.equal(stage.settings().hooks?.PostToolBatch, undefined);
});

test('settings that keep hooks from running are told of', (t) => {
  const stage = createInstallStage(t);
  stage.put(SETTINGS, '{"disableAllHooks":true}');
  assert.ok(stage.install().notes.some((note) => note.includes('disableAllHooks')));
});

test('the plugin: a folder with the same hooks under a channel of its own; it goes as it came', (t) => {
  const stage = createInstallStage(t);
  const plugin = join(stage.user, 'plugins', 'spoor');
  assert.equal(stage.install({ options: { plugin } }).refusal, undefined);
  const hooks = JSON.parse(stage.read('plugins/spoor/hooks/hooks.json')) as Settings;
  assert.deepEqual(Object.keys(hooks.hooks ?? {}), EVENTS);
  assert.equal(hooks.hooks?.Stop?.[0]?.hooks[0]?.command, `export SPOOR_HOOK_CHANNEL=plugin; ${stage.command}`);
  assert.equal((JSON.parse(stage.read('plugins/spoor/.claude-plugin/plugin.json')) as Settings).name, 'spoor');
  assert.deepEqual(stage.install({ options: { plugin } }).edits, []);
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), {});
  stage.put('plugins/spoor/hooks/hooks.json', '{"hooks":{}}');
  assert.match(stage.install({ options: { plugin } }).refusal ?? '', /another plugin/);
  assert.match(stage.install({ options: { plugin: 'relative' } }).refusal ?? '', /folder/);
});
