/** `spoor import` as a process of its own, beside others. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import type { Home } from '#spoor/config/home.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { spawnSpoor, spoorCommand } from '../support/spawn-spoor.ts';
import { createImportStage, dumpStore, type ImportStage } from './import-stage.ts';

/** Enough for threads and for spans first. */
const BYTES = 30_000_000;
const WAIT_MILLIS = 60_000;

function toEnv(stage: ImportStage, home: Home): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: stage.root, SPOOR_HOME: home.root };
}

function startImport(stage: ImportStage, home: Home): ChildProcess {
  const [program = '', ...words] = spoorCommand;
  return spawn(program, [...words, 'import', 'claude-code'], { env: toEnv(stage, home), stdio: 'ignore' });
}

function countSpans(store: SqliteStore): number {
  return store.listSessions({}).reduce((sum, { turns, toolCalls, modelCalls }) => sum + turns + toolCalls + modelCalls, 0);
}

async function waitFor(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + WAIT_MILLIS; !isSo(); await delay(5)) assert.ok(Date.now() < end, what);
}

test('killed at any moment, and run again: the same as one import', async (t) => {
  const stage = createImportStage(t, BYTES);
  const [calm, hunted] = [stage.openHome('calm'), stage.openHome('hunted')];
  const run = await spawnSpoor(['import', 'claude-code'], { env: toEnv(stage, calm) });
  assert.equal(run.code, 0, run.err);
  const expected = stage.openStore('calm');
  const total = countSpans(expected);
  // Among the spans, and at last among the texts.
  for (const share of [0.01, 0.3, 0.7, 1]) {
    const child = startImport(stage, hunted);
    await waitFor(`${share} of the spans`, () => {
      if (!existsSync(hunted.database)) return false;
      if (child.exitCode !== null) return true;
      const store = openStore(hunted.database);
      const count = countSpans(store);
      store.close();
      return count >= total * share;
    });
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const last = await spawnSpoor(['import', 'claude-code'], { env: toEnv(stage, hunted) });
  assert.equal(last.code, 0, last.err);
  assert.equal(dumpStore(stage.openStore('hunted')), dumpStore(expected));
});

test('an event that comes while history is imported is in the store before the import is through', async (t) => {
  const stage = createImportStage(t, 2 * BYTES);
  const home = stage.openHome('home');
  const store = stage.openStore('home');
  const importing = startImport(stage, home);
  await waitFor('the first spans', () => countSpans(store) > 0);
  const head = ['spoor-hook 1', 'kiro', '4999999', '', `HOME=${stage.root}`, ''].join('\0');
  writeFileSync(join(home.spool, 'kiro-4999999'), `${head}\0${JSON.stringify({ hook_event_name: 'userPromptSubmit', session_id: 'live-one', prompt: 'now', cwd: stage.root })}`);
  const collected = await spawnSpoor(['collect', '--once'], { env: toEnv(stage, home) });
  assert.equal(collected.code, 0, collected.err);
  const isThere = store.readFacts('kiro', ['live-one']).some(({ type }) => type === 'turn.started');
  assert.deepEqual([isThere, importing.exitCode], [true, null]);
  await once(importing, 'exit');
  assert.equal(importing.exitCode, 0);
  assert.ok(store.readSpans('kiro', 'live-one').length > 0);
});
