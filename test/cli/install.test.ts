import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { loadInstallRecord } from '#spoor/config/install-record.ts';
import { VERSION } from '#spoor/core/version.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { createCliWorld, NOW_MILLIS, type CliWorld } from '../support/cli-context.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';

const AGENT = '{\n  "name": "mine",\n  "tools": ["*"],\n  "mcpServers": {\n    "db": {"env": {"DB_PASSWORD": "hunter2"}}\n  },\n  "hooks": {\n    "agentSpawn": [{"command": "true"}]\n  }\n}\n';

interface KiroWorld extends CliWorld {
  agent: string;
  read(): string;
}

/** A user with Kiro, whose default agent is a file of theirs. */
function createKiroWorld(t: TestContext, options: Parameters<typeof createCliWorld>[1] = {}): KiroWorld {
  const world = createCliWorld(t, options);
  const kiro = join(world.root, 'user', '.kiro');
  const agent = join(kiro, 'agents', 'mine.json');
  for (const [path, text] of [[agent, AGENT], [join(kiro, 'settings', 'cli.json'), '{\n  "chat.defaultAgent": "mine"\n}\n']] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { ...world, agent, read: () => readFileSync(agent, 'utf8') };
}

test('install shows the difference, asks, writes; uninstall leaves nothing', async (t) => {
  const world = createKiroWorld(t, { answer: true });
  const { home } = world.context;
  const { code, out, err } = await world.run('install');
  assert.equal(code, 0, err);
  assert.match(out, /^--- .*mine\.json\n\+\+\+ .*mine\.json\n@@ /);
  assert.match(out, /\+ {4}"stop": \[\{"command": /);
  assert.match(err, /Kiro uses "mine" by default/);
  assert.match(err, /spoor sessions/);
  assert.equal(JSON.parse(world.read()).hooks.stop[0].command, toHookCommand(home, 'kiro'));
  assert.ok(statSync(join(home.hooks, 'kiro')).mode & 0o100, 'the shim can be run');
  assert.equal(loadInstallRecord(home, 'kiro')?.installedAt, new Date(NOW_MILLIS).toISOString());

  const second = await world.run('install', 'kiro');
  assert.equal(second.code, 0);
  assert.equal(second.out, '');
  assert.match(second.err, /holds spoor's hooks already[^]*Nothing had to be changed/);

  const undone = await world.run('uninstall');
  assert.equal(undone.code, 0, undone.err);
  assert.match(undone.out, /^- {4}"stop"/m);
  assert.equal(world.read(), AGENT);
  assert.equal(loadInstallRecord(home, 'kiro'), undefined);
  assert.ok(!existsSync(join(home.hooks, 'kiro')));
  assert.match((await world.run('uninstall')).err, /Nothing is installed/);
});

test('--dry-run shows and changes nothing, not even a home', async (t) => {
  const world = createKiroWorld(t);
  const { code, out, err } = await world.run('install', 'kiro', '--dry-run', '--to', 'http://localhost:6006');
  assert.equal(code, 0, err);
  assert.match(out, /agentSpawn/);
  assert.match(err, /dry run/);
  assert.equal(world.read(), AGENT);
  assert.ok(!existsSync(world.context.home.root));
});

test('a no changes nothing; where nobody can answer --yes is asked for', async (t) => {
  const no = createKiroWorld(t, { answer: false });
  const refused = await no.run('install');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /Nothing was changed/);
  assert.equal(no.read(), AGENT);
  assert.ok(!existsSync(no.context.home.root));
  const nobody = createKiroWorld(t);
  const silent = await nobody.run('install');
  assert.equal(silent.code, 2);
  assert.match(silent.err, /no terminal to ask on[^]*--yes/);
  assert.equal(nobody.read(), AGENT);
  assert.equal((await nobody.run('install', '--yes')).code, 0);
  assert.equal((await nobody.run('uninstall')).code, 2);
  assert.equal((await nobody.run('uninstall', '--yes')).code, 0);
  assert.equal(nobody.read(), AGENT);
});

test('secrets around a change are not shown', async (t) => {
  const world = createKiroWorld(t, { color: true });
  const { out } = await world.run('install', '--dry-run');
  assert.ok(out.includes('[redacted:password]'));
  assert.ok(!out.includes('hunter2'));
  assert.match(out, /\u001b\[32m\+/);
});

test('--to, --project and --user-id are kept in config.yaml', async (t) => {
  const world = createKiroWorld(t);
  const { code, err } = await world.run('install', '--yes', '--to', 'https://otlp.example.com:4318', '--project', 'work', '--user-id', 'ada');
  assert.equal(code, 0, err);
  assert.match(err, /go to https:\/\/otlp\.example\.com:4318\/v1\/traces \(destination "otlp\.example\.com-4318"\), without prompts/);
  const { value, problems } = loadConfig(world.context.home, world.context.environment);
  assert.deepEqual(problems, []);
  assert.equal(value.userId, 'ada');
  const [destination] = value.destinations;
  assert.deepEqual([destination?.url, destination?.project, destination?.sharing.content.prompt, destination?.addedMillis], ['https://otlp.example.com:4318/v1/traces', 'work', 'none', NOW_MILLIS]);
  assert.equal((await world.run('install', '--yes', '--to', 'https://otlp.example.com:4318/v1/traces', '--project', 'play')).code, 0);
  assert.deepEqual(loadConfig(world.context.home, world.context.environment).value.destinations.map(({ project }) => project), ['play'], 'the same address is the same destination');
  assert.equal((await world.run('install', '--yes', '--to', 'localhost:6006')).code, 2);
});

test('a broken config.yaml stops what would change it, before anything is written', async (t) => {
  const world = createKiroWorld(t);
  mkdirSync(world.context.home.root);
  writeFileSync(world.context.home.configFile, 'a: [');
  const { code, err } = await world.run('install', '--yes', '--user-id', 'ada');
  assert.equal(code, 1);
  assert.match(err, /config\.yaml cannot be changed/);
  assert.equal(world.read(), AGENT);
  assert.equal((await world.run('install', '--yes')).code, 0, 'and nothing else');
});

test('refusals, unknown names and wrong options are sentences', async (t) => {
  const world = createKiroWorld(t);
  writeFileSync(world.agent, '{');
  const broken = await world.run('install', '--yes');
  assert.equal(broken.code, 1);
  assert.match(broken.err, /mine\.json is not valid JSON .*line 1/);
  assert.equal(world.read(), '{');
  assert.deepEqual([(await world.run('install', 'nobody')).code, (await world.run('install', '--nonsense')).code], [2, 2]);
  assert.equal((await world.run('install', 'kiro', '--agent', '../x', '--yes')).code, 1);
  writeFileSync(world.agent, AGENT);
  chmodSync(world.agent, 0o444);
  assert.match((await world.run('install', '--yes')).err, /read-only/);
  const none = createCliWorld(t);
  const absent = await none.run('install', '--yes');
  assert.equal(absent.code, 1);
  assert.match(absent.err, /None of these was found here: Kiro[^]*spoor install kiro/);
});

test('the command itself: another agent, made the default, and back', async (t) => {
  const world = createKiroWorld(t);
  const env = { HOME: join(world.root, 'user'), SPOOR_HOME: world.context.home.root, PATH: '/usr/bin:/bin' };
  const settings = join(world.root, 'user/.kiro/settings/cli.json');
  const before = readFileSync(settings, 'utf8');
  const installed = await spawnSpoor(['install', 'kiro', '--agent', 'traced', '--set-default', '--yes'], { env });
  assert.equal(installed.code, 0, installed.err);
  assert.equal(JSON.parse(readFileSync(settings, 'utf8'))['chat.defaultAgent'], 'traced');
  assert.deepEqual(JSON.parse(readFileSync(join(world.root, 'user/.kiro/agents/traced.json'), 'utf8')).tools, ['*']);
  const undone = await spawnSpoor(['uninstall', '--yes'], { env });
  assert.equal(undone.code, 0, undone.err);
  assert.equal(readFileSync(settings, 'utf8'), before);
  assert.ok(!existsSync(join(world.root, 'user/.kiro/agents/traced.json')));
});

test('empty words and wrong addresses are wrong usage, told in plain sentences; nothing is changed', async (t) => {
  const world = createKiroWorld(t);
  for (const option of ['--user-id', '--project']) {
    const { code, err } = await world.run('install', 'kiro', '--yes', option, ' ');
    assert.deepEqual([code, err], [2, `spoor: ${option} needs a text.\nTo set none, leave ${option} out.\n`]);
  }
  const { code, err } = await world.run('install', 'kiro', '--yes', '--to', 'localhost:6006');
  assert.deepEqual([code, err], [2, 'spoor: --to: the address must begin with http:// or https://.\nExample: --to http://localhost:6006\n']);
  assert.match((await world.run('install', 'kiro', '--yes', '--to', 'http://me:pw@x')).err, /^spoor: --to: an address holds no user and password/);
  assert.equal(world.read(), AGENT);
  assert.ok(!existsSync(world.context.home.root));
});

test('two destinations at once are refused: none of them is silently left out', async (t) => {
  const world = createKiroWorld(t);
  const { code, err } = await world.run('install', 'kiro', '--yes', '--to', 'http://localhost:4318', '--to', 'phoenix');
  assert.equal(code, 2);
  assert.match(err, /Give it once/);
});

test('uninstall of what was never installed says so, and does not say that it was done', async (t) => {
  const { run } = createKiroWorld(t);
  for (const words of [['uninstall'], ['uninstall', 'kiro', '--yes'], ['uninstall', 'kiro', '--dry-run']]) {
    const { code, err } = await run(...words);
    assert.equal(code, 0);
    assert.match(err, /Nothing is installed: nothing was changed\.\n$/);
    assert.doesNotMatch(err, /Done|no longer traced/);
  }
});

test("a newer spoor's hooks and a newer spoor's store are left as they are, and named", async (t) => {
  const world = createKiroWorld(t);
  const { home } = world.context;
  await world.run('install', 'kiro', '--yes');
  const body = join(home.hooks, 'kiro.sh');
  const newer = readFileSync(body, 'utf8').replace(`# spoor ${VERSION}:`, '# spoor 99.1.0:');
  writeFileSync(body, newer);
  const refused = await world.run('install', 'kiro', '--yes');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^spoor: A newer spoor \(99\.1\.0\) is installed in .*; this one is .*\. Nothing was changed\.\n/);
  assert.equal(readFileSync(body, 'utf8'), newer);

  await world.run('uninstall', '--yes');
  openStore(home.database).close();
  const db = new DatabaseSync(home.database);
  db.exec('PRAGMA user_version = 999');
  db.close();
  const { code, err } = await world.run('install', 'kiro', '--yes');
  assert.equal(code, 1);
  assert.match(err, /was written by a newer spoor/);
  assert.equal(world.read(), AGENT);
  assert.ok(!existsSync(join(home.hooks, 'kiro')));
});

test('claude-code: into one project, or as a plugin; both go again', async (t) => {
  const world = createKiroWorld(t, { answer: true });
  const settings = join(world.context.folder, '.claude', 'settings.local.json');
  const installed = await world.run('install', 'claude-code', '--scope', 'project');
  assert.equal(installed.code, 0, installed.err);
  assert.ok(readFileSync(settings, 'utf8').includes('PreToolUse'));
  const plugin = join(world.context.folder, 'plugin', 'hooks', 'hooks.json');
  assert.equal((await world.run('install', 'claude-code', '--plugin', 'plugin')).code, 0);
  assert.ok(existsSync(plugin));
  assert.equal((await world.run('install', 'kiro', '--plugin', 'plugin')).code, 2);
  assert.equal((await world.run('uninstall', 'claude-code')).code, 0);
  assert.deepEqual([existsSync(settings), existsSync(plugin)], [false, false]);
});

test('where the receiver asks for a token, --native is refused and nothing is changed; the hooks alone can be installed', async (t) => {
  const { context, run, root } = createCliWorld(t, { answer: true });
  const settings = join(root, 'user', '.claude', 'settings.json');
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, '{}\n');
  mkdirSync(context.home.root, { recursive: true });
  for (const [receiver, reason] of [['{ token: "env:NOT_THERE_EITHER" }', /has a receiver\.token, and spoor writes no secret into the settings of Claude Code/], ['{ tocken: x }', /says who may send, cannot be read/]] as const) {
    writeFileSync(context.home.configFile, `receiver: ${receiver}\n`);
    const refused = await run('install', 'claude-code', '--native', '--yes');
    assert.equal(refused.code, 1);
    assert.match(refused.err, reason);
    assert.equal(readFileSync(settings, 'utf8'), '{}\n');
  }
  writeFileSync(context.home.configFile, 'receiver: { token: "env:NOT_THERE_EITHER" }\n');
  assert.equal((await run('install', 'claude-code', '--yes')).code, 0);
  assert.doesNotMatch(readFileSync(settings, 'utf8'), /OTEL/);
  writeFileSync(context.home.configFile, '{}\n');
  assert.equal((await run('install', 'claude-code', '--native', '--yes')).code, 0);
  assert.match(readFileSync(settings, 'utf8'), /OTEL_EXPORTER_OTLP_ENDPOINT/);
});
