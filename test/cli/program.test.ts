import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commands } from '#spoor/cli/commands/index.ts';
import { VERSION } from '#spoor/core/version.ts';
import { createCliWorld, keepStory } from '../support/cli-context.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';
import { storySession, toStory } from '../support/story.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-bin-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('--help lists every command; --version is the version; stderr stays empty, nothing is written', async (t) => {
  const home = createFolder(t);
  const help = await spawnSpoor(['--help'], { env: { HOME: home } });
  assert.deepEqual([help.code, help.err], [0, '']);
  for (const { name, summary } of commands) assert.ok(help.out.includes(`  ${name} `) && help.out.includes(summary), name);
  assert.deepEqual(await spawnSpoor(['--version'], { env: { HOME: home } }), { code: 0, out: `${VERSION}\n`, err: '' });
  assert.deepEqual(readdirSync(home), []);
});

test("each command's help has a sentence and examples that begin with its name", async (t) => {
  for (const { name } of commands) {
    const { code, out } = await createCliWorld(t).run(name, '--help');
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Usage: spoor ${name} .*\n\n[A-Z].*\\.\n`));
    assert.match(out, new RegExp(`\nExamples?:\n  spoor ${name}`));
  }
});

test('help is --help, of the program and of a command', async (t) => {
  const { run } = createCliWorld(t);
  assert.deepEqual(await run('help'), await run('--help'));
  assert.deepEqual(await run('help', 'show'), await run('show', '--help'));
  assert.equal((await run('help', 'shw')).code, 2);
});

test('a relative home is refused: it would be another one in every folder', async (t) => {
  const user = createFolder(t);
  for (const [name, env] of [['SPOOR_HOME', { HOME: user, SPOOR_HOME: 'spoor' }], ['HOME', { HOME: 'user' }]] as const) {
    const { code, err } = await spawnSpoor(['status'], { env, cwd: user });
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^spoor: ${name} is ".*", which is no absolute path\\.`));
  }
  assert.deepEqual(readdirSync(user), []);
});

test('what the disk refuses is a sentence with a way out, and no bug', async (t) => {
  const system = (code: string): Error => Object.assign(new Error(`${code}: no`), { code, path: '/x/y' });
  const sqlite = (errcode: number): Error => Object.assign(new Error('no'), { code: 'ERR_SQLITE_ERROR', errcode });
  const errors = [...['ENOSPC', 'EROFS', 'EACCES', 'EPERM'].map(system), ...[8, 14, 13, 10, 4874, 1544].map(sqlite)];
  for (const error of errors) {
    const { run, context } = createCliWorld(t, { collector: { readStatus: () => Promise.reject(error) } });
    const { code, err } = await run('status');
    assert.equal(code, 1);
    assert.match(err, /^spoor: .*\.\n.*\.\n$/);
    assert.ok(err.includes('errcode' in error ? context.home.database : '/x/y'), err);
    assert.doesNotMatch(err, /not expected/);
  }
});

test('an unknown command is wrong usage and is told what was probably meant', async () => {
  const { code, out, err } = await spawnSpoor(['sesions'], { env: { HOME: '/nonexistent' } });
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /^spoor: unknown command 'sesions'\n\(Did you mean sessions\?\)\nTry: spoor --help\n$/);
});

test('no home at all: help works, the rest says what to set', async () => {
  const { code, err } = await createContextWithoutHome();
  assert.equal(code, 1);
  assert.equal(err, 'spoor: There is no home.\n');
});

async function createContextWithoutHome(): Promise<{ code: number; err: string }> {
  const { Failure } = await import('#spoor/cli/failure.ts');
  const { runCommandLine } = await import('#spoor/cli/run.ts');
  let err = '';
  const output = { write: async (text: string) => void (err += text), isTerminal: false, columns: 80, color: false, isClosed: () => false };
  const context = {
    get home(): never {
      throw new Failure('There is no home.');
    },
    environment: { env: {}, platform: 'linux' as const },
    stdout: output,
    stderr: output,
  };
  const code = await runCommandLine(['sessions'], context as unknown as Parameters<typeof runCommandLine>[1]);
  return { code, err };
}

test('a bug shows its stack only on request', async (t) => {
  const collector = { readStatus: () => Promise.reject(new TypeError('boom')) };
  const quiet = await createCliWorld(t, { collector }).run('status');
  assert.equal(quiet.code, 1);
  assert.equal(quiet.err, 'spoor: boom\nThis was not expected. Run it again with SPOOR_VERBOSE=1 to see where it happened.\n');
  const loud = await createCliWorld(t, { collector, env: { SPOOR_VERBOSE: '1' } }).run('status');
  assert.match(loud.err, /TypeError: boom\n\s+at /);
});

test('a store that is not one is named in a sentence, and left as it is', async (t) => {
  const home = createFolder(t);
  writeFileSync(join(home, 'spoor.db'), 'this is no database, but long enough to look like a file of something else entirely'.repeat(20));
  const before = readFileSync(join(home, 'spoor.db'));
  const { code, out, err } = await spawnSpoor(['sessions'], { env: { SPOOR_HOME: home } });
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /^spoor: .*spoor\.db is damaged or not a database\..*\n$/);
  assert.deepEqual(readFileSync(join(home, 'spoor.db')), before);
});

