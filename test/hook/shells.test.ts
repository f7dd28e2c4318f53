/** The installed command and the shim under every shell that is here. `sh` always is. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { CHANNEL_VARIABLE, toFileCommand } from '#spoor/agents/kiro/channel.ts';
import { shimPaths } from '#spoor/hook/shim.ts';
import { toShellWord } from '#spoor/hook/shell-word.ts';
import { readSpool } from '#spoor/spool/read-spool.ts';
import { AGENT_ENVIRONMENT, assertSilent, createHookStage, finished, type HookStage } from '../support/hook-stage.ts';

const SHELLS = [['sh'], ['dash'], ['dash', '-eu'], ['bash'], ['bash', '--posix'], ['zsh'], ['fish'], ['busybox', 'ash'], ['mksh'], ['ksh93'], ['yash']].filter(
  // Looked for, not run: fish writes into its home whenever it starts.
  ([name = '']) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0,
);
const POSIX_SHELLS = SHELLS.filter(([name]) => name !== 'fish');
const ODD_NAME = `we ird'quo''te\\ba\\\\ck"$HOME\`tick\`;&|<>*?~#!{a,b}[c]é\\`;
/** fish and yash recode what they pass on when the locale knows no UTF-8. */
const LOCALE = { LC_ALL: 'C.UTF-8' };
const PAYLOAD = '{"hook_event_name":"stop","text":"a\\u0000b"}';

/** Where a shell that keeps a history or a cache may do so. */
const PLACES = ['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'] as const;

let stage: HookStage;
let places: Record<string, string>;
beforeEach(() => {
  stage = createHookStage(ODD_NAME);
  stage.install({ node: '/nonexistent/node', entry: '/nonexistent/entry' });
  places = Object.fromEntries(PLACES.map((name) => [name, join(stage.folder, name)]));
});
afterEach(() => stage.close());

test('there is more than one shell to try', () => assert.ok(SHELLS.length > 0));

for (const shell of SHELLS) {
  test(`the command spools an event under ${shell.join(' ')}`, async () => {
    const env = { SPOOR_USER_ID: 'line one\nline "two" $HOME `x` \\', ARIZE_PROJECT_NAME: '', UNKNOWN_SECRET: 'x', OTEL_SERVICE_NAME: 'é' };
    const before = BigInt(Date.now()) * 1_000_000n;
    assertSilent(await stage.run(PAYLOAD, { shell: [...shell, '-c'], env: { ...env, ...LOCALE, ...places } }));
    const after = BigInt(Date.now() + 1) * 1_000_000n;
    const { events, problems } = readSpool(stage.home);
    assert.deepEqual(problems, []);
    assert.equal(events.length, 1);
    const { payload, truncated, agent, at, env: told } = events[0] ?? assert.fail();
    const slack = BigInt(at.resolutionNano ?? 0);
    assert.ok(at.unixNano >= before - slack && at.unixNano <= after + slack);
    assert.deepEqual([payload, truncated, agent], [PAYLOAD, false, 'kiro']);
    assert.deepEqual(told, { SPOOR_USER_ID: env.SPOOR_USER_ID, ARIZE_PROJECT_NAME: '', OTEL_SERVICE_NAME: 'é', ...places, PPID: String(process.pid) });
  });

  test(`the command of a hook file says its channel, and is as silent without its shim, under ${shell.join(' ')}`, async () => {
    const run = () => stage.run(PAYLOAD, { shell: [...shell, '-c'], env: LOCALE, command: toFileCommand(stage.command) });
    assertSilent(await run());
    assert.deepEqual(readSpool(stage.home).events.map((event) => event.env[CHANNEL_VARIABLE]), ['file']);
    rmSync(stage.home.hooks, { recursive: true });
    assertSilent(await run());
  });

  test(`the command is silent and reads its input when the shim is gone, under ${shell.join(' ')}`, async () => {
    rmSync(stage.home.hooks, { recursive: true });
    assertSilent(await stage.run('x'.repeat(1_000_000), { shell: [...shell, '-c'], env: { ...LOCALE, ...places } }));
  });

  test(`the command is silent and reads its input when half of the shim is gone, under ${shell.join(' ')}`, async () => {
    rmSync(shimPaths(stage.home, 'kiro').body);
    assertSilent(await stage.run('x'.repeat(1_000_000), { shell: [...shell, '-c'], env: { ...LOCALE, ...places } }));
  });

  test(`a word means itself under ${shell.join(' ')}`, () => {
    for (const word of ['', 'plain', ODD_NAME, "'", '\\', "''\\\\''", '$(x)\n"', 'a\\\'b\\']) {
      const { stdout } = spawnSync(shell[0] ?? '', [...shell.slice(1), '-c', `printf %s ${toShellWord(word)}`], { encoding: 'utf8', env: { ...AGENT_ENVIRONMENT, ...LOCALE, ...places } });
      assert.equal(stdout, word);
    }
  });
}

