/** What the SQLite store promises beyond the contract: its file. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ASSEMBLER_VERSION } from '#spoor/core/version.ts';
import { loadNodeSqlite } from '#spoor/store/sqlite/node-sqlite.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { StoreOpenError } from '#spoor/store/sqlite/store-open-error.ts';
import { buildSession, buildSpan, buildTree, buildTurn, idOf } from './builders.ts';
import { runChild } from './run-child.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spoor-sqlite-'));
  path = join(folder, 'spoor.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs statements on the file with a connection of its own. */
function execute(sql: string): void {
  const { DatabaseSync } = loadNodeSqlite();
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

/** Puts the file back as the first version would have written it: its tables, with what they have room for. */
function makeFirstVersion(): void {
  const { DatabaseSync } = loadNodeSqlite();
  const old = join(folder, 'old.db');
  const db = new DatabaseSync(old);
  db.exec(readFileSync(new URL('migrations/0001-store.sql', import.meta.resolve('#spoor/store/sqlite/open-store.ts')), 'utf8'));
  db.exec(`PRAGMA foreign_keys = OFF; ATTACH '${path}' AS newer`);
  const columnsOf = (schema: string, table: string): string[] => db.prepare(`SELECT name FROM pragma_table_info('${table}', '${schema}')`).all().map(({ name }) => String(name));
  for (const row of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
    const name = String(row.name);
    const newer = new Set(columnsOf('newer', name));
    const columns = columnsOf('main', name).filter((column) => newer.has(column)).join(', ');
    db.exec(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM newer.${name}`);
  }
  const { application_id: id } = db.prepare('PRAGMA newer.application_id').get() ?? {};
  db.exec(`DETACH newer; PRAGMA application_id = ${Number(id)}; PRAGMA user_version = 1`);
  db.close();
  renameSync(old, path);
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

describe('other processes', () => {
  it('are noticed when they wrote, inside a transaction too; its own writing is none of theirs', () => {
    const [store, other] = [openStore(path), openStore(path)];
    try {
      const before = store.dataVersion();
      store.saveTurn(buildTurn(1), buildTree());
      assert.equal(store.dataVersion(), before);
      other.markDue('kiro', 's', 1);
      store.transaction(() => assert.notEqual(store.dataVersion(), before));
    } finally {
      other.close();
      store.close();
    }
  });

  it('are let in between the transactions of bulk work, and find them on the disk in the end', async () => {
    const [store, other] = [openStore(path), openStore(path)];
    try {
      await store.inBulk(async () => {
        store.saveTurn(buildTurn(1), buildTree());
        assert.equal(other.readSpans('kiro', 's1').length, 4);
        other.markDue('kiro', 's', 1);
      });
      assert.equal(store.database.sql('PRAGMA synchronous').get()?.synchronous, 2);
      assert.equal(store.nextDueMillis(), 1);
    } finally {
      other.close();
      store.close();
    }
  });
});

describe('the file', () => {
  it('is readable by its owner alone, whatever the umask', () => {
    const before = process.umask(0);
    try {
      const store = openStore(path);
      store.saveTurn(buildTurn(1), buildTree());
      assert.deepEqual([path, `${path}-wal`, `${path}-shm`].map(modeOf), ['600', '600', '600']);
      store.close();
    } finally {
      process.umask(before);
    }
    chmodSync(path, 0o644);
    openStore(path).close();
    assert.equal(modeOf(path), '600');
  });

  it('keeps everything through closing and opening', () => {
    const store = openStore(path);
    store.saveSession(buildSession());
    store.saveTurn(buildTurn(1), buildTree());
    store.close();
    const again = openStore(path);
    assert.deepEqual(again.readSession('kiro', 's1'), buildSession());
    assert.equal(again.readSpans('kiro', 's1').length, 4);
    again.close();
    again.close();
  });

  it('keeps its log small while much is written', () => {
    const store = openStore(path);
    const text = 'x'.repeat(3000);
    for (let number = 1; number < 3000; number += 1) {
      store.saveTurn(buildTurn(number), [buildSpan(number, { content: { toolResult: `${number} ${text}` } })]);
    }
    assert.ok(statSync(`${path}-wal`).size < 12_000_000, String(statSync(`${path}-wal`).size));
    store.close();
  });

  it('keeps a long text once', () => {
    const store = openStore(path);
    const text = 'the same long text '.repeat(500);
    const spans = Array.from({ length: 50 }, (_, number) => buildSpan(number + 1, { content: { toolResult: text, toolArguments: text } }));
    store.saveTurn(buildTurn(1), spans);
    assert.equal(store.database.sql('SELECT count(*) AS count FROM content').get()?.count, 1);
    store.saveTurn(buildTurn(1), spans.map((span) => ({ ...span, content: {} })));
    assert.equal(store.database.sql('SELECT count(*) AS count FROM content').get()?.count, 0);
    store.close();
  });

  it('holds no trace of what was forgotten', () => {
    const store = openStore(path);
    const secret = 'a-word-that-stands-nowhere-else';
    const spans = [buildSpan(1, { content: { prompt: secret, toolResult: `${secret} ${'x'.repeat(1000)}` }, keys: [secret] })];
    store.saveTurn(buildTurn(1), spans);
    const replaced = spans.map((span) => ({ ...span, content: { toolResult: `${secret} ${'y'.repeat(9000)}` } }));
    store.saveTurn(buildTurn(1), replaced);
    store.saveTurn(buildTurn(2, { sessionId: 's2' }), [buildSpan(2, { sessionId: 's2' })]);
    store.forget('kiro', 's1');
    for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes(secret), false, file);
    store.close();
    assert.equal(readFileSync(path).includes(secret), false);
  });
});

describe('opening', () => {
  /** Expects opening to fail for this reason and the file to be as it was. */
  function assertRefused(reason: string, sentence: RegExp): void {
    const before = readFileSync(path);
    const mode = modeOf(path);
    assert.throws(() => openStore(path), (error: unknown) => {
      assert.ok(error instanceof StoreOpenError, String(error));
      assert.equal(error.reason, reason);
      assert.match(error.message, sentence);
      return true;
    });
    assert.deepEqual(readFileSync(path), before);
    assert.equal(modeOf(path), mode);
  }

  it('steps back before a newer schema', () => {
    openStore(path).close();
    execute('PRAGMA user_version = 999');
    assertRefused('newer', /written by a newer spoor .* Update spoor/);
  });

  it('leaves the database of another program alone', () => {
    execute('CREATE TABLE notes (text TEXT)');
    chmodSync(path, 0o640);
    assertRefused('foreign', /another program/);
  });

  it('tells of a file that is no database', () => {
    writeFileSync(path, 'not a database at all, '.repeat(100));
    assertRefused('unreadable', /damaged or not a database/);
  });

  it('raises an old schema without losing a row', () => {
    const store = openStore(path);
    store.saveTurn(buildTurn(1), buildTree());
    store.close();
    makeFirstVersion();
    const raised = openStore(path);
    assert.equal(raised.readSpans('kiro', 's1').length, 4);
    assert.equal(raised.database.sql('SELECT count(*) AS count FROM outbox').get()?.count, 0);
    raised.close();
  });

  it('works when many processes make the database at once', async () => {
    const children = Array.from({ length: 8 }, () => runChild(new URL('./open-at-once.ts', import.meta.url), path));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    assert.deepEqual(codes, Array(8).fill(0));
    const store = openStore(path);
    assert.equal(store.readDue(1).length, 8);
    store.close();
  });
});

describe('the assembler’s version', () => {
  it('stands on every row, and a newer one is noted without marking what did not change', () => {
    const store = openStore(path);
    store.saveTurn(buildTurn(1), buildTree());
    const versions = (table: string): unknown[] =>
      store.database.sql(`SELECT DISTINCT assembler_version AS version FROM ${table}`).all().map((row) => row.version);
    store.database.sql('UPDATE span SET assembler_version = 0').run();
    store.database.sql('UPDATE turn SET assembler_version = 0').run();
    assert.equal(store.saveTurn(buildTurn(1), buildTree()).written, 0);
    assert.deepEqual([versions('span'), versions('turn')], [[ASSEMBLER_VERSION], [ASSEMBLER_VERSION]]);
    assert.equal(store.readSpan(idOf(1))?.changed, false);
    store.close();
  });
});