test('a reader that goes early is no error; colour where it is asked for and nowhere else', async (t) => {
  const { context } = createCliWorld(t);
  // More than any pipe holds.
  const long = { prompt: 'p'.repeat(3_000_000) };
  await keepStory(context, storySession, toStory().map((span) => (span.kind === 'agent' ? { ...span, content: long } : span)));
  const env = { SPOOR_HOME: context.home.root, TZ: 'UTC' };
  const cut = await spawnSpoor(['export', '--content', 'full'], { env, readOnly: 1 });
  assert.deepEqual([cut.code, cut.err], [0, '']);
  assert.doesNotMatch((await spawnSpoor(['show'], { env })).out, /\u001b/);
  assert.match((await spawnSpoor(['show'], { env: { ...env, FORCE_COLOR: '1' } })).out, /\u001b\[94m/);
  assert.doesNotMatch((await spawnSpoor(['show'], { env: { ...env, FORCE_COLOR: '1', NO_COLOR: '1' } })).out, /\u001b/);
});

test('a stdout that cannot take the data is a failure', async (t) => {
  if (!existsSync('/dev/full')) return;
  const { context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const { status, stderr } = spawnSync('sh', ['-c', '"$@" >/dev/full', 'sh', ...spoorCommand, 'sessions'], { env: { SPOOR_HOME: context.home.root }, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /The output could not be written: .*ENOSPC/);
});

test('start in an empty home: says so, draws the samples, keeps none of them', async (t) => {
  const user = createFolder(t);
  const temporary = createFolder(t);
  const env = { HOME: user, SPOOR_HOME: join(user, 'spoor'), TMPDIR: temporary, TZ: 'UTC' };
  const { code, out, err } = await spawnSpoor(['start'], { env });
  assert.equal(code, 0, err);
  assert.match(err, /^Kiro: no sessions found in .*\.kiro\/sessions\/cli\b.*\.\n(?:.+: no sessions found in .*\.\n)*So here are the sample sessions/);
  assert.match(out, /^id +ago +folder[\s\S]*\n\nKiro [0-9a-f]{8} [\s\S]*─ turn 1/);
  assert.match(err, existsSync(join(ROOT, 'src')) ? /\nNext, with your own: npx spoor install kiro\n$/ : /\nNext, with your own: spoor install kiro\n$/);
  assert.deepEqual([readdirSync(user), readdirSync(temporary)], [[], []], 'neither a store nor a folder is left behind');
  assert.equal((await spawnSpoor(['sessions', '--json'], { env })).out, '{\n  "sessions": []\n}\n');
});

test("start with a history: imports it into the user's own store", async (t) => {
  const user = createFolder(t);
  const env = { HOME: user, SPOOR_HOME: join(user, 'spoor'), TZ: 'UTC' };
  const from = join(ROOT, 'samples', 'kiro', 'sessions', 'cli');
  const to = join(user, '.kiro', 'sessions', 'cli');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) writeFileSync(join(to, name), readFileSync(join(from, name)));
  const { code, out, err } = await spawnSpoor(['start'], { env });
  assert.equal(code, 0, err);
  assert.match(err, /^Kiro: \d+ sessions, all read: \d+ turns, \d+ spans new or changed\.\n/);
  assert.match(out, /─ turn 1/);
  const { sessions } = JSON.parse((await spawnSpoor(['sessions', '--json'], { env })).out) as { sessions: unknown[] };
  assert.ok(sessions.length > 0);
});

test('an old Node gets one friendly sentence', (t) => {
  // A copy that believes it runs on Node 20: the check itself must not need anything newer.
  const folder = createFolder(t);
  const bin = readFileSync(join(ROOT, 'bin', 'spoor.mjs'), 'utf8').replace('process.versions.node.split', "'20.11.0'.split");
  writeFileSync(join(folder, 'spoor.mjs'), bin);
  chmodSync(join(folder, 'spoor.mjs'), 0o755);
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(folder, 'spoor.mjs')], { encoding: 'utf8', env: {} });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^spoor: this is Node\.js .* and spoor needs 22\.18 or newer\. .*\n$/);
});

test('from a hook-less home to an exported trace with real commands', async (t) => {
  const user = createFolder(t);
  const env = { HOME: user, SPOOR_HOME: join(user, 'spoor'), TZ: 'UTC' };
  const run = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await spawnSpoor(words, { env });
    assert.equal(code, 0, `${words.join(' ')}: ${err}`);
    return out;
  };
  assert.match(await run(), /^traced {5}no agent yet\n/);
  assert.match(await run('import', 'kiro', '--from', join(ROOT, 'samples', 'kiro')), /^Kiro: \d+ sessions, all read/);
  assert.match(await run('import', 'kiro', '--from', join(ROOT, 'samples', 'kiro')), /^Kiro: \d+ sessions, nothing new\.\n$/);
  assert.equal((JSON.parse(await run('collect', '--once', '--json')) as { ran: boolean }).ran, true);
  const status = JSON.parse(await run('status', '--json')) as { store: { sessions: number }; collector: { running: boolean } };
  const { sessions } = JSON.parse(await run('sessions', '--json')) as { sessions: { sessionId: string }[] };
  assert.deepEqual([status.collector.running, status.store.sessions], [false, sessions.length]);
  assert.equal((await run('export')).trimEnd().split('\n').length, sessions.length);
  for (const { sessionId } of sessions) await run('forget', sessionId, '--yes');
  assert.equal(await run('export'), '');
});
