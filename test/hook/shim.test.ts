/** The hook in a hostile world: always silent, always 0, its input always read; and the event kept wherever that is possible. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { removeShim, savedShims } from '#spoor/hook/save-shim.ts';
import { shimPaths } from '#spoor/hook/shim.ts';
import { HOOK_VARIABLES } from '#spoor/hook/variables.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { assertSilent, createHookStage, finished, type HookStage, waitFor } from '../support/hook-stage.ts';

const PAYLOAD = '{"hook_event_name":"stop"}';

let stage: HookStage;
beforeEach(() => {
  stage = createHookStage();
  // Nothing to start: what the hook does alone.
  stage.install({ node: '/nonexistent/node', entry: '/nonexistent/entry' });
});
afterEach(() => stage.close());

const payloads = (): string[] => readSpool(stage.home).events.map((event) => event.payload);

for (const [name, value] of [
  ...['false', 'FALSE', 'False', '0', 'no', 'No', 'off', 'OFF'].flatMap((text) => [['SPOOR_TRACE_ENABLED', text], ['ARIZE_TRACE_ENABLED', text]]),
  ['OTEL_SDK_DISABLED', 'true'],
  ['OTEL_SDK_DISABLED', 'TRUE'],
] as [string, string][]) {
  test(`${name}=${value} leaves before it touches the disk`, async () => {
    assertSilent(await stage.run('x'.repeat(1_000_000), { env: { [name]: value } }));
    assert.deepEqual(readdirSync(stage.home.spool), []);
  });
}

test('other values trace, and our own switch wins over its twin', async () => {
  const settings: Record<string, string>[] = [
    { SPOOR_TRACE_ENABLED: 'true' },
    { SPOOR_TRACE_ENABLED: '1' },
    { SPOOR_TRACE_ENABLED: '' },
    { ARIZE_TRACE_ENABLED: '1' },
    { OTEL_SDK_DISABLED: 'false' },
    { OTEL_SDK_DISABLED: '1' },
    { SPOOR_TRACE_ENABLED: 'true', ARIZE_TRACE_ENABLED: 'false' },
  ];
  for (const env of settings) assertSilent(await stage.run(PAYLOAD, { env }));
  assert.equal(payloads().length, settings.length);
});

test('every enumerated variable crosses, and no other but the agent\'s process', async () => {
  const env = Object.fromEntries(HOOK_VARIABLES.filter((name) => !/ENABLED|DISABLED|^PPID$/.test(name)).map((name, i) => [name, `value ${i}\n'"\\`]));
  assertSilent(await stage.run(PAYLOAD, { env: { ...env, AWS_SECRET_ACCESS_KEY: 'x', SPOOR: 'x' } }));
  const { SPOOR_HOOK_PARENT: words, ...rest } = readSpool(stage.home).events[0]?.env ?? {};
  const { SPOOR_HOOK_PARENT: _, ...others } = env;
  assert.deepEqual(rest, { ...others, PPID: String(process.pid) });
  assert.ok(words?.startsWith(readFileSync('/proc/self/cmdline', 'utf8').split('\0')[0] ?? ''), words);
});

test('within a trace the words that the agent was started with cross, and elsewhere they do not', async () => {
  assertSilent(await stage.run(PAYLOAD, { env: { TRACEPARENT: '' } }));
  assert.equal(readSpool(stage.home).events[0]?.env.SPOOR_HOOK_PARENT, undefined);
  assertSilent(await stage.run(PAYLOAD, { env: { TRACEPARENT: '00-5f0e8a3c9b7d41268c1f0a9e7b3d5c21-9c4b1e7a2f6d8035-01' } }));
  const told = readSpool(stage.home).events.map((event) => event.env.SPOOR_HOOK_PARENT).find((words) => words !== undefined);
  assert.deepEqual(told?.split('\u0001').slice(0, -1), readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1));
});

test('without HOME, and without any environment but PATH', async () => {
  const run = await finished(spawn('/bin/sh', ['-c', stage.command], { env: {}, cwd: '/' }), PAYLOAD);
  assertSilent(run);
  assert.deepEqual(payloads(), [PAYLOAD]);
  assert.deepEqual(readSpool(stage.home).events[0]?.env, { PPID: String(process.pid) });
});

test('the spool is for its owner alone', async () => {
  await stage.run(PAYLOAD, { shell: ['sh', '-c'], command: `umask 000; ${stage.command}` });
  const [name = ''] = readdirSync(stage.home.spool);
  assert.equal(statSync(join(stage.home.spool, name)).mode & 0o777, 0o600);
  const { shim, body, startScript } = shimPaths(stage.home, 'kiro');
  assert.deepEqual([shim, body, startScript].map((path) => statSync(path).mode & 0o777), [0o700, 0o600, 0o600]);
});

test('50 MB arrive whole', async () => {
  const payload = Buffer.from(`{"text":"${'0123456789abcdef'.repeat(3_276_800)}"}`);
  assertSilent(await stage.run(payload));
  const [event] = readSpool(stage.home).events;
  assert.equal(event?.truncated, false);
  assert.equal(sha256(event?.payload ?? ''), sha256(payload));
});

test('bytes that are no UTF-8, and NULs, arrive as they are', async () => {
  const payload = Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xfe, 0xc3, 0x28, 0, 0, 0x80, ...Buffer.from('"}\n')]);
  assertSilent(await stage.run(payload));
  const [name = ''] = readdirSync(stage.home.spool);
  const bytes = readFileSync(join(stage.home.spool, name));
  assert.ok(bytes.subarray(bytes.length - payload.length).equals(payload));
});

test('no input at all is an event without a payload', async () => {
  assertSilent(await finished(spawn('sh', ['-c', stage.command], { stdio: ['ignore', 'pipe', 'pipe'] })));
  const [event] = await waitFor('the event', () => withEvents());
  assert.deepEqual([event?.payload, event?.truncated], ['', true]);
});

test('a name that is taken is not written into', async () => {
  // `$$` of the shell that sources the shim is the name it will try.
  const taken = `for n in '' .1 .2; do echo mine >${stage.home.spool}/kiro-$$$n; done; mkdir ${stage.home.spool}/kiro-$$.3; ln -s /nonexistent ${stage.home.spool}/kiro-$$.4; `;
  assertSilent(await stage.run(PAYLOAD, { command: taken + stage.command }));
  const names = readdirSync(stage.home.spool).sort();
  assert.equal(names.length, 6);
  for (const name of names.slice(0, 3)) assert.equal(readFileSync(join(stage.home.spool, name), 'utf8'), 'mine\n');
  assert.deepEqual(payloads(), [PAYLOAD]);
});

test('a spool folder that is gone is made again, 0700', async () => {
  rmSync(stage.home.spool, { recursive: true });
  assertSilent(await stage.run(PAYLOAD));
  assert.deepEqual(payloads(), [PAYLOAD]);
  assert.equal(statSync(stage.home.spool).mode & 0o777, 0o700);
});

test('a full disk: the input is read to its end', async () => {
  // A link to a device that is always full, under the name the shim will try: the shell's own way to write to it.
  const full = `ln -s /dev/full ${stage.home.spool}/kiro-$$; `;
  for (const size of [10, 1_000_000]) assertSilent(await stage.run('x'.repeat(size), { command: full + stage.command }));
});

test('a full disk, for real where we may mount one: what fits is kept', async () => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=700', 'spoor-test', stage.home.spool]).status === 0;
  try {
    assertSilent(await stage.run('{"text":"'.padEnd(1_000_000, 'x')));
    assertSilent(await stage.run('{"text":"'.padEnd(1_000_000, 'x')));
    const [event] = await waitFor('the truncated event', () => withEvents());
    assert.equal(event?.truncated, true);
  } finally {
    if (mounted) execFileSync('umount', [stage.home.spool]);
  }
});

test('a read-only spool, and a file in its place', async () => {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'spoor-test', stage.home.spool]).status === 0) {
    try {
      assertSilent(await stage.run('x'.repeat(1_000_000)));
    } finally {
      execFileSync('umount', [stage.home.spool]);
    }
  }
  chmodSync(stage.home.spool, 0o500);
  assertSilent(await stage.run(PAYLOAD));
  chmodSync(stage.home.spool, 0o700);
  rmSync(stage.home.spool, { recursive: true });
  writeFileSync(stage.home.spool, '');
  assertSilent(await stage.run('x'.repeat(1_000_000)));
});

test('nothing of the home is left', async () => {
  rmSync(stage.home.root, { recursive: true });
  assertSilent(await stage.run('x'.repeat(1_000_000)));
  assert.deepEqual(readdirSync(stage.folder).filter((name) => name === 'home'), []);
});

test('a PATH without anything in it', async () => {
  assertSilent(await finished(spawn('/bin/sh', ['-c', stage.command], { env: { PATH: '/nonexistent' } }), PAYLOAD));
  assert.deepEqual(payloads(), [PAYLOAD]);
});

test('Ctrl-C while the payload comes does not tear the event', async () => {
  const child = spawn('sh', ['-c', stage.command], { detached: true });
  const done = finished(child);
  child.stdin.write('{"a":');
  await waitFor('the half-written event', () => readdirSync(stage.home.spool).some((name) => statSync(join(stage.home.spool, name)).size > 0));
  process.kill(-(child.pid ?? assert.fail()), 'SIGINT');
  child.stdin.end('1}');
  assertSilent(await done);
  assert.deepEqual(payloads(), ['{"a":1}']);
});

test('a hook that is killed leaves what it had, marked', async () => {
  const child = spawn('sh', ['-c', stage.command], { detached: true });
  child.stdin.write('{"a":"b');
  await waitFor('the payload on disk', () => readdirSync(stage.home.spool).some((name) => readFileSync(join(stage.home.spool, name), 'latin1').endsWith('{"a":"b')));
  assert.deepEqual([readSpool(stage.home).events.length, readSpool(stage.home).waiting], [0, 1]);
  process.kill(-(child.pid ?? assert.fail()), 'SIGKILL');
  const [event] = await waitFor('the truncated event', () => withEvents());
  assert.deepEqual([event?.payload, event?.truncated], ['{"a":"b', true]);
});

test('shims are listed and removed, the start script with the last', () => {
  assert.deepEqual(savedShims(stage.home), ['kiro']);
  mkdirSync(join(stage.home.hooks, 'unused.d'));
  removeShim(stage.home, 'kiro');
  removeShim(stage.home, 'kiro');
  assert.deepEqual(savedShims(stage.home), []);
  assert.deepEqual(readdirSync(stage.home.hooks), ['unused.d']);
});

function withEvents() {
  const { events } = readSpool(stage.home);
  return events.length > 0 ? events : undefined;
}

function sha256(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}
