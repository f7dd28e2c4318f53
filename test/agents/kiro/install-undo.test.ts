import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'jsonc-parser';
import { PLAIN } from './install-configurations.ts';
import { createInstallStage, MINE, OWN, readAgent, SETTINGS, type HookEntry, type InstallStage } from './install-stage.ts';

test('--set-default: the former default comes back, byte for byte or as a value, unless the user chose again', async (t) => {
  const settings = '{\n  // mine\n  "chat.defaultAgent": "mine",\n  "telemetry": false\n}\n';
  const stageWith = (t: Parameters<typeof createInstallStage>[0], content: string | undefined): InstallStage => {
    const stage = createInstallStage(t);
    stage.put(MINE, PLAIN);
    if (content !== undefined) stage.put(SETTINGS, content);
    return stage;
  };
  for (const content of [settings, undefined, '{}', '{"telemetry":false}', settings.replaceAll('\n', '\r\n'), '{\n  "chat.defaultAgent": "lost"\n}']) {
    await t.test(`untouched since: ${JSON.stringify(content)}`, (t) => {
      const stage = stageWith(t, content);
      const before = stage.snapshot();
      stage.install({ agent: 'other', setDefault: true });
      assert.equal((parse(stage.read(SETTINGS)) as HookEntry)['chat.defaultAgent'], 'other');
      assert.deepEqual(stage.install({ agent: 'other', setDefault: true }).edits, []);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
    });
  }
  await t.test('the settings were written since, as Kiro does', (t) => {
    const stage = stageWith(t, '{\n  "chat.defaultAgent": "mine"\n}\n');
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"other","telemetry":true}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"mine","telemetry":true}');
  });
  await t.test('there was none before, and the settings were written since', (t) => {
    const stage = stageWith(t, undefined);
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{\n  "chat.defaultAgent": "other",\n  "telemetry": true\n}\n');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{\n  "telemetry": true\n}\n');
  });
  await t.test('the user chose another one since', (t) => {
    const stage = stageWith(t, settings);
    stage.install({ setDefault: true });
    stage.install({ agent: 'other', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"third"}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"third"}');
  });
  await t.test('two installs with two agents: back to the very first', (t) => {
    const stage = stageWith(t, '{"chat.defaultAgent":"kiro_default"}');
    stage.install({ setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"spoor-traced","a":1}');
    stage.install({ agent: 'mine', setDefault: true });
    stage.put(SETTINGS, '{"chat.defaultAgent":"mine","a":1}');
    stage.uninstall();
    assert.equal(stage.read(SETTINGS), '{"chat.defaultAgent":"kiro_default","a":1}');
  });
});

test('uninstall: an edited agent of ours stays without our hooks, copies of it are cleaned, strangers and broken files are left alone', (t) => {
  const stage = createInstallStage(t);
  stage.put('.kiro/agents/broken.json', '{');
  stage.put('.kiro/agents/stranger.json', '{"tools":["*"],"hooks":{"stop":[{"command":"true"}]}}');
  stage.install();
  stage.put('.kiro/agents/copy.json', stage.read(OWN).replace('spoor-traced', 'copy'));
  stage.put(OWN, stage.read(OWN).replace('"model": null', '"model": "auto"'));
  stage.uninstall();
  assert.equal(readAgent(stage, OWN).model, 'auto');
  assert.equal(readAgent(stage, OWN).hooks, undefined);
  assert.equal(readAgent(stage, '.kiro/agents/copy.json').hooks, undefined);
  assert.equal(stage.read('.kiro/agents/broken.json'), '{');
  assert.equal(stage.read('.kiro/agents/stranger.json'), '{"tools":["*"],"hooks":{"stop":[{"command":"true"}]}}');
});

test('uninstall stops, and changes nothing, when a file it must clean is broken', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.install({ agent: 'mine' });
  stage.install();
  stage.put(MINE, `${stage.read(MINE)}}`);
  const before = stage.snapshot();
  assert.match(stage.uninstall().refusal ?? '', /mine\.json is not valid JSON/);
  assert.deepEqual(stage.snapshot(), before);
  stage.put(MINE, stage.read(MINE).slice(0, -1));
  stage.uninstall();
  assert.equal(stage.read(MINE), PLAIN);
  assert.ok(!existsSync(join(stage.user, OWN)));
});

test('uninstall without a record still finds what is ours', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  stage.put(MINE, stage.plan({ agent: 'mine' }).edits[0]?.after ?? '');
  stage.uninstall();
  assert.equal(stage.read(MINE), PLAIN);
  assert.match(stage.uninstall().notes.join(), /No file of Kiro holds a hook of spoor/);
});
