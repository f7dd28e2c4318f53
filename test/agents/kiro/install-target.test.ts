import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { createKiroCli } from '../../stand-in/launch.ts';
import { EVENTS, PLAIN } from './install-configurations.ts';
import { createInstallStage, HOOK_FILE, MINE, ours, OWN, readAgent, SETTINGS } from './install-stage.ts';

test("without a name: the user's default agent, if it is a file of theirs", (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put('.kiro/agents/stem.json', '{"name": "by-name", "tools": ["*"]}');
  stage.put(SETTINGS, '{\n  "chat.defaultAgent": "by-name"\n}\n');
  const plan = stage.install();
  assert.deepEqual(plan.edits.map(({ path }) => path), [join(stage.user, '.kiro/agents/stem.json'), join(stage.user, HOOK_FILE)]);
  assert.match(plan.notes.join('\n'), /Kiro uses "by-name" by default/);
  stage.uninstall();
  assert.equal(stage.read('.kiro/agents/stem.json'), '{"name": "by-name", "tools": ["*"]}');
});

test('without a default agent of theirs: a whole new agent, and uninstall leaves nothing of it', (t) => {
  const stage = createInstallStage(t);
  const before = stage.snapshot();
  const plan = stage.install();
  const agent = readAgent(stage, OWN);
  assert.equal(agent.name, 'spoor-traced');
  assert.deepEqual(agent.tools, ['*']);
  assert.deepEqual(Object.keys(agent.hooks), EVENTS);
  for (const event of EVENTS) assert.deepEqual(agent.hooks[event], [ours(stage, event)]);
  for (const resource of ['file://AGENTS.md', 'file://README.md', 'file://.kiro/steering/**/*.md', 'skill://.kiro/skills/*/SKILL.md']) assert.ok((agent.resources as string[]).includes(resource), resource);
  assert.equal(agent.includeMcpJson, true);
  assert.match(plan.notes.join('\n'), /kiro-cli chat --agent spoor-traced/);
  assert.deepEqual(stage.install().edits, []);
  stage.uninstall();
  assert.deepEqual(stage.snapshot(), before);
});

test("the new agent is kiro-cli's own copy of its default where there is a kiro-cli; the user's folder is not touched by making it", (t) => {
  const stage = createInstallStage(t);
  stage.put(SETTINGS, '{\n  "chat.defaultAgent": "kiro_default"\n}\n');
  const env = { PATH: `${join(createKiroCli(join(stage.user, 'bin')), '..')}:/usr/bin:/bin`, HOME: stage.user };
  const before = stage.snapshot();
  const plan = stage.plan({}, env);
  assert.deepEqual(stage.snapshot(), before, 'a plan changes nothing');
  stage.install({}, env);
  const agent = readAgent(stage, OWN);
  assert.equal(agent.name, 'spoor-traced');
  assert.ok((agent.resources as string[]).includes('skill://.kiro/skills/**/SKILL.md'), 'a resource that only the copy has');
  for (const event of EVENTS) assert.deepEqual(agent.hooks[event], [ours(stage, event)]);
  assert.match(plan.notes.join('\n'), /a copy of the agent that is built into Kiro/);
  stage.uninstall({}, env);
  assert.deepEqual(stage.snapshot(), before);
});

test('a new agent by name: nothing is said of the default agent, which was not looked at', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put(SETTINGS, '{"chat.defaultAgent": "mine"}');
  const notes = stage.install({ agent: 'missing' }).notes.join('\n');
  assert.match(notes, /The agent "missing" is new[\s\S]*kiro-cli chat --agent missing/);
  assert.doesNotMatch(notes, /default/);
});

test('a kiro-cli that fails, or makes an agent without tools, is not relied on', (t) => {
  const stage = createInstallStage(t);
  stage.put('bin/kiro-cli', '#!/bin/sh\nwhile [ "$1" != --directory ]; do shift; done\nprintf \'{"name":"spoor-traced"}\' > "$2/spoor-traced.json"\n');
  chmodSync(join(stage.user, 'bin/kiro-cli'), 0o755);
  stage.install({}, { PATH: `${join(stage.user, 'bin')}:/usr/bin:/bin` });
  assert.deepEqual(readAgent(stage, OWN).tools, ['*']);
});

