/** What was let go of stays away when the agents' history is read again, and that is not read for ever. */
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { test } from 'node:test';
import { collectGarbage } from '#spoor/collector/retention/collect-garbage.ts';
import { createImportStage, LATER_MILLIS } from '../import-stage.ts';

const DAY = 86_400_000;

test('an import after the texts went brings none of them back, and the next one reads nothing', async (t) => {
  const stage = createImportStage(t, 2_000_000);
  const store = stage.openStore('store');
  await stage.import(store);
  const turns = (): number => Number(store.database.sql('SELECT count(*) AS count FROM turn').get()?.count);
  const contents = (): number => Number(store.database.sql('SELECT count(*) AS count FROM content').get()?.count);
  const list = store.listSessions({}).map(({ firstPrompt: _prompt, ...rest }) => rest);
  const [before, all] = [turns(), contents()];
  assert.ok(before > 10 && all > 10);
  const report = await collectGarbage(store, { contentMillis: DAY }, { nowMillis: LATER_MILLIS + 30 * DAY, dryRun: false });
  assert.ok(report.contentTurns > 0 && report.bytesAfter < report.bytesBefore);
  const left = contents();
  assert.ok(left < all / 10);

  for (const path of stage.laid.files) utimesSync(path, new Date(), new Date());
  assert.ok((await stage.import(store)).agents.some(({ read }) => read > 0));
  assert.deepEqual([turns(), contents()], [before, left]);
  assert.deepEqual(store.listSessions({}).map(({ firstPrompt: _prompt, ...rest }) => rest), list);
  assert.equal((await stage.import(store)).agents.reduce((sum, { read }) => sum + read, 0), 0);
});

test('an import after the spans went brings none of them back', async (t) => {
  const stage = createImportStage(t, 1_000_000);
  const store = stage.openStore('store');
  await stage.import(store);
  const list = store.listSessions({}).map(({ firstPrompt: _prompt, ...rest }) => rest);
  await collectGarbage(store, { spansMillis: DAY }, { nowMillis: LATER_MILLIS + 30 * DAY, dryRun: false });
  const spans = (): number => Number(store.database.sql('SELECT count(*) AS count FROM span').get()?.count);
  const left = spans();
  for (const path of stage.laid.files) utimesSync(path, new Date(), new Date());
  await stage.import(store);
  assert.equal(spans(), left);
  assert.deepEqual(store.listSessions({}).map(({ firstPrompt: _prompt, ...rest }) => rest), list);
});
