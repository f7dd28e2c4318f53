import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { kiroHistory } from '#spoor/agents/kiro/history.ts';
import { START_MILLIS, twoTurns, writeDatabase } from './sample-conversation.ts';

interface Place {
  home: string;
  path: string;
  environment: AgentEnvironment;
}

function createPlace(context: TestContext): Place {
  const home = mkdtempSync(join(tmpdir(), 'spoor-v1 #?-'));
  context.after(() => rmSync(home, { recursive: true, force: true }));
  return { home, path: join(home, '.local', 'share', 'kiro-cli', 'data.sqlite3'), environment: { home, env: {}, platform: 'linux' } };
}

const loom = { key: '/home/ada/loom', id: 'loom', value: twoTurns('loom'), updated: START_MILLIS + 22_000 };

for (const wal of [false, true]) {
  test(`every row is a session; nothing is written, ${wal ? 'with a log' : 'without a log'}`, (context) => {
    const { path, environment } = createPlace(context);
    writeDatabase(path, [loom, { ...loom, id: 'other', value: twoTurns('other'), updated: START_MILLIS }], { wal });
    const [bytes, names] = [readFileSync(path), readdirSync(dirname(path))];
    const { sources, problems } = kiroHistory.discover(environment);
    assert.deepEqual([sources.map((source) => [source.sessionId, source.modifiedMillis]), problems], [[['loom', START_MILLIS + 22_000], ['other', START_MILLIS]], []]);
    for (const source of sources) {
      const { facts, problems: found } = kiroHistory.read(source);
      assert.deepEqual([facts.filter((fact) => fact.type === 'model.answered').length, found], [3, []]);
      const [seen] = facts;
      assert.ok(seen?.type === 'session.seen' && seen.cwd === '/home/ada/loom' && seen.startedAt === BigInt(START_MILLIS) * 1_000_000n);
      assert.ok(!JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('secret-of-the-loom'));
    }
    assert.deepEqual(kiroHistory.find(environment, 'loom'), sources[0]);
    assert.equal(kiroHistory.find(environment, "' OR 1=1 --"), undefined);
    assert.equal(kiroHistory.isRunning?.(environment, 'loom'), undefined);
    assert.deepEqual([readFileSync(path).equals(bytes), readdirSync(dirname(path))], [true, names]);
  });
}

test('a row that did not change keeps its stamp while others change', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom]);
  const before = kiroHistory.find(environment, 'loom');
  const db = new DatabaseSync(path);
  db.prepare('INSERT INTO conversations_v2 VALUES (?, ?, ?, ?, ?)').run('/b', 'new', '{}', 1, 2);
  assert.deepEqual(kiroHistory.find(environment, 'loom'), before);
  db.prepare("UPDATE conversations_v2 SET value = value || ' ', updated_at = updated_at + 1 WHERE conversation_id = 'loom'").run();
  db.close();
  assert.notDeepEqual(kiroHistory.find(environment, 'loom')?.files, before?.files);
});

test('what a running agent has only in its log is read, and its log stays as it is', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom], { wal: true });
  const agent = new DatabaseSync(path);
  context.after(() => agent.close());
  agent.prepare('INSERT INTO conversations_v2 VALUES (?, ?, ?, ?, ?)').run('/b', 'fresh', JSON.stringify(twoTurns('fresh')), 1, START_MILLIS + 99_000);
  const names = readdirSync(dirname(path));
  assert.deepEqual(kiroHistory.discover(environment).sources.map((source) => source.sessionId), ['fresh', 'loom']);
  assert.deepEqual(readdirSync(dirname(path)), names);
});

test('the older table is read where there is no newer, and its sessions are not taken twice', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom], { older: [{ key: '/old place', value: twoTurns('older') }, { key: '/home/ada/loom', value: twoTurns('loom') }, { key: '/broken', value: 'no json' }] });
  const { sources, problems } = kiroHistory.discover(environment);
  assert.deepEqual(sources.map((source) => source.sessionId).toSorted(), ['loom', 'older']);
  assert.equal(sources.find((source) => source.sessionId === 'loom')?.modifiedMillis, START_MILLIS + 22_000);
  assert.deepEqual(problems.map((problem) => problem.code), ['no-session-id']);
  const older = sources.find((source) => source.sessionId === 'older');
  assert.ok(older && kiroHistory.read(older).facts.some((fact) => fact.type === 'session.seen' && fact.cwd === '/old place'));
  const db = new DatabaseSync(path);
  db.exec('DROP TABLE conversations_v2');
  db.close();
  assert.equal(kiroHistory.find(environment, 'older')?.sessionId, 'older');
});

