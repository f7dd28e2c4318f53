/** OpenCode's database, made of the records of the JSON fixture: both stores tell the same. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { AgentEnvironment, HistorySource } from '#spoor/agents/agent.ts';
import { openCodeHistory } from '#spoor/agents/opencode/history.ts';
import { toJson } from '#spoor/core/json.ts';

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'agents', 'opencode', 'storage', 'home');
const STORAGE = join(FIXTURE, '.local', 'share', 'opencode', 'storage');

type Row = Record<string, unknown> & { id: string };

function readAll(folder: string): Row[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? readAll(join(folder, entry.name)) : [JSON.parse(readFileSync(join(folder, entry.name), 'utf8')) as Row]));
}

interface Stage {
  environment: AgentEnvironment;
  path: string;
  db: DatabaseSync;
}

/** A home whose database holds the fixture's records, as 1.18 lays them out. */
function openStage(t: TestContext): Stage {
  const home = mkdtempSync(join(tmpdir(), 'spoor-opencode-'));
  const path = join(home, '.local', 'share', 'opencode', 'opencode.db');
  mkdirSync(dirname(path), { recursive: true });
  cpSync(join(FIXTURE, '.config'), join(home, '.config'), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE session (id text PRIMARY KEY, project_id text, parent_id text, directory text, title text, version text, time_created integer, time_updated integer);
    CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text);
    CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text, time_created integer, time_updated integer, data text);`);
  for (const { id, parentID, directory, title, version, time } of readAll(join(STORAGE, 'session'))) {
    const { created, updated } = time as { created: number; updated: number };
    db.prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(id, 'global', (parentID as string | undefined) ?? null, directory as string, title as string, version as string, created, updated);
  }
  for (const { id, sessionID, ...data } of readAll(join(STORAGE, 'message'))) addMessage(db, id, sessionID as string, data);
  for (const { id, sessionID, messageID, ...data } of readAll(join(STORAGE, 'part'))) db.prepare('INSERT INTO part VALUES (?, ?, ?, 1, 1, ?)').run(id, messageID as string, sessionID as string, JSON.stringify(data));
  t.after(() => {
    db.close();
    rmSync(home, { recursive: true });
  });
  return { environment: { home, env: {}, platform: process.platform }, path, db };
}

function addMessage(db: DatabaseSync, id: string, sessionId: string, data: object): void {
  db.prepare('INSERT INTO message VALUES (?, ?, 1, 1, ?)').run(id, sessionId, JSON.stringify(data));
}

function idsOf(sources: readonly HistorySource[]): string[] {
  return sources.map(({ sessionId }) => sessionId).sort();
}

test('the database tells what the files tell', (t) => {
  const { environment, path, db } = openStage(t);
  const fromFiles = openCodeHistory.discover({ home: FIXTURE, env: {}, platform: process.platform });
  const fromRows = openCodeHistory.discover(environment);
  assert.deepEqual(fromRows.problems, []);
  assert.deepEqual(idsOf(fromRows.sources), idsOf(fromFiles.sources));
  for (const source of fromRows.sources) {
    const twin = fromFiles.sources.find(({ sessionId }) => sessionId === source.sessionId) ?? assert.fail();
    assert.deepEqual(source.parent, twin.parent);
    assert.equal(toJson(openCodeHistory.read(source)), toJson(openCodeHistory.read(twin)));
    assert.equal(toJson(openCodeHistory.find(environment, source.sessionId)), toJson(source), 'found alone it has the same stamp');
  }
  assert.deepEqual(idsOf(openCodeHistory.findChildren?.(environment, 'ses_aaaa0001', 0) ?? []), ['ses_bbbb0002']);
  assert.deepEqual(openCodeHistory.findChildren?.(environment, 'ses_aaaa0001', 9e12), []);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (const from of [path, dirname(path), environment.home ?? '']) assert.deepEqual(idsOf(openCodeHistory.discover({ env: {}, platform: 'linux' }, from).sources), idsOf(fromRows.sources), from);
});

test('only the session that changed has another stamp', (t) => {
  const { environment, db } = openStage(t);
  const before = openCodeHistory.discover(environment).sources;
  db.prepare('UPDATE part SET time_updated = 2 WHERE session_id = ?').run('ses_bbbb0002');
  addMessage(db, 'msg_zz', 'ses_cccc0003', { role: 'user', time: { created: 1_790_000_099_000 } });
  const changed = openCodeHistory.discover(environment).sources.filter((source) => !before.some((one) => toJson(one.files) === toJson(source.files)));
  assert.deepEqual(idsOf(changed), ['ses_cccc0003']);
  db.prepare('UPDATE part SET time_updated = 1900000000000 WHERE session_id = ?').run('ses_bbbb0002');
  assert.equal(openCodeHistory.find(environment, 'ses_bbbb0002')?.modifiedMillis, 1_900_000_000_000);
});

test('a database carried over stands for the files beside it', (t) => {
  const { environment, path } = openStage(t);
  const file = join(dirname(path), 'storage', 'session', 'global', 'ses_aaaa0001.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{"id":"ses_aaaa0001"}');
  mkdirSync(join(dirname(path), 'storage', 'message', 'ses_aaaa0001'), { recursive: true });
  const [source, ...others] = openCodeHistory.discover(environment).sources.filter(({ sessionId }) => sessionId === 'ses_aaaa0001');
  assert.match(source?.files[0]?.path ?? '', /opencode\.db#session=/);
  assert.deepEqual(others, []);
});

test('rows of any kind are problems, never failures', (t) => {
  const { environment, db } = openStage(t);
  db.exec(`INSERT INTO session (id, time_created, time_updated) VALUES (X'00ff', 9223372036854775807, 'x'), (NULL, 1, 1);
    INSERT INTO message VALUES ('msg_odd1', 'ses_cccc0003', 1, 9223372036854775807, '[1]'), ('msg_odd2', 'ses_cccc0003', 1, 1, 'no json'), ('msg_odd3', 'ses_cccc0003', 1, 1, '{"role":"owl"}'), ('msg_odd4', 'ses_cccc0003', NULL, NULL, NULL);
    INSERT INTO part VALUES ('prt_odd', 'msg_odd3', 'ses_cccc0003', 1, 1, '{"type":"hologram"}'), ('prt_lost', 'msg_none', 'ses_cccc0003', 1, 1, '{}');`);
  const { sources } = openCodeHistory.discover(environment);
  const { problems, isComplete } = openCodeHistory.read(sources.find(({ sessionId }) => sessionId === 'ses_cccc0003') ?? assert.fail());
  assert.equal(isComplete, true);
  assert.deepEqual(problems.map(({ code, detail }) => `${code} ${detail}`).sort(), [
    'bad-json a message: no JSON object', 'bad-json a message: no JSON object', 'record-too-large a message of more than 64 MiB',
    'unknown-record message role "owl"', 'unknown-record part type "hologram"',
  ]);
});

test('a database without the tables of a session, and one that is none, are problems', (t) => {
  const { environment, path, db } = openStage(t);
  db.exec('DROP TABLE part');
  assert.deepEqual(openCodeHistory.discover(environment), { sources: [], problems: [{ code: 'unknown-database', detail: `${path}: no table part` }] });
  const other = join(dirname(path), 'opencode-dev.db');
  writeFileSync(other, 'no database at all, but longer than a header');
  assert.deepEqual(openCodeHistory.discover({ ...environment, env: { OPENCODE_DB: other } }).problems.map(({ code }) => code), ['no-database', 'unknown-database']);
});

test('MCP tools are known by the servers that the project or the user configured', (t) => {
  const { environment, db, path } = openStage(t);
  const home = environment.home ?? '';
  mkdirSync(join(home, 'pond'));
  mkdirSync(join(home, '.config', 'opencode'), { recursive: true });
  writeFileSync(join(home, 'pond', 'opencode.jsonc'), '{ // mine\n "mcp": { "pond": {}, "pond_two": {} } }');
  writeFileSync(join(home, '.config', 'opencode', 'opencode.json'), '{"mcp": {"my.sky": {}}}');
  db.prepare("INSERT INTO session VALUES ('ses_mcp', 'global', NULL, ?, 't', '1.18.33', 1, 1)").run(join(home, 'pond'));
  addMessage(db, 'msg_1', 'ses_mcp', { role: 'user', time: { created: 1 } });
  addMessage(db, 'msg_2', 'ses_mcp', { role: 'assistant', parentID: 'msg_1', time: { created: 2 } });
  for (const name of ['pond_two_fish', 'pond_count', 'my_sky_look', 'heron_call', 'pond_']) {
    db.prepare("INSERT INTO part VALUES (?, 'msg_2', 'ses_mcp', 1, 1, ?)").run(`prt_${name}`, JSON.stringify({ type: 'tool', callID: name, tool: name, state: { status: 'running', input: {} } }));
  }
  const source = openCodeHistory.find(environment, 'ses_mcp') ?? assert.fail(path);
  const tools = openCodeHistory.read(source).facts.flatMap((fact) => (fact.type === 'tool.called' ? [[fact.tool.name, fact.tool.mcpServer, fact.tool.mcpTool]] : []));
  assert.deepEqual(tools.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)), [
    ['heron_call', undefined, undefined], ['my_sky_look', 'my_sky', 'look'], ['pond_', undefined, undefined], ['pond_count', 'pond', 'count'], ['pond_two_fish', 'pond_two', 'fish'],
  ]);
});
