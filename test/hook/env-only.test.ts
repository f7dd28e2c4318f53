/** A hook that acts only where a shell names an OTLP endpoint: elsewhere it leaves after its one test. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { isSavedEnvOnly, refreshShims, saveShim } from '#spoor/hook/save-shim.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { AGENT_ENVIRONMENT, assertSilent, createHookStage, finished, type HookStage } from '../support/hook-stage.ts';

const PAYLOAD = '{"hook_event_name":"stop"}';
const NOTHING = { node: '/nonexistent/node', entry: '/nonexistent/entry' };

let stage: HookStage;
beforeEach(() => {
  stage = createHookStage();
  stage.install({ ...NOTHING, isEnvOnly: true });
});
afterEach(() => stage.close());

/** Every file and folder of the home with its time of change. */
function look(): string[] {
  const names = readdirSync(stage.folder, { recursive: true, encoding: 'utf8' });
  return names.map((name) => `${name} ${statSync(join(stage.folder, name), { bigint: true }).mtimeNs}`).sort();
}

const SHELLS = [['sh', '-c'], ['bash', '-c'], ['dash', '-c'], ['zsh', '-c'], ['ksh', '-c'], ['fish', '-c'], ['busybox', 'sh', '-c']].filter(([program = '']) => spawnSync(program, ['--help']).error === undefined);

const LEAVES: Record<string, string>[] = [
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: '', SPOOR_OTLP_ENDPOINT: '' },
  { ARIZE_API_KEY: 'a', ARIZE_SPACE_ID: 'b' },
  { ARIZE_API_KEY: 'a', ARIZE_TRACE_ENABLED: 'true', ARIZE_OTLP_ENDPOINT: 'otlp.arize.com' },
  { PHOENIX_API_KEY: 'p', PHOENIX_PROJECT: 'x' },
  { OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b', TRACEPARENT: 'x', SPOOR_USER_ID: 'me' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', SPOOR_TRACE_ENABLED: 'false' },
  { SPOOR_OTLP_ENDPOINT: 'http://127.0.0.1:1', ARIZE_TRACE_ENABLED: '0' },
];
for (const env of LEAVES) {
  test(`with ${JSON.stringify(env)} nothing changes, under any shell`, async () => {
    const before = look();
    for (const shell of SHELLS) assertSilent(await stage.run('x'.repeat(300_000), { shell, env }));
    assert.deepEqual(look(), before);
  });
}

const TRACES: Record<string, string>[] = [
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
  { PHOENIX_ENDPOINT: 'http://127.0.0.1:1' },
  { PHOENIX_COLLECTOR_ENDPOINT: 'http://127.0.0.1:1' },
  { ARIZE_API_KEY: 'a', ARIZE_SPACE_ID: 'b', ARIZE_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
  { ARIZE_API_KEY: 'a', ARIZE_SPACE_ID: 'b', ARIZE_TRACE_ENABLED: 'true' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces', OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'false' },
  { SPOOR_OTLP_ENDPOINT: 'http://127.0.0.1:1', SPOOR_OTLP_HEADERS: 'a=b' },
];
for (const env of TRACES) {
  test(`with ${JSON.stringify(env)} the event is kept, under any shell`, async () => {
    for (const shell of SHELLS) assertSilent(await stage.run(PAYLOAD, { shell, env }));
    const { events } = readSpool(stage.home);
    assert.deepEqual(events.map(({ payload }) => payload), SHELLS.map(() => PAYLOAD));
    for (const event of events) assert.deepEqual({ ...event.env, ...AGENT_ENVIRONMENT, ...env }, { ...event.env, ...AGENT_ENVIRONMENT });
  });
}

test('without an input, and with a folder for one, it leaves with 0', async () => {
  const folder = openSync(stage.folder, 'r');
  for (const stdin of ['ignore', folder] as const) assertSilent(await finished(spawn('sh', ['-c', stage.command], { env: AGENT_ENVIRONMENT, stdio: [stdin, 'pipe', 'pipe'] })));
  closeSync(folder);
  assertSilent(await stage.run('', { command: `${stage.command} <&-` }));
});

test('what a person installs stays what it is through an upgrade', async () => {
  const body = (): string => readFileSync(join(stage.home.hooks, 'kiro.sh'), 'utf8');
  refreshShims(stage.home, { version: '2.0.0', node: NOTHING.node, entry: [NOTHING.entry] }, () => false);
  assert.match(body(), /^# spoor 2\.0\.0: .* where a shell names an OTLP endpoint/);
  saveShim(stage.home, { agent: 'kiro', version: '2.0.0', node: NOTHING.node, entry: [NOTHING.entry], isEnvOnly: false });
  assert.doesNotMatch(body(), /where a shell names/);
  assertSilent(await stage.run(PAYLOAD));
  assert.equal(readSpool(stage.home).events.length, 1);
});

test('a hook whose body is gone is still known to be environment-only', () => {
  assert.equal(isSavedEnvOnly(stage.home, 'kiro'), true);
  rmSync(join(stage.home.hooks, 'kiro.sh'));
  assert.equal(isSavedEnvOnly(stage.home, 'kiro'), true);
  stage.install({ ...NOTHING, isEnvOnly: false });
  assert.equal(isSavedEnvOnly(stage.home, 'kiro'), false);
});

const STRACE = '/usr/bin/strace';

test('strace sees no file made and no process but the shim\'s', { skip: existsSync(STRACE) ? false : 'there is no strace' }, async () => {
  const log = join(stage.folder, 'strace.log');
  const traced = spawn(STRACE, ['-f', '-o', log, '-e', 'trace=%file,%process', 'sh', '-c', stage.command], { env: AGENT_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
  assertSilent(await finished(traced, PAYLOAD));
  const calls = readFileSync(log, 'utf8').split('\n');
  unlinkSync(log);
  const forked = calls.filter((line) => /\b(v?fork|clone3?)\(/.test(line));
  assert.deepEqual(forked, []);
  const written = calls.filter((line) => /O_(CREAT|WRONLY|RDWR)|\b(mkdir|rename|unlink|link|symlink|mknod|chmod)(at)?2?\(/.test(line) && !line.includes('"/dev/null"') && !/"\/proc\/self\/fd/.test(line));
  assert.deepEqual(written, []);
  assert.ok(calls.length > 10, 'strace saw something');
  rmSync(log, { force: true });
});