test('a conversation resumed in another folder is one session, of its newest row', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom, { ...loom, key: '/elsewhere', updated: START_MILLIS + 50_000 }]);
  const { sources } = kiroHistory.discover(environment);
  assert.deepEqual(sources.map((source) => source.modifiedMillis), [START_MILLIS + 50_000]);
  const [seen] = sources[0] ? kiroHistory.read(sources[0]).facts : [];
  assert.ok(seen?.type === 'session.seen' && seen.cwd === '/elsewhere');
});

test('no, empty, damaged, foreign and newer databases are problems or nothing, never exceptions', (context) => {
  const { path, environment } = createPlace(context);
  const codes = (): string[] => kiroHistory.discover(environment).problems.map((problem) => problem.code);
  assert.deepEqual(codes(), []);
  mkdirSync(path, { recursive: true });
  assert.deepEqual(codes(), []);
  rmSync(path, { recursive: true });
  writeFileSync(path, '');
  assert.deepEqual(codes(), []);
  writeFileSync(path, 'not a database at all, but long enough to hold a header of one'.repeat(9));
  assert.deepEqual(codes(), ['no-database']);
  rmSync(path);
  writeDatabase(path, [loom]);
  const whole = readFileSync(path);
  writeFileSync(path, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 7)]));
  assert.deepEqual(codes(), ['unreadable-database']);
  assert.equal(kiroHistory.find(environment, 'loom'), undefined);
  writeFileSync(path, whole);
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE conversations_v3 (a)');
  assert.deepEqual([codes(), kiroHistory.discover(environment).sources.length], [['unknown-table'], 1]);
  db.exec('DROP TABLE conversations_v3; DROP TABLE conversations; DROP TABLE conversations_v2');
  assert.deepEqual(codes(), ['unknown-database']);
  db.exec('CREATE TABLE conversations_v2 (something TEXT)');
  assert.deepEqual(codes(), ['unreadable-database']);
  db.close();
});

test('a locked database is a problem, and read when it is free again', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom]);
  const agent = new DatabaseSync(path);
  agent.exec('BEGIN EXCLUSIVE');
  const found = kiroHistory.discover(environment);
  assert.deepEqual([found.sources, found.problems.map((problem) => problem.code)], [[], ['unreadable-database']]);
  agent.close();
  assert.equal(kiroHistory.discover(environment).sources.length, 1);
});

test('rows of any types are taken for what they are', (context) => {
  const { path, environment } = createPlace(context);
  writeDatabase(path, [loom, { ...loom, id: 'bad', value: '{"history":' }]);
  const db = new DatabaseSync(path);
  db.exec("INSERT INTO conversations_v2 VALUES (x'00ff', '', x'7b7d', 1, 9223372036854775807), ('/c', 'blob', x'7b7d', 'yesterday', 'never'), ('/d', '../../x#y%', '{}', 1, 3)");
  db.close();
  const { sources, problems } = kiroHistory.discover(environment);
  assert.deepEqual(sources.map((source) => source.sessionId).toSorted(), ['../../x#y%', 'bad', 'blob', 'loom']);
  assert.deepEqual(problems.map((problem) => problem.code), ['no-session-id']);
  const read = sources.map((source) => [source.sessionId, kiroHistory.read(source).problems.map((problem) => problem.code)]);
  assert.deepEqual(Object.fromEntries(read), { loom: [], bad: ['bad-conversation'], blob: [], '../../x#y%': [] });
});

test('the folder is found as the agent finds it, and --from may name any of its parents', (context) => {
  const { home, path, environment } = createPlace(context);
  const roots = (env: Record<string, string>, platform: NodeJS.Platform): string[] => kiroHistory.roots({ home: '/h', env, platform }).filter((root) => root.endsWith('sqlite3'));
  assert.deepEqual(roots({}, 'linux'), ['/h/.local/share/kiro-cli/data.sqlite3']);
  assert.deepEqual(roots({ XDG_DATA_HOME: '/x' }, 'linux'), ['/x/kiro-cli/data.sqlite3']);
  assert.deepEqual(roots({ XDG_DATA_HOME: 'x' }, 'linux'), ['/h/.local/share/kiro-cli/data.sqlite3']);
  assert.deepEqual(roots({ XDG_DATA_HOME: '/x' }, 'darwin'), ['/h/Library/Application Support/kiro-cli/data.sqlite3']);
  assert.deepEqual(roots({ KIRO_DATA_DIR: '/k' }, 'linux'), ['/k/data.sqlite3', '/k/kiro-cli/data.sqlite3']);
  writeDatabase(path, [loom]);
  const nowhere = { ...environment, home: '/nowhere' };
  for (const from of [home, join(home, '.local', 'share'), dirname(path), path]) assert.deepEqual(kiroHistory.discover(nowhere, from).sources.map((source) => source.sessionId), ['loom'], from);
  assert.deepEqual(kiroHistory.discover(nowhere, join(home, 'nothing')).sources, []);
});
