import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { createLog } from '#spoor/config/log.ts';
import { listLogs, openLogs, parseLogLine, readNewestError } from '#spoor/config/read-logs.ts';

function createLogHome(t: TestContext): Home {
  const root = mkdtempSync(join(tmpdir(), 'spoor-logs-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return homeAt(root);
}

test('what a log writes is read back, by time across the logs, and follows line by line', (t) => {
  const home = createLogHome(t);
  assert.deepEqual([listLogs(home), readNewestError(home)], [[], undefined]);
  const reader = openLogs(home);
  t.after(() => reader.close());
  assert.deepEqual(reader.read(), []);
  let now = 1_000_000;
  const nowMillis = (): number => now;
  const [spoor, kiro] = [createLog(home, { name: 'spoor', verbose: true, nowMillis }), createLog(home, { name: 'kiro', verbose: true, nowMillis })];
  spoor.error('first');
  now = 3_000_000;
  spoor.info('third');
  now = 2_000_000;
  kiro.info('second');
  const lines = reader.read();
  assert.deepEqual(lines.map(({ log, level, message, atMillis }) => [log, level, message, atMillis]), [['spoor', 'error', 'first', 1_000_000], ['kiro', 'info', 'second', 2_000_000], ['spoor', 'info', 'third', 3_000_000]]);
  assert.equal(lines[0]?.pid, process.pid);
  assert.deepEqual(reader.read(), []);
  kiro.error('fourth');
  assert.deepEqual(reader.read().map(({ message }) => message), ['fourth']);
  assert.deepEqual(listLogs(home), ['kiro', 'spoor']);
  assert.equal(readNewestError(home)?.message, 'fourth');
  assert.equal(readNewestError(home, 2_500_000), undefined);
});

test('rotation, truncation and a half line lose nothing and tell nothing twice', (t) => {
  const home = createLogHome(t);
  mkdirSync(home.logs, { recursive: true });
  const path = join(home.logs, 'kiro.log');
  writeFileSync(`${path}.1`, 'older\n');
  writeFileSync(path, 'one\ntw');
  const reader = openLogs(home, ['kiro']);
  t.after(() => reader.close());
  const read = (): string[] => reader.read().map(({ message }) => message);
  assert.deepEqual(read(), ['older', 'one']);
  appendFileSync(path, 'o\nthree\n');
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'four\n');
  writeFileSync(path, 'five\n');
  assert.deepEqual(read(), ['two', 'three', 'four', 'five']);
  truncateSync(path, 0);
  appendFileSync(path, '6\n');
  assert.deepEqual(read(), ['6']);
  renameSync(path, `${path}.1`);
  assert.deepEqual(read(), []);
  writeFileSync(path, 'seven\n');
  assert.deepEqual(read(), ['seven']);
});

test('a line of another form is itself', () => {
  assert.deepEqual(parseLogLine('kiro', 'hello'), { log: 'kiro', message: 'hello' });
  assert.deepEqual(parseLogLine('kiro', '2026-13-45T00:00:00.000Z error 1 x'), { log: 'kiro', message: '2026-13-45T00:00:00.000Z error 1 x' });
});
