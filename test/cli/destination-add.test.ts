/** What `spoor destination add` says and refuses, beyond the plain cases. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toMachineFailure } from '#spoor/cli/machine-failure.ts';
import { homeAt } from '#spoor/config/home.ts';
import { createCliWorld, type CliWorld } from '../support/cli-context.ts';

function write({ context }: CliWorld, yaml: string): void {
  mkdirSync(context.home.root, { recursive: true });
  writeFileSync(context.home.configFile, yaml);
}

test('only variables that the destination refers to are missed, not all in which AWS may keep something', async (t) => {
  const { run } = createCliWorld(t, { env: {} });
  const xray = await run('destination', 'add', 'xray', '--region', 'us-west-2', '--dry-run');
  assert.equal(xray.code, 0, xray.err);
  assert.doesNotMatch(xray.err, /not set|AWS_/);
  const ax = await run('destination', 'add', 'arize-ax', '--dry-run');
  assert.match(ax.err, /ARIZE_API_KEY, ARIZE_SPACE_ID are not set in this shell: until a collector finds them, spans wait\. Put them .*: export ARIZE_API_KEY=…; export ARIZE_SPACE_ID=…\n/);
});

test('a Phoenix under another name of this machine is the same one', async (t) => {
  const world = createCliWorld(t);
  write(world, 'destinations:\n  phoenix: {preset: phoenix}\n');
  for (const host of ['127.0.0.1', '[::1]']) {
    const { code, err } = await world.run('destination', 'add', 'two', '--preset', 'phoenix', '--url', `http://${host}:6006`, '--yes');
    assert.equal(code, 1);
    assert.match(err, /"phoenix" is this Phoenix already/);
  }
  assert.equal((await world.run('destination', 'add', 'two', '--preset', 'phoenix', '--url', 'http://127.0.0.1:6007', '--yes')).code, 0);
});

test('a destination that is broken in config.yaml leaves no typed key behind', async (t) => {
  const world = createCliWorld(t);
  const { home } = world.context;
  write(world, `destinations:\n  hc: {preset: honeycomb, url: nowhere, apiKey: 'file:${home.secrets}/hc.apiKey.secret'}\n`);
  mkdirSync(home.secrets);
  for (const name of ['hc.apiKey.secret', 'hc2.apiKey.secret', 'hc.mine']) writeFileSync(join(home.secrets, name), 'k\n');
  const { code, err } = await world.run('destination', 'remove', 'hc', '--yes');
  assert.equal(code, 0, err);
  assert.deepEqual(['hc.apiKey.secret', 'hc2.apiKey.secret', 'hc.mine'].map((name) => existsSync(join(home.secrets, name))), [false, true, true]);
});

test('after the last one is taken out the file is empty, and what is added stands in lines', async (t) => {
  const world = createCliWorld(t);
  const { configFile } = world.context.home;
  for (const before of ['destinations:\n  a: {path: /tmp/a.jsonl}\n', 'destinations: {a: {path: /tmp/a.jsonl}}\n', 'destinations:\n  - {name: a, path: /tmp/a.jsonl}\n']) {
    write(world, before);
    assert.equal((await world.run('destination', 'remove', 'a', '--yes')).code, 0);
    assert.equal(readFileSync(configFile, 'utf8'), '');
    assert.equal((await world.run('destination', 'add', 'b', '--path', '/tmp/b.jsonl', '--yes')).code, 0);
    assert.match(readFileSync(configFile, 'utf8'), /^destinations:\n {2}b:\n {4}path: \/tmp\/b\.jsonl\n/);
  }
  for (const empty of ['{}\n', 'destinations: {}\n', '# mine\n{}\n']) {
    write(world, empty);
    assert.equal((await world.run('destination', 'add', 'b', '--path', '/tmp/b.jsonl', '--yes')).code, 0);
    assert.match(readFileSync(configFile, 'utf8'), /destinations:\n {2}b:\n {4}path: \/tmp\/b\.jsonl\n/);
  }
});

test('what is added are lines: all others stay as they are, however they are laid out', async (t) => {
  const world = createCliWorld(t);
  const added = (indent: string, end = '\n'): string => ['b:', '  path: /tmp/b.jsonl', `  addedAt: ${new Date(world.context.nowMillis()).toISOString()}`].map((line) => `${indent}${line}${end}`).join('');
  const cases: [string, (lines: (indent: string, end?: string) => string) => string][] = [
    ['userId:    me   # it is me\nexclude: [ /a,/b ]\ndestinations:\n      a:\n            path:   /tmp/a.jsonl\n      # the end\n\n# after\nproject: p', (lines) => `userId:    me   # it is me\nexclude: [ /a,/b ]\ndestinations:\n      a:\n            path:   /tmp/a.jsonl\n      # the end\n${lines('      ')}\n# after\nproject: p`],
    ["userId:   'me'\nexclude:\n- /a\n", (lines) => `userId:   'me'\nexclude:\n- /a\ndestinations:\n${lines('  ')}`],
    ["userId:   'me'", (lines) => `userId:   'me'\ndestinations:\n${lines('  ')}`],
    ["userId:   'me'\r\ndestinations:\r\n  a: {path: /tmp/a.jsonl}\r\n", (lines) => `userId:   'me'\r\ndestinations:\r\n  a: {path: /tmp/a.jsonl}\r\n${lines('  ', '\r\n')}`],
    ['destinations:\n  a: {path: /tmp/a.jsonl}', (lines) => `destinations:\n  a: {path: /tmp/a.jsonl}\n${lines('  ')}`],
  ];
  for (const [before, after] of cases) {
    write(world, before);
    const { code, err } = await world.run('destination', 'add', 'b', '--path', '/tmp/b.jsonl', '--yes');
    assert.equal(code, 0, err);
    assert.equal(readFileSync(world.context.home.configFile, 'utf8'), after(added));
  }
});

test('no secret stands in config.yaml, whatever its header is called', async (t) => {
  const world = createCliWorld(t);
  const cases: [string[], RegExp][] = [
    ...['x-credential', 'x-bearer', 'x-jwt', 'x-pass'].map((name): [string[], RegExp] => [['http://h', '--header', `${name}=s3cret`], /a secret is not written.*\nSay where it is: --header/]),
    [['http://h', '--header', 'x-who=Bearer s3cret'], /a secret is not written/],
    [['http://h', '--header', 'x-who=basic s3cret'], /a secret is not written/],
    [['http://h/v1/traces?api_key=s3cret'], /--url: a secret is not written into config\.yaml.*"api_key".*\n.*env:NAME/],
  ];
  for (const [words, message] of cases) {
    const { code, err } = await world.run('destination', 'add', 'x', '--url', ...words, '--yes');
    assert.equal(code, 2, words.join(' '));
    assert.match(err, message);
    assert.ok(!err.includes('s3cret') && !existsSync(world.context.home.configFile));
  }
  assert.equal((await world.run('destination', 'add', 'x', '--url', 'http://h/v1/traces?tenant=a', '--header', 'x-who=Bearer env:WHO', '--yes')).code, 0);
});

test("a file of spoor's own is no destination", async (t) => {
  const world = createCliWorld(t);
  const { home } = world.context;
  for (const path of ['spoor.db', 'spoor.db-wal', 'spoor.db-shm', 'config.yaml', 'spool/x', 'secrets/x.apiKey.secret', 'hooks/x.sh', 'logs/../spoor.db', 'collector.pid']) {
    const { code, err } = await world.run('destination', 'add', 'x', '--path', `${home.root}/${path}`, '--yes');
    assert.deepEqual([code, existsSync(home.configFile)], [2, false], path);
    assert.match(err, /"path" .*spoor's own/);
  }
  assert.equal((await world.run('destination', 'add', 'x', '--path', `${home.root}/traces.jsonl`, '--yes')).code, 0);
});

test('a wrong option leads to the help of its own subcommand', async (t) => {
  const world = createCliWorld(t);
  for (const word of ['add', 'list', 'test', 'remove']) assert.match((await world.run('destination', word, '--wat')).err, new RegExp(`--wat[^]*\\nTry: spoor destination ${word} --help`));
});

test('a file where the home should be is told in a sentence', async (t) => {
  const world = createCliWorld(t);
  const { root } = world.context.home;
  writeFileSync(root, '');
  for (const words of [['destination', 'add', 'x', '--path', '/tmp/x.jsonl', '--yes'], ['status']]) {
    const { code, err } = await world.run(...words);
    assert.doesNotMatch(err, /not expected|EEXIST/);
    if (code === 1) assert.match(err, /is no folder, and spoor keeps its data in one/);
  }
});

test('a config.yaml that cannot be written is named, not the file beside it', () => {
  const error = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/h/.config.yaml.12.m0x1z.tmp' });
  assert.match(toMachineFailure(error, homeAt('/h'))?.message ?? '', /^\/h\/config\.yaml may not be/);
});
