import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { kiroInstaller } from '#spoor/agents/kiro/install.ts';
import { snapshotTree } from '../../support/tree-snapshot.ts';
import { HOME_CASES, prepareHome, type HomeCase } from './home-cases.ts';
import { createInstallStage, type InstallStage } from './install-stage.ts';

const look = (stage: InstallStage): Record<string, string> => snapshotTree(stage.user, { without: ['.spoor'] });

/** What is there now and was not so before. Folders that were made on the way are none of it. */
function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name] && (before[name] !== undefined || !name.endsWith('/'))).sort();
}

function toEnv(stage: InstallStage, { env = {} }: HomeCase): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(/^~\//, `${stage.user}/`)]));
}

test(`${HOME_CASES.length} homes as users have them: the right files change and no others, and uninstall gives back every byte, mode and link`, async (t) => {
  for (const one of HOME_CASES) {
    await t.test(one.name, (t) => {
      const stage = createInstallStage(t);
      prepareHome(stage, one);
      const env = toEnv(stage, one);
      const before = look(stage);
      const plan = stage.install(one.options, env);
      if (one.becomes instanceof RegExp) {
        assert.match(plan.refusal ?? '', one.becomes);
        assert.deepEqual(look(stage), before);
        return;
      }
      assert.equal(plan.refusal, undefined);
      const after = look(stage);
      assert.deepEqual(changed(before, after), [...one.becomes].sort());
      if (one.note) assert.match(plan.notes.join('\n'), one.note);
      assert.deepEqual(stage.install(one.options, env).edits, [], 'the second time nothing is left to do');
      const { environment } = stage.request({}, env);
      assert.equal(kiroInstaller.installedIn(environment, stage.command).length, 2);
      assert.equal(stage.uninstall({}, env).refusal, undefined);
      assert.deepEqual(kiroInstaller.installedIn(environment, stage.command), []);
      assertGivenBack(stage, before, one);
    });
  }
});

function assertGivenBack(stage: InstallStage, before: Record<string, string>, { leaves = {} }: HomeCase): void {
  const expected = { ...before };
  for (const [name, content] of Object.entries(leaves)) {
    if (content === undefined) delete expected[name];
    else expected[name] = (expected[name] ?? '').replace(/\d+ [0-9a-f]{16}$/, `${Buffer.byteLength(content)} ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`);
  }
  const now = look(stage);
  for (const name of Object.keys(leaves)) if (now[name] !== expected[name]) assert.equal(stage.read(join(name)), leaves[name]);
  assert.deepEqual(now, expected);
}
