/** The first five minutes: all agents of a machine at once, and where their traces go. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { listInstalledAgents } from '#spoor/config/install-record.ts';
import { loadConfig, type Config } from '#spoor/config/config.ts';
import { resolveDestination } from '#spoor/config/resolve-destination.ts';
import { isReceiverAt } from '#spoor/exporters/probe-receiver.ts';
import { presets } from '#spoor/exporters/presets/index.ts';
import { commands } from '#spoor/cli/commands/index.ts';
import { createCliWorld, type CliWorld } from '../support/cli-context.ts';

const FOLDERS: Record<string, string> = {
  kiro: '.kiro', 'claude-code': '.claude', codex: '.codex', copilot: '.copilot', cursor: '.cursor', gemini: '.gemini', 'qwen-code': '.qwen', opencode: '.config/opencode', pi: '.pi/agent',
};

/** A user of whose agents only the folders are there. */
function createUser(t: TestContext, options: Parameters<typeof createCliWorld>[1] = {}, ids = Object.keys(FOLDERS)): CliWorld & { put(path: string, text: string): string; config(): Config } {
  const world = createCliWorld(t, options);
  const at = (path: string): string => join(world.root, 'user', path);
  for (const id of ids) mkdirSync(at(FOLDERS[id] ?? assert.fail(id)), { recursive: true });
  return {
    ...world,
    put(path, text) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
      return at(path);
    },
    config: () => loadConfig(world.context.home, world.context.environment).value,
  };
}

test('no name: every agent whose folder is there, one look, one question', async (t) => {
  let questions = 0;
  const user = createUser(t);
  user.context.confirm = async () => ++questions === 1;
  const { code, out, err } = await user.run('install');
  assert.equal(code, 0, err);
  assert.equal(questions, 1);
  assert.match(err, /^Found here: Kiro, Claude Code, Codex, .* and pi\.\n/);
  assert.deepEqual(listInstalledAgents(user.context.home), Object.keys(FOLDERS).sort());
  for (const agent of agents.filter(({ installer }) => installer)) assert.match(err, new RegExp(`^${agent.title}\n {2}(new|changes) +~/`, 'm'));
  assert.equal(out.match(/^\+\+\+ /gm)?.length, 11);
  const again = await user.run('install', '--yes');
  assert.deepEqual([again.code, again.out], [0, '']);
  const gone = await user.run('uninstall', '--yes');
  assert.equal(gone.code, 0, gone.err);
  assert.deepEqual(listInstalledAgents(user.context.home), []);
});

test('an agent that cannot be installed is named, with its file, and the rest goes on', async (t) => {
  const user = createUser(t, {}, ['claude-code', 'gemini', 'qwen-code']);
  const path = user.put('.gemini/settings.json', '{\n  "a": 1\n  "b": 2\n}\n');
  const { code, err } = await user.run('install', '--yes');
  assert.equal(code, 1);
  assert.ok(err.includes(`Gemini CLI is left out: ${path} is not valid JSON (comma expected, line 3, column 3). It was left as it is: mend it and try again.\n`), err);
  assert.match(err, /Done: Claude Code and Qwen Code are traced[^]*spoor: Gemini CLI could not be installed\.\nWhen that is mended: spoor install gemini\n$/);
  assert.deepEqual(listInstalledAgents(user.context.home), ['claude-code', 'qwen-code']);
});

test('what several agents share is said once', async (t) => {
  const user = createUser(t, {}, []);
  const home = join(user.root, 'user');
  mkdirSync(home);
  chmodSync(home, 0o500);
  const { code, err } = await user.run('install', 'claude-code', 'gemini', 'pi', '--yes');
  assert.equal(code, 1);
  assert.equal(err, `spoor: ${home} is read-only. Make the folder writable (chmod u+w) and try again.\n`);
  chmodSync(home, 0o700);
  user.put('.gemini/settings.json', '');
  chmodSync(home, 0o500);
  const mixed = await user.run('install', 'claude-code', 'gemini', 'pi', '--yes');
  assert.equal(mixed.err.match(/is read-only/g)?.length, 1);
  assert.match(mixed.err, /^Claude Code and pi are left out: .*\nGemini CLI is left out: .* is empty.*\nspoor: Nothing was changed: none of these agents can be installed\.\n$/);
  chmodSync(home, 0o700);
  user.context.environment = { env: {}, platform: 'linux' };
  assert.match((await user.run('install', ...Object.keys(FOLDERS), '--yes')).err, /^spoor: There is no HOME[^\n]*\n$/);
});

