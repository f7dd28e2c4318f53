import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { CONFIGURATIONS, EVENTS, PLAIN } from './install-configurations.ts';
import { createInstallStage, HOOK_FILE, MINE, ours, readAgent, type AgentJson, type InstallStage } from './install-stage.ts';

test(`${CONFIGURATIONS.length} agents as people have them: our five entries come, nothing else changes, and everything goes back`, async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(MINE, content);
      const before = stage.snapshot();
      const former = readAgent(stage);
      assert.equal(stage.install({ agent: 'mine' }).refusal, undefined);
      assertMerged(stage, former);
      const installed = stage.snapshot();
      assert.deepEqual(stage.install({ agent: 'mine' }).edits, [], 'the second time nothing is left to do');
      assert.deepEqual(stage.snapshot(), installed);
      assert.deepEqual(kiroInstaller.installedIn(stage.request().environment, stage.command), [join(stage.user, MINE), join(stage.user, HOOK_FILE)]);
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
      assert.deepEqual(kiroInstaller.installedIn(stage.request().environment, stage.command), []);
    });
  }
});

/** Everything of before is there, in its order; ours is last in each event. */
function assertMerged(stage: InstallStage, former: AgentJson): void {
  const { hooks, ...rest } = readAgent(stage);
  const { hooks: formerHooks, ...formerRest } = former;
  assert.deepEqual(rest, formerRest);
  for (const event of EVENTS) assert.deepEqual(hooks[event], [...(formerHooks?.[event] ?? []), ours(stage, event)], event);
  for (const event of Object.keys(formerHooks ?? {})) assert.ok(event in hooks, event);
  const text = stage.read(MINE);
  const lineEnds = new Set(text.match(/\r?\n/g));
  assert.ok(lineEnds.size <= 1 || text.includes('\n\n'), 'line ends stay of one kind');
}

test('an edit of the user after install survives uninstall, and so does everything around it', async (t) => {
  for (const [name, content] of CONFIGURATIONS) {
    await t.test(name, (t) => {
      const stage = createInstallStage(t);
      stage.put(MINE, content);
      stage.install({ agent: 'mine' });
      // What an editor or Kiro's own `agent edit` would leave: something before, something behind.
      stage.put(MINE, `${stage.read(MINE)}\n// edited\n`);
      stage.uninstall();
      assert.equal(stage.read(MINE), `${content}\n// edited\n`);
    });
  }
});

test('a file that is no JSON is left as it is, with line and column', (t) => {
  const broken: [string, string | Buffer, RegExp][] = [
    ['a missing comma', '{\n  "tools": ["*"]\n  "hooks": {}\n}\n', /line 3, column 3/],
    ['cut off', '{\n  "tools": ["*"],\n', /line 3/],
    ['empty', '', /is empty/],
    ['no object', '[]', /no JSON object/],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /UTF-8|not valid JSON/],
    ['hooks twice', '{"tools":["*"],"hooks":{},"hooks":{}}', /"hooks" twice/],
    ['an event twice', '{"tools":["*"],"hooks":{"stop":[],"stop":[]}}', /"stop" twice/],
    ['hooks as a list (V3)', '{"tools":["*"],"hooks":[{"name":"x","trigger":"Stop","action":{"type":"command","command":"true"}}]}', /V3 engine/],
    ['hooks as a text', '{"tools":["*"],"hooks":"none"}', /no object/],
    ['an event that is no list', '{"tools":["*"],"hooks":{"stop":{"command":"true"}}}', /no list/],
  ];
  for (const [name, content, reason] of broken) {
    const stage = createInstallStage(t);
    stage.put(MINE, content);
    const before = stage.snapshot();
    const plan = stage.install({ agent: 'mine' });
    assert.match(plan.refusal ?? '', reason, name);
    assert.ok(plan.refusal?.includes(join(stage.user, MINE)), name);
    assert.deepEqual(plan.edits, []);
    assert.deepEqual(stage.snapshot(), before, name);
  }
});

test('a linked agent stays a link: what it points at is edited', (t) => {
  const stage = createInstallStage(t);
  stage.put('dotfiles/mine.json', PLAIN);
  mkdirSync(join(stage.user, '.kiro/agents'), { recursive: true });
  symlinkSync('../../dotfiles/mine.json', join(stage.user, MINE));
  stage.install({ agent: 'mine' });
  assert.equal(readlinkSync(join(stage.user, MINE)), '../../dotfiles/mine.json');
  assert.equal(readAgent(stage, 'dotfiles/mine.json').hooks.stop?.length, 1);
  stage.uninstall();
  assert.ok(lstatSync(join(stage.user, MINE)).isSymbolicLink());
  assert.equal(stage.read('dotfiles/mine.json'), PLAIN);
});

test('a read-only agent, a link to nothing and a folder of that name are refused with a sentence', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  chmodSync(join(stage.user, MINE), 0o444);
  assert.match(stage.install({ agent: 'mine' }).refusal ?? '', /read-only\. Make it writable/);
  assert.equal(stage.read(MINE), PLAIN);
  symlinkSync('/nowhere/at/all.json', join(stage.user, '.kiro/agents/gone.json'));
  assert.match(stage.install({ agent: 'gone' }).refusal ?? '', /link to a file that does not exist/);
  mkdirSync(join(stage.user, '.kiro/agents/folder.json'));
  assert.match(stage.install({ agent: 'folder' }).refusal ?? '', /is no file/);
});

test('modes are kept; new files are the user\'s alone', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, PLAIN);
  chmodSync(join(stage.user, MINE), 0o640);
  stage.install({ agent: 'mine' });
  assert.equal(statSync(join(stage.user, MINE)).mode & 0o777, 0o640);
  stage.install({ agent: 'other' });
  assert.equal(statSync(join(stage.user, '.kiro/agents/other.json')).mode & 0o777, 0o600);
});

test('an entry of ours with another path is replaced where it stands, a second one goes, others stay', (t) => {
  const stage = createInstallStage(t);
  const older = stage.command.replaceAll(stage.user, '/old/home');
  assert.notEqual(older, stage.command);
  const foreign = { command: "[ -x '/opt/tracer/hooks/kiro' ] && '/opt/tracer/hooks/kiro'" };
  const hooks = { stop: [{ command: older, timeout_ms: 9000 }, foreign, { command: older }], agentSpawn: [{ command: 'true' }, { command: '/x/.spoor/hooks/kiro' }] };
  stage.put(MINE, JSON.stringify({ tools: ['*'], hooks }, null, 2));
  stage.install({ agent: 'mine' });
  const merged = readAgent(stage).hooks;
  assert.deepEqual(merged.stop, [{ command: stage.command, timeout_ms: 9000 }, foreign]);
  assert.deepEqual(merged.agentSpawn, [{ command: 'true' }, { command: stage.command }]);
  stage.uninstall();
  assert.deepEqual(readAgent(stage).hooks, { stop: [foreign], agentSpawn: [{ command: 'true' }] });
});

test('an agent that Kiro will ignore is named as such', (t) => {
  const stage = createInstallStage(t);
  stage.put(MINE, '{"hooks":{"stop":[{"hooks":[{"command":"true"}]}]}}');
  const notes = stage.plan({ agent: 'mine' }).notes.join('\n');
  assert.match(notes, /hooks of stop stand in groups/);
  assert.match(notes, /names no "tools"/);
  stage.put('.kiro/agents/doc.md', '# an agent');
  assert.match(stage.plan({ agent: 'doc' }).refusal ?? '', /Markdown/);
});