test('a kiro-cli that knows no --directory: what it made is taken back until the user agrees', (t) => {
  const stage = createInstallStage(t);
  stage.put('.kiro/agents/keep.json', '{}');
  stage.put('bin/kiro-cli', '#!/bin/sh\nprintf \'{"name":"spoor-traced","tools":["*"],"old":true}\' > "$HOME/.kiro/agents/spoor-traced.json"\n');
  chmodSync(join(stage.user, 'bin/kiro-cli'), 0o755);
  const env = { PATH: `${join(stage.user, 'bin')}:/usr/bin:/bin`, HOME: stage.user };
  stage.plan({}, env);
  assert.ok(!existsSync(join(stage.user, OWN)));
  stage.install({}, env);
  assert.equal(readAgent(stage, OWN).old, true);
});

test('settings that cannot be read stop only what needs them', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put(SETTINGS, '{"chat.defaultAgent": }');
  assert.match(stage.plan().refusal ?? '', /cli\.json is not valid JSON .*line 1, column 23.*--agent NAME/);
  assert.match(stage.plan({ agent: 'mine', setDefault: true }).refusal ?? '', /cli\.json/);
  assert.equal(stage.plan({ agent: 'mine' }).refusal, undefined);
  stage.put(SETTINGS, '{"chat.defaultAgent": "mine"}');
  chmodSync(join(stage.user, SETTINGS), 0o444);
  assert.equal(stage.plan().refusal, undefined, 'reading a read-only file is fine');
  assert.match(stage.plan({ agent: 'other', setDefault: true }).refusal ?? '', /read-only/);
});

test('a name is never a path, and built-in agents are not overwritten', (t) => {
  const stage = createInstallStage(t);
  for (const name of ['../x', 'a/b', 'a\\b', '', '.', '..', '.hidden', '-x', 'a..b', 'a\0b', 'a\nb', 'x'.repeat(200), 'kiro_default', 'kiro_planner']) {
    const plan = stage.install({ agent: name });
    assert.ok(plan.refusal, JSON.stringify(name));
    assert.deepEqual(plan.edits, []);
  }
  assert.deepEqual(stage.snapshot(), {});
  assert.equal(stage.plan({ agent: 'my agent 2.0' }).refusal, undefined);
});

test("KIRO_HOME, the folder of Kiro's predecessor, and no home at all", (t) => {
  const stage = createInstallStage(t);
  const elsewhere = join(stage.user, 'elsewhere');
  assert.deepEqual(stage.plan({}, { KIRO_HOME: elsewhere }).edits.map(({ path }) => path), [join(elsewhere, 'agents/spoor-traced.json'), join(stage.user, HOOK_FILE)]);
  assert.deepEqual(stage.plan({}, { KIRO_HOME: 'relative' }).edits.map(({ path }) => path), [join(stage.user, OWN), join(stage.user, HOOK_FILE)]);
  stage.put('.aws/amazonq/cli-agents/mine.json', PLAIN);
  assert.deepEqual(stage.plan({ agent: 'mine' }).edits.map(({ path }) => path), [join(stage.user, '.aws/amazonq/cli-agents/mine.json'), join(stage.user, HOOK_FILE)]);
  const homeless = { ...stage.request(), environment: { env: {}, platform: 'linux' as const } };
  assert.match(kiroInstaller.plan(homeless).refusal ?? '', /no HOME/);
  assert.equal(kiroInstaller.isPresent(homeless.environment), false);
  assert.deepEqual(kiroInstaller.installedIn(homeless.environment, stage.command), []);
});

test('Kiro is here when its folder or its program is', (t) => {
  const stage = createInstallStage(t);
  assert.equal(kiroInstaller.isPresent(stage.request().environment), false);
  const folder = join(stage.user, 'bin');
  createKiroCli(folder);
  assert.equal(kiroInstaller.isPresent(stage.request({}, { PATH: `/nowhere:${folder}` }).environment), true);
  stage.put(SETTINGS, '{}');
  assert.equal(kiroInstaller.isPresent(stage.request().environment), true);
});