test('an agent whose file changes at the last moment is left out, and the others are traced', async (t) => {
  const user = createUser(t, {}, ['claude-code', 'qwen-code']);
  user.context.confirm = async () => user.put('.claude/settings.json', '{}') !== '';
  const { code, err } = await user.run('install', '--user-id', 'ada');
  assert.equal(code, 1);
  assert.match(err, /Claude Code is left out: .* was changed by somebody else[^]*Done: Qwen Code is traced/);
  assert.equal(user.config().userId, 'ada');
  assert.ok(!existsSync(join(user.context.home.hooks, 'claude-code')), 'nothing of it is left');
});

test('--to: a preset, a preset elsewhere, an address; all else is wrong usage that names the presets', async (t) => {
  const user = createUser(t, { env: { AWS_REGION: 'eu-north-1' } }, ['claude-code']);
  const cases: [string, string, string][] = [
    ['phoenix', 'phoenix', 'http://localhost:6006/v1/traces'],
    ['otlp', 'otlp', 'http://localhost:4318/v1/traces'],
    ['phoenix=https://phoenix.example.com/s/me', 'phoenix-2', 'https://phoenix.example.com/s/me/v1/traces'],
    ['JAEGER=http://127.0.0.1:4318/v1/traces', 'jaeger', 'http://127.0.0.1:4318/v1/traces'],
    ['http://localhost:9999', 'localhost-9999', 'http://localhost:9999/v1/traces'],
    ['phoenix=http://localhost:6006', 'phoenix', 'http://localhost:6006/v1/traces'],
    ['honeycomb', 'honeycomb', 'https://api.honeycomb.io/v1/traces'],
    ['langfuse=http://localhost:3000', 'langfuse', 'http://localhost:3000/api/public/otel/v1/traces'],
    ['xray', 'xray', 'https://xray.eu-north-1.amazonaws.com/v1/traces'],
  ];
  for (const [to, name, url] of cases) {
    const { code, err } = await user.run('install', 'claude-code', '--yes', '--to', to, '--project', 'work', '--user-id', 'ada');
    assert.equal(code, 0, err);
    const destination = user.config().destinations.find((one) => one.name === name);
    assert.deepEqual([destination?.url, destination?.project], [url, 'work'], to);
  }
  assert.equal(user.config().destinations.length, 8, 'the same address is the same destination');
  assert.equal(user.config().userId, 'ada');
  for (const to of ['nobody', 'nobody=http://localhost:1', 'phoenix=', 'phoenix=localhost:6006', 'localhost:6006', '', 'grafana-cloud']) {
    const { code, err } = await user.run('install', 'claude-code', '--yes', '--to', to);
    assert.equal(code, 2, to);
    if (to.startsWith('nobody')) assert.match(err, /^spoor: --to: there is no preset "nobody"\.\nKnown are phoenix, otlp, jaeger/);
  }
});

