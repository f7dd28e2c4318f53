/** A pid file where nothing tells when a process began: only the lock says who is the collector. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';

test('a pid that lives is taken for the collector, and called a guess', (t) => {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'spoor-pid-')));
  t.after(() => rmSync(home.root, { recursive: true }));
  createHome(home);
  writeFileSync(home.pidFile, `${process.pid} 1.0.0 - 3\n`);
  assert.deepEqual(readCollector(home, 'win32'), { pid: process.pid, version: '1.0.0', alive: true, isGuess: true });
  writeFileSync(home.pidFile, '4194303 1.0.0 - 3\n');
  assert.equal(readCollector(home, 'win32')?.alive, false);
  writeFileSync(home.pidFile, `${process.pid} 1.0.0 somewhen 3\n`);
  assert.deepEqual([readCollector(home, 'darwin')?.alive, readCollector(home, 'darwin')?.isGuess], [false, undefined]);
});
