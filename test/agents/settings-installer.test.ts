/** The installers of agents whose hooks stand in a settings file, beyond the contract of `test/contracts/installer.ts`. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { parse } from 'jsonc-parser';
import type { Agent, Installer } from '#spoor/agents/agent.ts';
import { gemini } from '#spoor/agents/gemini/agent.ts';
import { qwenCode } from '#spoor/agents/qwen-code/agent.ts';
import { homeAt } from '#spoor/config/home.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { createInstallerStage, type InstallerStage } from './installer-stage.ts';
import { BROKEN, PLAIN } from './settings-configurations.ts';

interface Entry {
  name?: string;
  type?: string;
  command?: string;
  timeout?: number;
}
type Hooks = Record<string, { matcher?: string; hooks?: Entry[] }[]>;

const AGENTS: { agent: Agent; file: string; events: string[]; tools: string[] }[] = [
  { agent: gemini, file: '.gemini/settings.json', events: ['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'SessionEnd'], tools: ['BeforeTool', 'AfterTool'] },
  {
    agent: qwenCode, file: '.qwen/settings.json',
    events: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop', 'Stop', 'StopFailure', 'SessionEnd'],
    tools: ['PreToolUse', 'PermissionRequest', 'PostToolUse', 'PostToolUseFailure'],
  },
];

function createStage(t: TestContext, agent: Agent): InstallerStage & { installer: Installer } {
  const installer = agent.installer ?? assert.fail();
  return { ...createInstallerStage(t, { agent: agent.id, installer }), installer };
}

function hooksIn(text: string): Hooks {
  return ((parse(text.replace('\ufeff', ''), [], { allowTrailingComma: true }) as { hooks?: Hooks | null }).hooks ?? {}) as Hooks;
}

function entriesOf(hooks: Hooks, event: string): Entry[] {
  return (Array.isArray(hooks[event]) ? hooks[event] : []).flatMap((group) => (Array.isArray(group.hooks) ? group.hooks : []));
}

for (const { agent, file, events, tools } of AGENTS) {
  describe(agent.title, () => {
    test('our entries as the agent wants them, after those that were there', (t) => {
      const stage = createStage(t, agent);
      stage.put(file, PLAIN);
      stage.install();
      const after = hooksIn(stage.read(file));
      for (const event of events) {
        assert.deepEqual(entriesOf(after, event).at(-1), { name: 'spoor', type: 'command', timeout: 3000, command: stage.command }, event);
        assert.equal(after[event]?.at(-1)?.matcher, tools.includes(event) ? '*' : undefined);
      }
    });

    for (const [what, text] of BROKEN) {
      test(`${what}: refused, with the reason, and not touched`, (t) => {
        const stage = createStage(t, agent);
        stage.put(file, text);
        const { refusal, edits } = stage.install();
        assert.match(refusal ?? '', /settings\.json (is|has|holds) .*It was left as it is/);
        assert.deepEqual(edits, []);
        assert.equal(stage.read(file), text);
      });
    }

    test('no file: one of our own, gone with its folder after uninstall', (t) => {
      const stage = createStage(t, agent);
      assert.equal(stage.installer.isPresent(stage.request().environment), false);
      stage.install();
      assert.deepEqual(Object.keys(hooksIn(stage.read(file))), events);
      stage.uninstall();
      assert.equal(existsSync(dirname(join(stage.user, file))), false);
    });

    test('our own file with something added keeps that', (t) => {
      const stage = createStage(t, agent);
      stage.install();
      stage.put(file, stage.read(file).replace('{', '{\n  "mine": true,'));
      stage.uninstall();
      assert.deepEqual(JSON.parse(stage.read(file)), { mine: true });
    });

    test('a link stays a link', (t) => {
      const stage = createStage(t, agent);
      stage.put('dotfiles/settings.json', PLAIN);
      mkdirSync(dirname(join(stage.user, file)), { recursive: true });
      symlinkSync(join(stage.user, 'dotfiles/settings.json'), join(stage.user, file));
      stage.install();
      assert.ok(lstatSync(join(stage.user, file)).isSymbolicLink());
      assert.ok(stage.read('dotfiles/settings.json').includes(stage.command.slice(0, 20)));
      stage.uninstall();
      assert.equal(stage.read('dotfiles/settings.json'), PLAIN);
    });

    test('a read-only file is refused', (t) => {
      const stage = createStage(t, agent);
      stage.put(file, PLAIN);
      chmodSync(join(stage.user, file), 0o444);
      assert.match(stage.install().refusal ?? '', /read-only/);
      assert.equal(stage.read(file), PLAIN);
    });

    test('the hooks of another home of ours are taken over, twins go', (t) => {
      const stage = createStage(t, agent);
      const old = toHookCommand(homeAt('/home/ann/.spoor'), agent.id);
      stage.put(file, JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: old }, { type: 'command', command: 'true' }] }, { hooks: [{ type: 'command', command: old }] }] } }, null, 2));
      stage.install();
      assert.deepEqual(new Set(entriesOf(hooksIn(stage.read(file)), 'SessionStart').map(({ command }) => command)), new Set([stage.command, 'true']));
      assert.equal(entriesOf(hooksIn(stage.read(file)), 'SessionStart').length, 2);
    });

    test("a project's settings, and the user's beside them: uninstall restores both", (t) => {
      const stage = createStage(t, agent);
      stage.put(`project/${file}`, PLAIN);
      stage.put(file, '{}\n');
      assert.match(stage.install({ scope: 'project', folder: join(stage.user, 'project') }).notes.join(), /trusted/);
      assert.equal(stage.read(file), '{}\n');
      stage.install();
      assert.ok(stage.read(`project/${file}`).includes('spoor'));
      stage.uninstall();
      assert.equal(stage.read(`project/${file}`), PLAIN);
      assert.equal(stage.read(file), '{}\n');
      assert.match(stage.install({ scope: 'project' }).refusal ?? '', /folder of the project/);
    });

    test('settings that switch hooks off are named', (t) => {
      const stage = createStage(t, agent);
      stage.put(file, '{"hooksConfig": {"enabled": false}, "disableAllHooks": true}');
      assert.match(stage.install().notes.join(), /nothing is traced live/);
    });

    test('doctor: whole, missing, of another home, switched off, not there', (t) => {
      const stage = createStage(t, agent);
      const states = (): string[] => (stage.installer.diagnose?.({ environment: stage.request().environment, hookCommand: stage.command, installCommand: 'install', ask: () => undefined }) ?? []).map(({ state, seen }) => `${state} ${seen}`);
      assert.match(states().join(), /^broken .*no hook of spoor$/);
      stage.install();
      assert.match(states().join(), /^ok .*all \d+ hooks of spoor$/);
      assert.deepEqual(stage.installer.readCommands?.(stage.request().environment, stage.command).map(({ command }) => command), [stage.command]);
      stage.put(file, stage.read(file).replace('"SessionEnd"', '"SessionGone"').replace(stage.command.slice(0, 30), toHookCommand(homeAt('/home/ann/.spoor'), agent.id).slice(0, 30)));
      assert.match(states().join(), /^broken .*no hook of spoor for SessionEnd/);
      stage.put(file, stage.read(file).replace('{', '{"hooksConfig": {"enabled": false}, "disableAllHooks": true,'));
      assert.match(states()[1] ?? '', /^broken .*nothing is traced live$/);
    });

    test('ours of an older home that stood there before us go, too', (t) => {
      const stage = createStage(t, agent);
      const old = toHookCommand(homeAt('/home/ann/.spoor'), agent.id);
      stage.put(file, JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: old }] }] } }, null, 2));
      stage.install();
      stage.uninstall();
      assert.ok(!stage.read(file).includes('spoor'));
    });

    test('without a home nothing can be installed', (t) => {
      const stage = createStage(t, agent);
      const request = { ...stage.request(), environment: { env: {}, platform: 'linux' as const } };
      assert.match(stage.installer.plan(request).refusal ?? '', /no HOME/);
      assert.equal(stage.installer.isPresent(request.environment), false);
    });
  });
}