test('the key of a backend is never written: the configuration names its variable', async (t) => {
  const user = createUser(t, { env: { PHOENIX_API_KEY: 'px-secret-1' } }, ['claude-code']);
  const { err } = await user.run('install', 'claude-code', '--yes', '--to', 'phoenix=https://phoenix.example.com');
  assert.match(err, /The key is taken from PHOENIX_API_KEY/);
  const text = readFileSync(user.context.home.configFile, 'utf8');
  assert.match(text, /preset: phoenix\n    url: .*\n    apiKey: env:PHOENIX_API_KEY/);
  assert.ok(!text.includes('px-secret-1') && !err.includes('px-secret-1'));
  const setting = user.config().destinations[0] ?? assert.fail();
  assert.equal(resolveDestination(setting, user.context.environment).value?.headers.authorization, 'Bearer px-secret-1');
  assert.match(resolveDestination(setting, { env: {}, platform: 'linux' }).problems[0]?.detail ?? '', /"apiKey" is env:PHOENIX_API_KEY, which is not set/);
  assert.match(readFileSync(join(user.context.home.hooks, 'start-collector.sh'), 'utf8') + (await user.run('install', 'claude-code', '--yes')).err, /PHOENIX_API_KEY/);
  const other = createUser(t, {}, ['claude-code']);
  assert.match((await other.run('install', 'claude-code', '--yes', '--to', 'phoenix=https://phoenix.example.com')).err, /If it asks for a key: export PHOENIX_API_KEY=…/);
  assert.match((await other.run('install', 'claude-code', '--dry-run', '--to', 'arize-ax')).err, /export ARIZE_API_KEY=…, export ARIZE_SPACE_ID=…, and run this again/);
});

