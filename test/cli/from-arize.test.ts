/** `spoor destination add --from-arize`: its configuration becomes destinations, its keys go into files of their own, its hooks go on the user's word. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import type { DestinationSetting } from '#spoor/config/destination/destination-setting.ts';
import { resolveDestination } from '#spoor/config/resolve-destination.ts';
import { createCliWorld, type CliWorld } from '../support/cli-context.ts';

function put({ root }: CliWorld, path: string, text: string): string {
  const full = join(root, 'user', path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function settingsOf({ context }: CliWorld): DestinationSetting[] {
  const { value, problems } = loadConfig(context.home, context.environment);
  assert.deepEqual(problems, []);
  return value.destinations;
}

const KIRO_AGENT = '{\n  "name": "mine",\n  "hooks": {\n    "stop": [\n      { "command": "~/.arize/harness/venv/bin/arize-hook-kiro" },\n      { "command": "notify-send done" }\n    ]\n  }\n}\n';

test('several targets become several destinations, with their agents, projects, users and keys', async (t) => {
  const world = createCliWorld(t);
  put(world, '.arize/harness/config.json', JSON.stringify({
    harnesses: {
      kiro: { project_name: 'kiro', target: 'phoenix', endpoint: 'http://localhost:6006', api_key: '' },
      'claude-code': { project_name: 'claude', target: 'phoenix', endpoint: 'http://localhost:6006/', attributes: { team: 'core', own: 1 } },
      codex: { project_name: 'cx', target: 'arize', endpoint: 'otlp.arize.com:443', api_key: 'ax-s3cret', space_id: 'SPACE', user_id: 'ada' },
      gemini: { target: 'arize', endpoint: 'otlp.eu-west-1a.arize.com:443', api_key: 'eu-s3cret', space_id: 'EU' },
      devin: { target: 'phoenix', endpoint: 'http://localhost:6006' },
      copilot: { project_name: 'x' },
    },
    user_id: 'me',
    attributes: { team: 'core' },
    logging: { prompts: true, tool_details: false, tool_content: true },
    backend: { legacy: true },
  }));
  const { code, err, out } = await world.run('destination', 'add', '--from-arize', '--yes');
  assert.equal(code, 0, err);
  assert.ok(!(err + out + readFileSync(world.context.home.configFile, 'utf8')).includes('s3cret'), err);
  assert.match(err, /"devin" is no agent that spoor traces: left out\.\n"copilot" names no backend: left out\./);
  assert.match(err, /phoenix: attributes that only some of its agents had are left out/);
  const [phoenix = assert.fail(), ax = assert.fail(), eu = assert.fail(), ...rest] = settingsOf(world);
  assert.deepEqual(rest, []);
  assert.deepEqual([phoenix.name, phoenix.url, phoenix.agents, phoenix.project, phoenix.rules, phoenix.userId, phoenix.attributes], [
    'phoenix', 'http://localhost:6006/v1/traces', ['kiro', 'claude-code'], 'kiro', [{ agents: ['claude-code'], project: 'claude' }], 'me', { team: 'core' },
  ]);
  assert.deepEqual([ax.name, ax.url, ax.agents, ax.project, ax.userId], ['arize-ax', 'https://otlp.arize.com/v1/traces', ['codex'], 'cx', 'ada']);
  assert.deepEqual([eu.name, eu.url, eu.project], ['arize-ax-2', 'https://otlp.eu-west-1a.arize.com/v1/traces', 'gemini']);
  for (const { sharing } of [phoenix, ax, eu]) assert.deepEqual([sharing.content.prompt, sharing.content.answer, sharing.content.toolArguments, sharing.content.toolResult], ['full', 'full', 'none', 'full']);
  const keyOf = (setting: DestinationSetting): unknown => resolveDestination(setting, world.context.environment).value?.headers;
  assert.deepEqual([keyOf(phoenix), keyOf(ax), keyOf(eu)], [{}, { authorization: 'Bearer ax-s3cret', api_key: 'ax-s3cret', space_id: 'SPACE' }, { authorization: 'Bearer eu-s3cret', api_key: 'eu-s3cret', space_id: 'EU' }]);
  assert.equal(statSync(join(world.context.home.secrets, 'arize-ax-2.apiKey.secret')).mode & 0o777, 0o600);
  const again = await world.run('destination', 'add', '--from-arize', '--yes');
  assert.equal(again.code, 0);
  assert.match(again.err, /"phoenix" goes to http:\/\/localhost:6006\/v1\/traces already: it stays as it is\./);
  assert.equal(settingsOf(world).length, 3);
});

test('an older config.yaml; nothing said of content leaves the defaults, and says so; flags win', async (t) => {
  const yaml = 'harnesses:\n  kiro:\n    project_name: kiro\n    target: phoenix\n    endpoint: http://localhost:6006\n    api_key: ""\n';
  for (const [words, level, project] of [[[], 'preview', 'kiro'], [['--content', 'full', '--project', 'mine'], 'full', 'mine']] as const) {
    const world = createCliWorld(t);
    put(world, '.arize/harness/config.yaml', yaml);
    const { code, err } = await world.run('destination', 'add', '--from-arize', '--yes', ...words);
    assert.equal(code, 0, err);
    assert.equal(/Arize's tracer sent whole texts/.test(err), words.length === 0);
    assert.deepEqual(settingsOf(world).map(({ sharing, project: told }) => [sharing.content.prompt, told]), [[level, project]]);
  }
});

test('the hooks: shown first, taken out when agreed, every other byte stays', async (t) => {
  const world = createCliWorld(t, { answer: true });
  put(world, '.arize/harness/config.json', '{"harnesses": {"kiro": {"target": "phoenix", "endpoint": "http://localhost:6006"}}}');
  const path = put(world, '.kiro/agents/mine.json', KIRO_AGENT);
  const dry = await world.run('destination', 'add', '--from-arize', '--dry-run');
  assert.match(dry.out, /arize-hook-kiro/);
  assert.deepEqual([readFileSync(path, 'utf8'), existsSync(world.context.home.root)], [KIRO_AGENT, false]);
  const { code, err, out } = await world.run('destination', 'add', '--from-arize');
  assert.equal(code, 0, err);
  assert.match(out, /- .*arize-hook-kiro/);
  assert.equal(readFileSync(path, 'utf8'), KIRO_AGENT.replace('      { "command": "~/.arize/harness/venv/bin/arize-hook-kiro" },\n', ''));
  assert.match(err, /Took them out\..*spoor install/);
});

test('who says no to the hooks keeps them, with the destinations', async (t) => {
  const world = createCliWorld(t);
  const answers = [true, false];
  world.context.confirm = async () => answers.shift();
  put(world, '.arize/harness/config.json', '{"harnesses": {"kiro": {"target": "phoenix"}}}');
  const path = put(world, '.kiro/agents/mine.json', KIRO_AGENT);
  const { code, err } = await world.run('destination', 'add', '--from-arize');
  assert.equal(code, 0, err);
  assert.deepEqual([readFileSync(path, 'utf8'), settingsOf(world).length], [KIRO_AGENT, 1]);
  assert.match(err, /They stay\./);
});

test('no configuration, a broken one, one that names nothing: a failure that says what to do', async (t) => {
  const world = createCliWorld(t);
  assert.match((await world.run('destination', 'add', '--from-arize')).err, /There is no configuration of Arize's tracer in .*\.arize\/harness\.\nAdd a backend with/);
  for (const text of ['{"harnesses": ', '[]', '{}', '{"harnesses": {"kiro": 7}}']) {
    put(world, '.arize/harness/config.json', text);
    const { code, err } = await world.run('destination', 'add', '--from-arize', '--yes');
    assert.equal(code, 1, text);
    assert.match(err, /names no backend that can be taken over/);
  }
  assert.equal(existsSync(world.context.home.root), false);
});
