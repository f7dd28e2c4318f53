/** The hook's form for Windows, run here by a real node: the same promises as the sh form's. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { toQuotedCommand, toWords, withVariable } from '#spoor/agents/hook-command.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { toNodeHookText } from '#spoor/hook/node-hook.ts';
import { isSavedEnvOnly, readShimVersion, refreshShims, removeShim, savedShims } from '#spoor/hook/save-shim.ts';
import { toHookCommand } from '#spoor/hook/shim.ts';
import { HOOK_VARIABLES, WINDOWS_VARIABLES } from '#spoor/hook/variables.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { AGENT_ENVIRONMENT, assertSilent, createHookStage, finished, readLog, waitFor, type HookRun, type HookStage } from '../support/hook-stage.ts';

const PAYLOAD = '{"hook_event_name":"stop"}';
const NOTHING = { node: '/nonexistent/node', entry: '/nonexistent/entry', platform: 'win32' } as const;
const ENVIRONMENT = { ...AGENT_ENVIRONMENT, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

let stage: HookStage;
let command: string;
beforeEach(() => {
  stage = createHookStage();
  rmSync(stage.home.hooks, { recursive: true });
  stage.install(NOTHING);
  command = toHookCommand(stage.home, 'kiro', 'win32');
});
afterEach(() => stage.close());

function run(payload: string | Buffer, { env = {}, what = command }: { env?: Record<string, string>; what?: string } = {}): Promise<HookRun> {
  const [program, ...words] = toWords(what);
  return finished(spawn(program, words, { cwd: stage.folder, env: { ...ENVIRONMENT, ...env } }), payload);
}

const payloads = (): string[] => readSpool(stage.home).events.map((event) => event.payload);

test('one file, known by its version, listed, renewed and taken away', () => {
  assert.deepEqual(readdirSync(stage.home.hooks), ['kiro.cjs']);
  assert.deepEqual([savedShims(stage.home), readShimVersion(stage.home, 'kiro'), isSavedEnvOnly(stage.home, 'kiro')], [['kiro'], '1.0.0', false]);
  refreshShims(stage.home, { version: '1.1.0', node: NOTHING.node, entry: [NOTHING.entry], platform: 'win32' }, () => false);
  assert.equal(readShimVersion(stage.home, 'kiro'), '1.1.0');
  removeShim(stage.home, 'kiro');
  assert.deepEqual(savedShims(stage.home), []);
});

test('the event comes into the spool whole, with the header of the sh form', async () => {
  assertSilent(await run(PAYLOAD));
  const { events, problems } = readSpool(stage.home);
  assert.deepEqual(problems, []);
  assert.deepEqual([events[0]?.payload, events[0]?.truncated, events[0]?.agent, events[0]?.env], [PAYLOAD, false, 'kiro', { HOME: '/nonexistent', PPID: String(process.pid) }]);
  assert.equal(events[0]?.at.resolutionNano, 1_000, 'its clock is believed');
});

test('every enumerated variable crosses, those of Windows too, and no other', async () => {
  const names = [...HOOK_VARIABLES, ...WINDOWS_VARIABLES].filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name) && !/ENABLED|DISABLED|^PPID$/.test(name));
  const env = Object.fromEntries(names.map((name, index) => [name, `value ${index}\n'"\\ é`]));
  assertSilent(await run(PAYLOAD, { env: { ...env, AWS_SECRET_ACCESS_KEY: 'x' } }));
  assert.deepEqual(readSpool(stage.home).events[0]?.env, { ...env, PPID: String(process.pid) });
});

test('5 MB, NULs and bytes that are no UTF-8 arrive as they are', async () => {
  const payload = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0, 0xc3, 0x28]), Buffer.alloc(5_000_000, 'x'), Buffer.from('"}')]);
  assertSilent(await run(payload));
  const bytes = readFileSync(join(stage.home.spool, readdirSync(stage.home.spool)[0] ?? ''));
  assert.ok(bytes.subarray(bytes.length - payload.length).equals(payload));
});

for (const env of [{ SPOOR_TRACE_ENABLED: 'OFF' }, { ARIZE_TRACE_ENABLED: '0' }, { OTEL_SDK_DISABLED: 'True' }] as Record<string, string>[]) {
  test(`${JSON.stringify(env)}: the input is read, the disk is not touched`, async () => {
    assertSilent(await run('x'.repeat(1_000_000), { env }));
    assert.deepEqual(readdirSync(stage.home.spool), []);
  });
}

describe('environment-only', () => {
  for (const [env, count] of [
    [{}, 0],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, 0],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' }, 0],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, 1],
    [{ SPOOR_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, 1],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1' }, 1],
  ] as [Record<string, string>, number][]) {
    test(`${JSON.stringify(env)} keeps ${count}`, async () => {
      stage.install({ ...NOTHING, isEnvOnly: true });
      assert.equal(isSavedEnvOnly(stage.home, 'kiro'), true);
      assertSilent(await run('{"a":1}', { env }));
      assert.equal(payloads().length, count);
    });
  }
});

test('what is broken is nothing to the agent: no file, no spool, a file in its place, no input', async () => {
  rmSync(stage.home.spool, { recursive: true });
  assertSilent(await run(PAYLOAD));
  assert.deepEqual(payloads(), [PAYLOAD], 'the folder is made again');
  rmSync(stage.home.spool, { recursive: true });
  writeFileSync(stage.home.spool, '');
  assertSilent(await run('x'.repeat(1_000_000)));
  rmSync(stage.home.hooks, { recursive: true });
  assertSilent(await run('x'.repeat(1_000_000)));
  rmSync(stage.home.root, { recursive: true });
  assertSilent(await run(PAYLOAD));
  assert.equal(existsSync(stage.home.root), false);
});

test('no input at all is an event without a payload', async () => {
  const [program, ...words] = toWords(command);
  assertSilent(await finished(spawn(program, words, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })));
  const [event] = await waitFor('the event', () => {
    const { events } = readSpool(stage.home);
    return events.length > 0 && events;
  });
  assert.deepEqual([event?.payload, event?.truncated], ['', true]);
});

test('a name that is taken is not written into', async () => {
  const text = readFileSync(join(stage.home.hooks, 'kiro.cjs'), 'utf8');
  // A pid that does not change from run to run.
  writeFileSync(join(stage.home.hooks, 'kiro.cjs'), text.replaceAll('process.pid', '4242'));
  for (const name of ['kiro-4242', 'kiro-4242.1']) writeFileSync(join(stage.home.spool, name), 'mine');
  mkdirSync(join(stage.home.spool, 'kiro-4242.2'));
  assertSilent(await run(PAYLOAD));
  assert.equal(readFileSync(join(stage.home.spool, 'kiro-4242.1'), 'utf8'), 'mine');
  assert.ok(readFileSync(join(stage.home.spool, 'kiro-4242.3'), 'utf8').endsWith(PAYLOAD));
});

describe('the collector', () => {
  test('is started with the scrubbed environment, once, and takes every event', async () => {
    stage.install({ platform: 'win32' });
    await Promise.all(Array.from({ length: 8 }, (_, index) => run(`{"a":${index}}`, { env: { USERPROFILE: 'C:\\Users\\ada', AWS_SECRET_ACCESS_KEY: 'x', SPOOR_USER_ID: 'ada' } }).then(assertSilent)));
    await waitFor('all events', () => readLog(stage).filter(({ what }) => what === 'event').length >= 8);
    const acquired = readLog(stage).filter(({ what }) => what === 'acquired');
    assert.equal(acquired.length, 1);
    assert.deepEqual([acquired[0]?.env?.SPOOR_HOME, acquired[0]?.env?.USERPROFILE, acquired[0]?.env?.AWS_SECRET_ACCESS_KEY, acquired[0]?.env?.SPOOR_USER_ID], [stage.home.root, 'C:\\Users\\ada', undefined, undefined]);
    await waitFor('the end of the start', () => !existsSync(stage.home.startingFile));
  });

  test('a newer one is left alone; a dead one, and a dead starter, are replaced', async () => {
    stage.install({ platform: 'win32' });
    writeFileSync(stage.home.pidFile, `${process.pid} 99.0.0 1 1\n`);
    assertSilent(await run(PAYLOAD));
    assert.equal(existsSync(stage.home.startingFile), false);
    const dead = spawnSync('true').pid;
    writeFileSync(stage.home.pidFile, `${dead} 1.0.0 1 1\n`);
    writeFileSync(stage.home.startingFile, `${dead}\n`);
    assertSilent(await run(PAYLOAD));
    await waitFor('both events', () => readLog(stage).filter(({ what }) => what === 'event').length >= 2);
  });

  test('who is being started, or asked not to be, is waited for', async () => {
    stage.install({ platform: 'win32' });
    for (const text of [`${process.pid}\n`, 'wait\n', '']) {
      writeFileSync(stage.home.startingFile, text);
      assertSilent(await run(PAYLOAD));
      assert.equal(readFileSync(stage.home.startingFile, 'utf8'), text);
    }
    assert.deepEqual(readLog(stage), []);
  });
});

test('the text that agents hold means the same bare, in quotes, and with a variable, whatever the path', async () => {
  for (const name of ['home', "O'Brien & Söhne (100%) $HOME `x` \"q\"", 'a b 鹿~1']) {
    const odd = createHookStage(name);
    try {
      odd.install(NOTHING);
      const text = toHookCommand(odd.home, 'kiro', 'win32');
      assert.match(text, /^node -e [\w{}().'/:~\\;-]+$/, 'nothing in it means anything to a shell');
      const named = withVariable(text, 'SPOOR_HOOK_CHANNEL', 'file');
      const shells: [string, string[]][] = [['bash', ['-c', toQuotedCommand(text)]], ['sh', ['-c', toQuotedCommand(named)]], ['node', toWords(named).slice(1)]];
      for (const [program, words] of shells) assertSilent(await finished(spawn(program, words, { env: ENVIRONMENT }), PAYLOAD));
      assert.deepEqual(readSpool(odd.home).events.map(({ payload, env }) => `${payload} ${env.SPOOR_HOOK_CHANNEL}`).toSorted(), [`${PAYLOAD} file`, `${PAYLOAD} file`, `${PAYLOAD} undefined`]);
    } finally {
      await odd.close();
    }
  }
});

test('with paths of Windows: slashes in the command, backslashes in the file', () => {
  const paths = Object.fromEntries(Object.entries(homeAt('/')).map(([key, path]) => [key, `C:\\Users\\Ada L\\.spoor\\${String(path).slice(1)}`])) as unknown as Home;
  assert.equal(toHookCommand(paths, 'kiro', 'win32'), "node -e try{require('C:/Users/Ada\\u0020L/.spoor/hooks/kiro.cjs')}catch(e){process.stdin.resume()}");
  const text = toNodeHookText(paths, { agent: 'kiro', version: '1.0.0', node: 'C:\\Program Files\\nodejs\\node.exe', entry: ['C:\\spoor\\bin\\spoor.mjs', 'collect'] });
  assert.match(text, /"spool":"C:\\\\Users\\\\Ada L\\\\.spoor\\\\spool"/);
});
