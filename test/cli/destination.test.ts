import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import type { DestinationSetting } from '#spoor/config/destination/destination-setting.ts';
import { resolveDestination } from '#spoor/config/resolve-destination.ts';
import type { Status } from '#spoor/collector/reports.ts';
import { createCliWorld, type CliWorld } from '../support/cli-context.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';

function settingsOf({ context }: CliWorld): DestinationSetting[] {
  const { value, problems } = loadConfig(context.home, context.environment);
  assert.deepEqual(problems, []);
  return value.destinations;
}

function configOf({ context }: CliWorld): string {
  return existsSync(context.home.configFile) ? readFileSync(context.home.configFile, 'utf8') : '';
}

function write({ context }: CliWorld, yaml: string): void {
  mkdirSync(context.home.root, { recursive: true });
  writeFileSync(context.home.configFile, yaml);
}

const STATUS: Status = { home: '', version: '', collector: { running: false }, spool: { waiting: 0, bytes: 0, setAside: 0 }, store: { sessions: 0, pending: 0 }, agents: [], destinations: [], configProblems: [], deliveryProblems: [], problems: [] };

function withReports(t: TestContext, destinations: Status['destinations'], options: Parameters<typeof createCliWorld>[1] = {}): CliWorld {
  return createCliWorld(t, { ...options, collector: { readStatus: async () => ({ ...STATUS, destinations }) } });
}