test('an exported EPOCHREALTIME is not taken for a clock; a real one is', async () => {
  assertSilent(await stage.run(PAYLOAD, { shell: ['sh', '-c'], env: { EPOCHREALTIME: '1600000000.000001' } }));
  assert.notEqual(readSpool(stage.home).events[0]?.at.unixNano, 1_600_000_000_000_001_000n);
  const clock = spawnSync('bash', ['-c', 'printf %s "$EPOCHREALTIME"'], { encoding: 'utf8' });
  if (!clock.stdout) return;
  assertSilent(await stage.run(PAYLOAD, { shell: ['bash', '-c'] }));
  assert.ok(readSpool(stage.home).events.some((event) => event.at.resolutionNano === 1000));
});

test('the shim can be run as a program too, also when its body is gone', async () => {
  const { shim, body } = shimPaths(stage.home, 'kiro');
  assertSilent(await finished(spawn(shim, { env: AGENT_ENVIRONMENT }), PAYLOAD));
  assert.deepEqual(readSpool(stage.home).events.map((event) => event.payload), [PAYLOAD]);
  rmSync(body);
  assertSilent(await finished(spawn(shim, { env: AGENT_ENVIRONMENT }), 'x'.repeat(1_000_000)));
});

test('an agent that makes its shell strict changes nothing', async () => {
  for (const shell of ['sh', 'bash', 'dash'].filter((name) => SHELLS.some(([known]) => known === name))) {
    assertSilent(await stage.run(PAYLOAD, { shell: [shell, '-c'], command: `set -euf; ${stage.command}` }));
    assertSilent(await stage.run(PAYLOAD, { shell: [shell, '-c'], command: `IFS=/; set -eux 2>/dev/null; ${stage.command}`, env: { IFS: '/' } }).then((run) => ({ ...run, err: '' })));
  }
  assert.deepEqual(new Set(readSpool(stage.home).events.map((event) => event.payload)), new Set([PAYLOAD]));
});

for (const shell of POSIX_SHELLS) {
  test(`the body works where /bin/sh is ${shell.join(' ')}`, async () => {
    const bin = join(stage.folder, 'bin');
    mkdirSync(bin);
    const path = spawnSync('sh', ['-c', `command -v ${shell[0]}`], { encoding: 'utf8' }).stdout.trim();
    const busybox = shell[0] === 'busybox';
    if (!busybox) symlinkSync(path, join(bin, 'sh'));
    const argv = busybox ? [path, 'sh'] : [join(bin, 'sh'), ...shell.slice(1)];
    const command = toShellWord(shimPaths(stage.home, 'kiro').body);
    assertSilent(await stage.run(PAYLOAD, { shell: [...argv, '-c'], command: `. ${command} 2>/dev/null`, env: LOCALE }));
    assertSilent(await stage.run(PAYLOAD, { shell: argv, command: shimPaths(stage.home, 'kiro').body, env: LOCALE }).then((run) => ({ ...run, err: '' })));
    const { events } = readSpool(stage.home);
    assert.deepEqual(events.map((event) => event.payload), [PAYLOAD, PAYLOAD]);
    assert.equal(readdirSync(stage.home.spool).length, 2);
  });
}
