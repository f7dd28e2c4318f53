/** Our file in the folder of an agent that loads it into its own process, beside all that people have there. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openCode } from '#spoor/agents/opencode/agent.ts';
import { pi } from '#spoor/agents/pi/agent.ts';
import { homeAt } from '#spoor/config/home.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { SCHEMA } from './plugin-configurations.ts';
import { createInstallerStage, type InstallerStage } from './installer-stage.ts';

const AGENTS = [
  { agent: openCode, root: '.config/opencode', folder: 'plugin', name: 'spoor-plugin.js', project: '.opencode', variables: { XDG_CONFIG_HOME: 'opencode', OPENCODE_CONFIG_DIR: '.' }, data: '.local/share/opencode/opencode.db' },
  { agent: pi, root: '.pi/agent', folder: 'extensions', name: 'spoor-extension.ts', project: '.pi', variables: { PI_CODING_AGENT_DIR: '.' }, data: '.pi/agent/sessions/x/y.jsonl' },
];

for (const { agent, root: CONFIG, folder: FOLDER, name, project, variables, data } of AGENTS) {
  const installer = agent.installer ?? assert.fail();
  const PLUGIN = `${CONFIG}/${FOLDER}/${name}`;

  describe(agent.title, () => {
    function createStage(t: TestContext, files: Record<string, string> = {}): InstallerStage {
      const stage = createInstallerStage(t, { agent: agent.id, installer });
      for (const [path, content] of Object.entries(files)) stage.put(path, content);
      return stage;
    }

    test('our file comes in, with the command that it runs', (t) => {
      const stage = createStage(t, { [data]: 'x' });
      assert.equal(installer.isPresent(stage.request().environment), true);
      stage.install();
      assert.match(stage.read(PLUGIN), /^\/\/ spoor /);
      assert.deepEqual(installer.readCommands?.(stage.request().environment, stage.command), [{ path: join(stage.user, PLUGIN), command: stage.command }]);
    });

    test("somebody else's file of our name is refused, and left at uninstall", (t) => {
      const stage = createStage(t, { [PLUGIN]: 'export const Mine = 1;\n' });
      assert.match(stage.install().refusal ?? '', /somebody else's/);
      assert.deepEqual(installer.installedIn(stage.request().environment, stage.command), []);
      assert.deepEqual(stage.uninstall().edits, []);
      assert.equal(stage.read(PLUGIN), 'export const Mine = 1;\n');
    });

    test('a read-only plugin, a read-only folder and a link to nothing are refused', (t) => {
      const stage = createStage(t, { [PLUGIN]: '// spoor 0.0.1: old\n' });
      chmodSync(join(stage.user, PLUGIN), 0o444);
      assert.match(stage.install().refusal ?? '', /read-only/);
      rmSync(join(stage.user, PLUGIN));
      symlinkSync(join(stage.user, 'nowhere'), join(stage.user, PLUGIN));
      assert.match(stage.install().refusal ?? '', /link to a file that does not exist/);
      rmSync(join(stage.user, PLUGIN));
      chmodSync(join(stage.user, CONFIG, FOLDER), 0o555);
      assert.match(stage.install().refusal ?? '', /read-only/);
    });

    test('a folder of plugins that is a link stays one', (t) => {
      const stage = createStage(t, { 'dotfiles/own/mine.js': 'export const Mine = async () => ({});\n', [`${CONFIG}/opencode.json`]: SCHEMA });
      symlinkSync(join(stage.user, 'dotfiles/own'), join(stage.user, CONFIG, FOLDER));
      stage.install();
      assert.ok(existsSync(join(stage.user, `dotfiles/own/${name}`)));
      stage.uninstall();
      assert.deepEqual(readdirSync(join(stage.user, 'dotfiles/own')), ['mine.js']);
    });

    test('an older plugin of ours is brought up to date, and does not come back', (t) => {
      const stage = createStage(t, { [PLUGIN]: '// spoor 0.0.1: old\nconst COMMAND = "true";\n' });
      assert.equal(stage.install().edits.length, 1);
      assert.ok(stage.read(PLUGIN).includes(JSON.stringify(stage.command)));
      stage.uninstall();
      assert.equal(existsSync(join(stage.user, PLUGIN)), false);
    });

    test("a project's plugin, the user's beside it, and folders of other names", (t) => {
      const stage = createStage(t, { 'pond/README.md': '' });
      const before = stage.snapshot();
      stage.install({ scope: 'project', folder: join(stage.user, 'pond') });
      assert.ok(existsSync(join(stage.user, `pond/${project}/${FOLDER}/${name}`)));
      assert.equal(existsSync(join(stage.user, PLUGIN)), false);
      stage.install();
      assert.ok(existsSync(join(stage.user, PLUGIN)));
      for (const [variable, below] of Object.entries(variables)) {
        stage.install({}, { [variable]: join(stage.user, variable) });
        assert.ok(existsSync(join(stage.user, variable, below, FOLDER, name)), variable);
      }
      stage.uninstall();
      assert.deepEqual(stage.snapshot(), before);
      assert.match(stage.install({ scope: 'project' }).refusal ?? '', /folder of the project/);
    });

    test('doctor: not there, whole, changed, of another home', (t) => {
      const stage = createStage(t);
      const look = (): string => (installer.diagnose?.({ environment: stage.request().environment, hookCommand: stage.command, installCommand: 'install', ask: () => undefined }) ?? []).map(({ state, seen }) => `${state} ${seen}`).join();
      assert.match(look(), /^broken .*is not there/);
      stage.install();
      assert.match(look(), /^ok /);
      stage.put(PLUGIN, stage.read(PLUGIN).replace(JSON.stringify(stage.command), JSON.stringify(toHookCommand(homeAt('/home/ann/.spoor'), agent.id))));
      assert.match(look(), /^broken .*another home or version/);
      stage.put(PLUGIN, stage.read(PLUGIN).replace(/^const COMMAND = .*$/m, 'const COMMAND = "true";'));
      assert.match(look(), /^broken .*was changed/);
    });
  });
}