test('add: flags become an entry; the rest of the file stays', async (t) => {
  const world = createCliWorld(t, { env: { DD_API_KEY: 'k' } });
  write(world, '# mine\nuserId: me # it is me\n');
  const cases: [string[], Partial<DestinationSetting>][] = [
    [['phoenix', '--url', 'https://phoenix.example.com/s/me'], { name: 'phoenix', preset: 'phoenix', url: 'https://phoenix.example.com/s/me/v1/traces' }],
    [['jaeger', '--path', '/tmp/j.jsonl'], { name: 'jaeger', exporter: 'file' }],
    [['otlp'], { name: 'otlp', preset: 'otlp', url: 'http://localhost:4318/v1/traces' }],
    [['p2', '--preset', 'phoenix', '--url', 'http://localhost:6007', '--project', 'work', '--content', 'full'], { url: 'http://localhost:6007/v1/traces', project: 'work' }],
    [['--preset', 'datadog', '--region', 'eu1', '--service-name', 'me'], { name: 'datadog', url: 'https://otlp.datadoghq.eu/v1/traces', serviceName: 'me', needs: { apiKey: 'env:DD_API_KEY' } }],
    [['--path', '/tmp/x.jsonl'], { name: 'file', exporter: 'file', path: '/tmp/x.jsonl' }],
    [['--url', 'https://otel.example.com', '--header', 'X-Tenant=a', '--header', 'authorization=Bearer env:TOKEN', '--trace', 'session', '--user-id', 'ada'], { name: 'otel.example.com', headers: { 'x-tenant': 'a', authorization: 'Bearer env:TOKEN' }, trace: 'session', userId: 'ada' }],
    [['ax', '--preset', 'arize-ax', '--api-key-env', 'MY_KEY', '--space-id', 'S'], { name: 'ax', needs: { apiKey: 'env:MY_KEY', spaceId: 'S' } }],
    [['g', '--preset', 'grafana-cloud', '--region', 'prod-eu-west-2', '--key-id', '12', '--api-key-file', '/run/key'], { url: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp/v1/traces', needs: { apiKey: 'file:/run/key', keyId: '12' } }],
    [['mixed', '--url', 'http://localhost:1', '--content', 'prompt=full,toolResult=none'], { name: 'mixed' }],
  ];
  for (const [words, expected] of cases) {
    const { code, err } = await world.run('destination', 'add', ...words, '--yes');
    assert.equal(code, 0, err);
    const added = settingsOf(world).at(-1) ?? assert.fail();
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(added[key as keyof DestinationSetting], value, `${words.join(' ')}: ${key}`);
    assert.equal(added.addedMillis, world.context.nowMillis());
  }
  assert.deepEqual(settingsOf(world).at(-1)?.sharing.content.prompt, 'full');
  assert.ok(configOf(world).startsWith('# mine\nuserId: me # it is me\n'));
});

test('add: what cannot be meant is wrong usage, what would harm is refused, and nothing is written', async (t) => {
  const world = createCliWorld(t);
  write(world, 'destinations: {phoenix: {preset: phoenix}}\n');
  const cases: [string[], number, RegExp][] = [
    [[], 2, /Say where the traces shall go/],
    [['x', '--preset', 'nobody'], 2, /There is no preset "nobody"\.\nKnown are phoenix/],
    [['xray'], 2, /needs "region", the AWS region.*\nSay it with --region/],
    [['grafana-cloud', '--region', 'r'], 2, /needs "keyId": the instance id\.\nSay it with --key-id/],
    [['jaeger', '--api-key-env', 'X'], 2, /Jaeger has no --api-key-env/],
    [['x', '--url', 'http://h', '--space-id', 'X'], 2, /A key needs a preset/],
    [['x', '--url', 'ftp://h'], 2, /"url" must begin with http/],
    [['x', '--url', 'http://u:s3cret@h'], 2, /holds no user and password/],
    [['x', '--url', 'http://h', '--header', 'api-key=s3cret'], 2, /--header api-key: a secret is not written/],
    [['honeycomb', '--api-key-env', 's3cret-s3cret'], 2, /name of a variable, not the key/],
    [['x', '--url', 'http://h', '--content', 'some'], 2, /"content" must be none or preview or full/],
    [['not a name', '--url', 'http://h'], 2, /needs a name of letters/],
    [['phoenix'], 2, /There is a destination "phoenix" already/],
    [['two', '--preset', 'phoenix'], 1, /"phoenix" is this Phoenix already\. Phoenix keeps one span of an id/],
  ];
  for (const [words, expected, message] of cases) {
    const { code, out, err } = await world.run('destination', 'add', ...words, '--yes');
    assert.deepEqual([code, out], [expected, ''], words.join(' ') + err);
    assert.match(err, message);
    assert.ok(!err.includes('s3cret'), err);
  }
  assert.equal(configOf(world), 'destinations: {phoenix: {preset: phoenix}}\n');
});

test('add: paths are meant from the folder one is in; a file that cannot be read is told', async (t) => {
  const world = createCliWorld(t);
  const { folder } = world.context;
  const keyed = await world.run('destination', 'add', 'honeycomb', '--api-key-file', 'keys/hc', '--yes');
  assert.equal(keyed.code, 0, keyed.err);
  assert.match(keyed.err, /"apiKey" is file:.*keys\/hc, which cannot be read \(ENOENT\): until it can be read, spans wait\./);
  assert.equal((await world.run('destination', 'add', 'copy', '--path', 'out/t.jsonl', '--yes')).code, 0);
  assert.equal((await world.run('destination', 'add', 'home', '--path', '~/t.jsonl', '--yes')).code, 0);
  const [hc, copy, home] = settingsOf(world);
  assert.deepEqual([hc?.needs?.apiKey, copy?.path, home?.path], [`file:${join(folder, 'keys/hc')}`, join(folder, 'out/t.jsonl'), join(world.root, 'user', 't.jsonl')]);
  assert.match((await world.run('destination', 'add', 'x', '--url', 'http://h', '--header', 'x-honeycomb-team=k', '--yes')).err, /a secret is not written/);
});

test('add: a dry run writes nothing, and nobody who can be asked is wrong usage', async (t) => {
  const world = createCliWorld(t);
  const dry = await world.run('destination', 'add', 'honeycomb', '--dry-run');
  assert.equal(dry.code, 0);
  assert.match(dry.err, /preset: honeycomb\n {4}apiKey: env:HONEYCOMB_API_KEY\n[^]*HONEYCOMB_API_KEY is not set in this shell[^]*dry run/);
  const asked = await world.run('destination', 'add', 'honeycomb');
  assert.equal(asked.code, 2);
  assert.match(asked.err, /--yes/);
  assert.equal(existsSync(world.context.home.root), false);
});

test('add: a person is asked for all that is not said; a key that is typed stands in a file of its own', async (t) => {
  const replies = ['arize-ax', 'mars', 'eu', 'ax-s3cret', 'SPACE', 'work', 'some', 'full'];
  const world = createCliWorld(t, { replies, answer: true });
  const hidden: string[] = [];
  const { ask } = world.context;
  world.context.ask = (question, options) => (options?.isHidden && hidden.push(question), ask(question));
  const { code, err, out } = await world.run('destination', 'add');
  assert.equal(code, 0, err);
  assert.deepEqual(hidden, ['API key, not shown (Enter: taken from ARIZE_API_KEY): ']);
  assert.ok(!(err + out + configOf(world)).includes('s3cret'));
  const [setting = assert.fail()] = settingsOf(world);
  assert.deepEqual([setting.url, setting.project, setting.sharing.content.prompt, setting.needs?.spaceId], ['https://otlp.eu-west-1a.arize.com/v1/traces', 'work', 'full', 'SPACE']);
  assert.equal(resolveDestination(setting, world.context.environment).value?.headers.api_key, 'ax-s3cret');
  const path = join(world.context.home.secrets, 'arize-ax.apiKey.secret');
  assert.deepEqual([statSync(path).mode & 0o777, setting.needs?.apiKey], [0o600, `file:${path}`]);
  const removed = await world.run('destination', 'remove', 'arize-ax', '--yes');
  assert.deepEqual([removed.code, existsSync(path), configOf(world)], [0, false, '']);
});

test('add: local presets, addresses and files are asked for, Enter takes what is usual, and who goes away changes nothing', async (t) => {
  const cases: [string[], Partial<DestinationSetting>][] = [
    [['1', '', '', '', ''], { name: 'phoenix', url: 'http://localhost:6006/v1/traces' }],
    [['tempo', 'http://tempo:4318', 'team-a', 'p', 'none'], { name: 'tempo', url: 'http://tempo:4318/v1/traces', project: 'p', needs: { spaceId: 'team-a' } }],
    [['what', 'http://localhost:9', '', ''], { name: 'localhost-9', url: 'http://localhost:9/v1/traces' }],
    [['/tmp/t.jsonl', '', 'full'], { name: 'file', path: '/tmp/t.jsonl' }],
    [['honeycomb', 'https://refinery.example', 'env:HC', '', ''], { url: 'https://refinery.example/v1/traces', needs: { apiKey: 'env:HC' } }],
  ];
  for (const [replies, expected] of cases) {
    const world = createCliWorld(t, { replies: [...replies], answer: true });
    const { code, err } = await world.run('destination', 'add');
    assert.equal(code, 0, err);
    const [setting = assert.fail()] = settingsOf(world);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(setting[key as keyof DestinationSetting], value, replies.join());
  }
  const gone = createCliWorld(t, { replies: ['phoenix', ''], answer: true });
  assert.deepEqual([(await gone.run('destination', 'add')).code, existsSync(gone.context.home.root)], [1, false]);
  const no = createCliWorld(t, { replies: ['1', '', '', '', ''], answer: false });
  assert.deepEqual([(await no.run('destination', 'add')).code, existsSync(no.context.home.root)], [1, false]);
});

test('list: what is configured, what waits and what went wrong, without a secret', async (t) => {
  const world = withReports(t, [
    { name: 'ax', configured: true, missingSecrets: [], waiting: 7, sent: 40, setAside: 2, lastError: 'otlp.arize.com answered 401' },
    { name: 'old', configured: false, missingSecrets: [], waiting: 3, sent: 1, setAside: 0 },
    { name: 'env:0123456789abcdef', configured: false, shellAddress: 'http://h', missingSecrets: [], waiting: 1, sent: 0, setAside: 0 },
  ], { columns: 200 });
  write(world, 'destinations: {ax: {preset: arize-ax, apiKey: literal-s3cret, spaceId: s3cret-space, url: "https://h/v1/traces?key=s3cret", headers: {x-key: s3cret}}, f: {path: /tmp/f.jsonl, content: {prompt: full}}}\n');
  for (const words of [['destination'], ['destination', 'list']]) {
    const { code, out } = await world.run(...words);
    assert.equal(code, 0);
    assert.match(out, /^name +preset +address .*\nax +arize-ax +https:\/\/h\/v1\/traces .* none +7 +40 +2 refused for good: otlp\.arize\.com answered 401\nf +file:\/tmp\/f\.jsonl .* per kind +0 +0\nold +in config\.yaml no more +3 +1/);
    assert.ok(!out.includes('s3cret') && !out.includes('0123456789abcdef'));
  }
  const { out } = await world.run('destination', 'list', '--json');
  const [ax, f] = (JSON.parse(out) as { destinations: Record<string, unknown>[] }).destinations;
  assert.deepEqual([ax?.address, ax?.waiting, ax?.sent, (f?.content as Record<string, string> | undefined)?.prompt, out.includes('s3cret')], ['https://h/v1/traces', 7, 40, 'full', false]);
  const empty = createCliWorld(t);
  assert.match((await empty.run('destination', 'list')).err, /^No destination: traces stay on this machine/);
});

test('test: one marked span through the real exporter, and what the backend says of it', async (t) => {
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  const world = createCliWorld(t, { env: { KEY: 's3cret' } });
  write(world, `destinations: {a: {preset: phoenix, url: "http://127.0.0.1:${backend.port}", apiKey: env:KEY, project: team-work, redact: [team-]}, b: {preset: honeycomb}}\n`);
  const good = await world.run('destination', 'test', 'a');
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /✓ a +127\.0\.0\.1:\d+\/v1\/traces took a marked span|✓ a +http:\/\/127\.0\.0\.1:\d+\/v1\/traces took a marked span/);
  const [request] = backend.requests;
  assert.deepEqual([request?.headers['x-project-name'], request?.headers.authorization, backend.spans().length, backend.spans()[0]?.resource['openinference.project.name']], ['[redacted:own]work', 'Bearer s3cret', 1, '[redacted:own]work']);
  await backend.become({ type: 'status', status: 401, message: 'this key may not write' });
  const bad = await world.run('destination', 'test', '--json');
  assert.equal(bad.code, 1);
  const report = JSON.parse(bad.out) as { ok: boolean; destinations: { subject: string; state: string; seen: string }[] };
  assert.deepEqual([report.ok, report.destinations.map(({ subject, state }) => [subject, state])], [false, [['a', 'broken'], ['b', 'broken']]]);
  assert.match(report.destinations[0]?.seen ?? '', /answered 401.*may not write/);
  assert.ok(!(bad.out + bad.err).includes('s3cret'));
  assert.match(bad.err, /a, b did not take it/);
  assert.match((await world.run('destination', 'test', 'nobody')).err, /There is no destination "nobody"\.\nThere are: a, b/);
});

test('remove: says what still waits, asks, takes it out and leaves the rest', async (t) => {
  const yaml = '# mine\ndestinations:\n  # the first\n  a:\n    url: http://localhost:1\n  b: # stays\n    url: http://localhost:2\n';
  const world = withReports(t, [{ name: 'a', configured: true, missingSecrets: [], waiting: 5, sent: 0, setAside: 0 }], { answer: false });
  write(world, yaml);
  const refused = await world.run('destination', 'remove', 'a');
  assert.deepEqual([refused.code, configOf(world)], [1, yaml]);
  assert.match(refused.err, /5 spans still wait for it/);
  const { code, err } = await world.run('destination', 'remove', 'a', '--yes');
  assert.equal(code, 0, err);
  assert.equal(configOf(world), '# mine\ndestinations:\n  b: # stays\n    url: http://localhost:2\n');
  assert.deepEqual(settingsOf(world).map(({ name }) => name), ['b']);
  assert.match((await world.run('destination', 'remove', 'a', '--yes')).err, /There is no destination "a"\.\nThere are: b/);
});

test('remove: one that is broken in config.yaml goes as well', async (t) => {
  const world = createCliWorld(t);
  write(world, 'destinations:\n  a: { preset: nobody }\n  b: { url: http://localhost:2 }\n');
  const { code, err } = await world.run('destination', 'remove', 'a', '--yes');
  assert.deepEqual([code, configOf(world)], [0, 'destinations:\n  b: { url: http://localhost:2 }\n'], err);
});

test('help of each subcommand, and a word that is none', async (t) => {
  const world = createCliWorld(t);
  for (const word of ['add', 'list', 'test', 'remove']) {
    const { code, out } = await world.run('help', 'destination', word);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Usage: spoor destination ${word}`));
  }
  assert.equal((await world.run('destination', 'fly')).code, 2);
});
