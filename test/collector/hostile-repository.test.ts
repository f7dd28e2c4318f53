import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { saveShim } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { createHostileGround, spoilSpool, type HostileGround } from '../support/hostile-repository.ts';
import { assertSilent, finished } from '../support/hook-stage.ts';
import { spawnSpoor, type Spawned } from '../support/spawn-spoor.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

/** Session ids that some program might take for paths, commands or the end of a text. */
const IDS = ['../../outside/secret', '../../../../../../etc/passwd', '/etc/passwd', '..', '.', '', 'a\u0000b', 'a/b', 'a\\b', 'x'.repeat(300), '$(touch owned)', '`touch owned`', '-rf', 'a\nb', '\ud800', 'locked', 'linked', 'zero', 'pipe', 'sess_half', 'sess_../x', 'good'];

function openGround(t: TestContext): HostileGround {
  const ground = createHostileGround();
  t.after(() => ground.close());
  return ground;
}

async function run({ env, repository }: HostileGround, ...words: string[]): Promise<Spawned> {
  return await spawnSpoor(words, { env, cwd: repository });
}

/** As an agent would, in the repository. */
async function runHooks(ground: HostileGround, ids: readonly string[]): Promise<number> {
  const home = homeAt(ground.env.SPOOR_HOME ?? '');
  createHome(home);
  // No collector may start by itself: its entry does not exist.
  saveShim(home, { agent: 'kiro', version: '0.0.0-hostile', node: process.execPath, entry: [join(ground.root, 'no-entry.js')] });
  const events = ['agentSpawn', 'userPromptSubmit', 'preToolUse', 'postToolUse', 'stop'];
  for (const session_id of ids) {
    const runs = events.map((hook_event_name) => {
      const payload = { hook_event_name, session_id, cwd: '../../outside', prompt: 'hi', tool_name: 'use_subagent', tool_input: { path: '../../outside/passwd', subagents: [{ query: 'x' }] } };
      const child = spawn('sh', ['-c', toHookCommand(home, 'kiro')], { cwd: ground.repository, env: { ...ground.env, KIRO_SESSION_ID: '../../outside/secret' } });
      return finished(child, JSON.stringify(payload));
    });
    for (const hook of await Promise.all(runs)) assertSilent(hook);
  }
  return ids.length * events.length;
}

test('a hostile repository, a hostile history and a hostile spool: all is read that can be, and nothing outside is changed', async (t) => {
  const ground = openGround(t);
  const look = (): object => ({ ...snapshotTree(ground.outside, { times: true }), ...snapshotTree(ground.repository, { times: true }) });
  const before = look();
  createHome(homeAt(ground.env.SPOOR_HOME ?? ''));
  const kiro = snapshotTree(ground.user, { times: true, without: ['.spoor'] });
  const events = await runHooks(ground, IDS);
  spoilSpool(ground);
  const collected = await run(ground, 'collect', '--once', '--json');
  assert.equal(collected.code, 0, collected.err);
  // What spoilSpool left is none.
  assert.equal((JSON.parse(collected.out) as { events: number }).events, events);
  for (const words of [['import', 'kiro'], ['import', 'kiro', '--from', ground.repository], ['import', 'kiro', '--from', ground.outside], ['sessions'], ['status'], ['show', 'good'], ['export', '--content', 'full']]) {
    const { code, err } = await run(ground, ...words);
    assert.equal(code, 0, `${words.join(' ')}: ${err}`);
  }
  assert.deepEqual(look(), before);
  assert.deepEqual(snapshotTree(ground.user, { times: true, without: ['.spoor'] }), kiro);
  const store = openStore(join(ground.env.SPOOR_HOME ?? '', 'spoor.db'));
  t.after(() => store.close());
  for (const id of IDS.filter((one) => one !== '')) assert.ok(store.readSession('kiro', id), JSON.stringify(id));
  assert.deepEqual(store.readProblems().filter(({ code }) => /unprocessable|session-failed|not-set-aside/.test(code)), []);
});

test('install and uninstall in a hostile repository change the files that they show and no others', async (t) => {
  const ground = openGround(t);
  const look = (): Record<string, string> => snapshotTree(ground.root, { without: ['user/.spoor'] });
  const before = look();
  const shown = await run(ground, 'install', 'kiro', '--dry-run');
  assert.equal(shown.code, 0, shown.err);
  assert.deepEqual(look(), before, 'a dry run changes nothing');
  const installed = await run(ground, 'install', 'kiro', '--yes');
  assert.equal(installed.code, 0, installed.err);
  const after = look();
  const changed = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name] && !name.endsWith('/'));
  assert.deepEqual(changed.sort(), ['user/.kiro/agents/spoor-traced.json', 'user/.kiro/hooks/spoor.json']);
  for (const name of changed) assert.ok((shown.out + shown.err).includes(join(ground.root, name)), `${name} was shown`);
  assert.equal((await run(ground, 'uninstall', 'kiro', '--yes')).code, 0);
  assert.deepEqual(look(), before);
  assert.ok(!existsSync(join(ground.repository, 'owned')));
});

test('a spool that is a link is used, and what it points at keeps its mode', async (t) => {
  const ground = openGround(t);
  const spool = join(ground.root, 'elsewhere');
  mkdirSync(spool, { mode: 0o755 });
  mkdirSync(ground.env.SPOOR_HOME ?? '', { recursive: true });
  symlinkSync(spool, join(ground.env.SPOOR_HOME ?? '', 'spool'));
  const before = snapshotTree(ground.root, { without: ['user/.spoor'] });
  const events = await runHooks(ground, ['plain', '../../outside/secret']);
  const { code, out, err } = await run(ground, 'collect', '--once', '--json');
  assert.equal(code, 0, err);
  assert.equal((JSON.parse(out) as { events: number }).events, events);
  assert.deepEqual(snapshotTree(ground.root, { without: ['user/.spoor'] }), before);
});
