/** Our hook file for Copilot, beyond the contract of `test/contracts/installer.ts`. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import { copilotInstaller as installer } from '#spoor/agents/copilot/install.ts';
import { homeAt } from '#spoor/config/home.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { createInstallerStage, type InstallerStage } from '../installer-stage.ts';
import { BROKEN, PLAIN } from '../settings-configurations.ts';

const FILE = '.copilot/hooks/spoor.json';
const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'];

type HookFile = { version?: number; hooks?: Record<string, unknown> | null };

function createStage(t: TestContext): InstallerStage {
  return createInstallerStage(t, { agent: 'copilot', installer });
}

function toValue(text: string): HookFile {
  return parse(text.replace('\ufeff', ''), [], { allowTrailingComma: true }) as HookFile;
}

function listOf(text: string, event: string): unknown[] {
  const list = toValue(text).hooks?.[event];
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function oursFor(event: string, command: string): object {
  return { type: 'command', bash: event === 'SubagentStart' ? `export SPOOR_HOOK_EVENT=SubagentStart; ${command}` : command, timeoutSec: 3 };
}

test('our entries as Copilot wants them, after those that were there', (t) => {
  const stage = createStage(t);
  stage.put(FILE, PLAIN);
  stage.install();
  const after = stage.read(FILE);
  assert.equal(toValue(after).version, 1);
  for (const event of EVENTS) assert.deepEqual(listOf(after, event).at(-1), oursFor(event, stage.command), event);
});

for (const [what, text] of [...BROKEN, ['another version', '{"version": 2, "hooks": {}}\n'] as const]) {
  test(`${what}: refused, with the reason, and not touched`, (t) => {
    const stage = createStage(t);
    stage.put(FILE, text);
    const { refusal, edits } = stage.install();
    assert.match(refusal ?? '', /spoor\.json (is|has|holds) .*It was left as it is/);
    assert.deepEqual(edits, []);
    assert.equal(stage.read(FILE), text);
  });
}

test('no file: one of our own, gone with its folders after uninstall; the files beside it are not touched', (t) => {
  const stage = createStage(t);
  assert.equal(installer.isPresent(stage.request().environment), false);
  stage.install();
  assert.deepEqual(toValue(stage.read(FILE)), { version: 1, hooks: Object.fromEntries(EVENTS.map((event) => [event, [oursFor(event, stage.command)]])) });
  stage.put('.copilot/hooks/mine.json', '{"version": 1, "hooks": {}}');
  stage.uninstall();
  assert.equal(existsSync(join(stage.user, FILE)), false);
  assert.equal(stage.read('.copilot/hooks/mine.json'), '{"version": 1, "hooks": {}}');
});

test('our own file with something added keeps that', (t) => {
  const stage = createStage(t);
  stage.install();
  stage.put(FILE, stage.read(FILE).replace('"hooks": {', '"hooks": {\n    "Notification": [{ "type": "command", "bash": "true" }],'));
  stage.uninstall();
  assert.deepEqual(toValue(stage.read(FILE)), { version: 1, hooks: { Notification: [{ type: 'command', bash: 'true' }] } });
});

test('a link stays a link; a read-only file is refused', (t) => {
  const stage = createStage(t);
  stage.put('dotfiles/spoor.json', PLAIN);
  mkdirSync(dirname(join(stage.user, FILE)), { recursive: true });
  symlinkSync(join(stage.user, 'dotfiles/spoor.json'), join(stage.user, FILE));
  stage.install();
  assert.ok(lstatSync(join(stage.user, FILE)).isSymbolicLink());
  stage.uninstall();
  assert.equal(stage.read('dotfiles/spoor.json'), PLAIN);
  chmodSync(join(stage.user, 'dotfiles/spoor.json'), 0o444);
  assert.match(stage.install().refusal ?? '', /read-only/);
});

test('the hooks of another home of ours are taken over, twins go; uninstall takes a file with ours alone', (t) => {
  const stage = createStage(t);
  const old = toHookCommand(homeAt('/home/ann/.spoor'), 'copilot');
  stage.put(FILE, JSON.stringify({ version: 1, hooks: { SubagentStart: [{ type: 'command', bash: `export SPOOR_HOOK_EVENT=SubagentStart; ${old}` }], Stop: [{ type: 'command', bash: old }, { type: 'command', bash: old }] } }, null, 2));
  assert.match(stage.states().join(), /no hook of spoor for SessionStart.*SubagentStart, Stop run the hook of another home/);
  stage.install();
  assert.equal(listOf(stage.read(FILE), 'Stop').length, 1);
  assert.ok(!stage.read(FILE).includes('/home/ann/.spoor'));
  stage.uninstall();
  assert.equal(existsSync(join(stage.user, FILE)), false);
});

test('COPILOT_HOME is where Copilot looks; a project has its own folder', (t) => {
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'spoor-copilot-')));
  t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
  const stage = createStage(t);
  const env = { COPILOT_HOME: elsewhere };
  stage.install({}, env);
  assert.deepEqual(installer.installedIn(stage.request({}, env).environment, stage.command), [join(elsewhere, 'hooks/spoor.json')]);
  assert.match(stage.install({ scope: 'project', folder: join(stage.user, 'pond') }, env).notes.join(), /trusted/);
  assert.ok(existsSync(join(stage.user, 'pond/.github/hooks/spoor.json')));
  stage.uninstall({}, env);
  assert.equal(existsSync(join(stage.user, 'pond/.github')), false);
  assert.equal(existsSync(join(elsewhere, 'hooks')), false);
  assert.match(stage.install({ scope: 'project' }, env).refusal ?? '', /folder of the project/);
});

test('doctor: whole, missing, switched off, no home', (t) => {
  const stage = createStage(t);
  assert.match(stage.states().join(), /^broken .*no hook of spoor$/);
  stage.install();
  assert.match(stage.states().join(), /^ok .*all 9 hooks of spoor$/);
  assert.deepEqual(installer.readCommands?.(stage.request().environment, stage.command).map(({ command }) => command), [stage.command, `export SPOOR_HOOK_EVENT=SubagentStart; ${stage.command}`]);
  stage.put(FILE, stage.read(FILE).replace('"SessionEnd"', '"SessionGone"'));
  assert.match(stage.states().join(), /^broken .*no hook of spoor for SessionEnd/);
  stage.put('.copilot/settings.json', '// mine\n{"disableAllHooks": true}');
  assert.match(stage.states()[1] ?? '', /^broken .*nothing is traced live$/);
  assert.match(installer.plan(stage.request()).notes.join(), /disableAllHooks/);
  assert.match(installer.plan({ ...stage.request(), environment: { env: {}, platform: 'linux' } }).refusal ?? '', /HOME/);
});
