import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { createLog } from '#spoor/config/log.ts';

function createHomeFolder(t: TestContext): Home {
  const root = mkdtempSync(join(tmpdir(), 'spoor-log-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return homeAt(join(root, 'spoor'));
}

const nowMillis = (): number => Date.parse('2026-01-31T09:00:00Z');

test('errors always, routine only when verbose; one line a message; the file is private', (t) => {
  const home = createHomeFolder(t);
  const quiet = createLog(home, { name: 'spoor', verbose: false, nowMillis });
  quiet.info('routine');
  quiet.error('it broke\nand it looks like\u001b[31m a second line');
  createLog(home, { name: 'spoor', verbose: true, nowMillis }).info('routine');
  const path = join(home.logs, 'spoor.log');
  assert.deepEqual(readFileSync(path, 'utf8').split('\n'), [`2026-01-31T09:00:00.000Z error ${process.pid} it broke and it looks like [31m a second line`, `2026-01-31T09:00:00.000Z info ${process.pid} routine`, '']);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(home.logs).mode & 0o777, 0o700);
});

test('a full log makes room for a new one', (t) => {
  const home = createHomeFolder(t);
  const log = createLog(home, { name: 'kiro', verbose: false, nowMillis });
  log.error('first');
  const path = join(home.logs, 'kiro.log');
  writeFileSync(path, 'x'.repeat(1_000_000));
  log.error('y'.repeat(5_000));
  assert.equal(statSync(`${path}.1`).size, 1_000_000);
  assert.ok(statSync(path).size < 2_200);
});

test('a log that cannot be written makes nothing else fail, and its name is no path', (t) => {
  const home = createHomeFolder(t);
  writeFileSync(home.root, 'a file, where a folder is needed');
  createLog(home, { name: 'spoor', verbose: true }).error('lost');
  assert.ok(!existsSync(home.logs));
  assert.throws(() => createLog(home, { name: '../x', verbose: false }), /no name for a log/);
});