test('a destination that is there keeps its own headers and comments', async (t) => {
  const url = 'https://phoenix.example.com/v1/traces';
  for (const [headers, expected] of [['Authorization: env:MINE, x-tenant: a', { authorization: 'env:MINE', 'x-tenant': 'a' }], ['x-tenant: a', { 'x-tenant': 'a', authorization: 'Bearer env:PHOENIX_API_KEY' }]] as const) {
    const user = createUser(t, { env: { PHOENIX_API_KEY: 'px-secret-1' } }, ['claude-code']);
    mkdirSync(user.context.home.root, { recursive: true });
    writeFileSync(user.context.home.configFile, `destinations:\n  mine:\n    url: ${url} # ours\n    headers: { ${headers} }\n`);
    const { code, err } = await user.run('install', 'claude-code', '--yes', '--to', 'phoenix=https://phoenix.example.com', '--project', 'p');
    assert.equal(code, 0, err);
    assert.equal(err.includes('PHOENIX_API_KEY'), !headers.includes('MINE'));
    assert.deepEqual(user.config().destinations.map(({ headers: kept, project }) => [kept, project]), [[expected, 'p']]);
    assert.match(readFileSync(user.context.home.configFile, 'utf8'), /traces # ours\n/);
  }
});

/** Points the presets at ports of this test's own, so that nothing else on this machine answers. */
async function serve(t: TestContext, statusCode: number): Promise<{ server: Server; port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => {
      requests.push(`${request.method} ${request.url} ${request.headers['content-type']} ${bytes}`);
      response.writeHead(statusCode).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return { server, port: (server.address() as AddressInfo).port, requests };
}

test('a receiver is known by its answer to a request without spans; others are none', async (t) => {
  const [open, locked, other] = [await serve(t, 200), await serve(t, 401), await serve(t, 404)];
  assert.deepEqual(await Promise.all([open, locked, other].map(({ port }) => isReceiverAt(port))), [true, true, false]);
  assert.deepEqual(open.requests, ['POST /v1/traces application/x-protobuf 0']);
  const { port } = await serve(t, 200).then(async ({ server, port: freed }) => (await new Promise((resolve) => server.close(resolve)), { port: freed }));
  assert.equal(await isReceiverAt(port), false);
});

test('a person at the terminal is offered what listens, an address, or none', async (t) => {
  const phoenix = presets.find(({ id }) => id === 'phoenix') ?? assert.fail();
  const { port, requests } = await serve(t, 200);
  const { url } = phoenix;
  Object.assign(phoenix, { url: `http://localhost:${port}` });
  t.after(() => void Object.assign(phoenix, { url }));
  const cases: [string[], string | undefined][] = [
    [[''], undefined],
    [['1'], undefined],
    [['none'], undefined],
    [['2'], `http://localhost:${port}/v1/traces`],
    [['http://localhost:7777'], 'http://localhost:7777/v1/traces'],
    [['77', 'what', 'phoenix=http://localhost:7778'], 'http://localhost:7778/v1/traces'],
    [['ftp://x', '-', 'what'], undefined],
  ];
  for (const [replies, wanted] of cases) {
    const user = createUser(t, { replies: [...replies], answer: true }, ['claude-code']);
    const { code, err } = await user.run('install');
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`2 {2}http://localhost:${port} {2}Phoenix`));
    assert.deepEqual(user.config().destinations.map((one) => one.url), wanted === undefined ? [] : [wanted], replies.join());
  }
  const gone = createUser(t, { replies: [], answer: true }, ['claude-code']);
  assert.deepEqual([(await gone.run('install')).code, existsSync(gone.context.home.root)], [1, false], 'who leaves at the question changes nothing');
  const asked = requests.length;
  const quiet = createUser(t, { replies: ['2'], answer: true, env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:1' } }, ['claude-code']);
  assert.match((await quiet.run('install')).err, /Sessions of this shell go where its OTEL_EXPORTER_OTLP_ENDPOINT says/);
  for (const words of [['--yes'], ['--dry-run'], ['--env-only'], ['--to', 'otlp']]) assert.equal((await createUser(t, { replies: ['2'], answer: true }, ['claude-code']).run('install', ...words)).code, 0);
  await createUser(t, { answer: true }, ['claude-code']).run('install');
  assert.equal(requests.length, asked, 'no port was asked');
});

test('on Windows: the node hook, its command in every file, and node on the PATH', async (t) => {
  const user = createUser(t);
  user.context.environment = { ...user.context.environment, platform: 'win32', env: {} };
  assert.match((await user.run('install', '--yes')).err, /node is not on the PATH\. Nothing was changed/);
  user.put('bin/node.exe', '');
  user.context.environment = { ...user.context.environment, env: { PATH: `C:\\nowhere;${join(user.root, 'user/bin')}` } };
  const { code, out, err } = await user.run('install', '--yes');
  assert.equal(code, 0, err);
  assert.doesNotMatch(out, /\/bin\/sh|export SPOOR/);
  for (const id of Object.keys(FOLDERS)) {
    assert.ok(existsSync(join(user.context.home.hooks, `${id}.cjs`)), id);
    assert.ok(!existsSync(join(user.context.home.hooks, id)), id);
  }
  const held = (path: string): string => readFileSync(join(user.root, 'user', path), 'utf8');
  assert.match(held('.copilot/hooks/spoor.json'), /"powershell": "try \{ node -e \\"try\{require\('[^']*\/hooks\/copilot\.cjs'\)\}catch\(e\)\{process\.stdin\.resume\(\)\}\\" \} catch \{ \}; exit 0"/);
  assert.match(held('.codex/hooks.json'), /"command": "node -e try\{require/);
  assert.match(held('.codex/config.toml'), /notify = \["node", "-e", "const w=/);
  assert.match(held('.kiro/hooks/spoor.json'), /"command": "node -e process\.env\.SPOOR_HOOK_CHANNEL='file';try\{/);
  assert.match(held('.claude/settings.json'), /"command": "node -e \\"if\(process\.env\.CURSOR_VERSION\)try\{/);
  assert.match(held('.pi/agent/extensions/spoor-extension.ts'), /^const \[PROGRAM, \.\.\.WORDS\] = \["node","-e","try\{/m);
  const gone = await user.run('uninstall', '--yes');
  assert.equal(gone.code, 0, gone.err);
  assert.ok(!existsSync(join(user.context.home.hooks, 'kiro.cjs')));
});

test('help fits a terminal of 80 columns', async (t) => {
  const { run } = createCliWorld(t, { columns: 80 });
  for (const { name } of commands) {
    const { out } = await run(name, '--help');
    assert.deepEqual(out.split('\n').filter((line) => line.length > 80), [], name);
  }
});
