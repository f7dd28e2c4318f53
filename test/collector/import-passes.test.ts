/** However a history is imported, by whichever threads and in how many steps: the same store. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import type { ImportProgress } from '#spoor/collector/reports.ts';
import { layClaudeHistory } from '../../bench/claude-history.ts';
import { createImportStage, dumpStore, LATER_MILLIS, NEWEST_MILLIS } from './import-stage.ts';

const BYTES = 3_000_000;

test('spans first or all at once, in threads or alone, by what is stored or as new: the same', async (t) => {
  const stage = createImportStage(t, BYTES);
  const whole = stage.openStore('whole');
  const report = await stage.import(whole, { spansFirstBytes: Infinity });
  const expected = dumpStore(whole);
  const spans = report.agents.find(({ agent }) => agent === 'claude-code')?.spansWritten ?? 0;
  assert.ok(spans > 100);
  assert.equal(expected.split('\n').filter((line) => line.startsWith('span ')).length, spans);

  const parted = stage.openStore('parted');
  assert.deepEqual(await stage.import(parted, { spansFirstBytes: 0 }), report);
  assert.equal(dumpStore(parted), expected);

  const threaded = stage.openStore('threaded');
  assert.deepEqual(await stage.import(threaded, { spansFirstBytes: 0, threads: 2 }), report);
  assert.equal(dumpStore(threaded), expected);

  // A session that something is known of goes the way of live ones.
  const known = stage.openStore('known');
  for (const session of whole.listSessions({})) known.saveSession({ agent: session.agent, sessionId: session.sessionId });
  await stage.import(known);
  assert.equal(dumpStore(known), expected);
});

test('texts are pending until they are there, and an import that was cut off between goes on with them', async (t) => {
  const stage = createImportStage(t, BYTES);
  const whole = stage.openStore('whole');
  await stage.import(whole, { spansFirstBytes: Infinity });

  const cut = stage.openStore('cut');
  const seen: ImportProgress[] = [];
  const broken = stage.import(cut, {
    spansFirstBytes: 0,
    onProgress(progress) {
      seen.push({ ...progress });
      if (progress.isText) throw new Error('cut off');
    },
  });
  await assert.rejects(broken, /cut off/);
  const [begun] = seen;
  assert.deepEqual([begun?.sessions, begun?.bytes, begun?.isText], [0, 0, false], 'how much there is to do is told before anything is done');
  assert.ok((begun?.sessionsTotal ?? 0) > 0 && (begun?.bytesTotal ?? 0) > 0);
  const { sessions, sessionsTotal } = seen.at(-1) ?? { sessions: 0, sessionsTotal: -1 };
  assert.equal(sessions, sessionsTotal, 'all spans before the first texts');
  const pending = cut.listSessions({}).filter(({ agent, sessionId }) => cut.isTextPending(agent, sessionId));
  assert.ok(pending.length > 0);
  const [first] = pending;
  const outlined = cut.readSpans('claude-code', first?.sessionId ?? '');
  assert.deepEqual(outlined.map(({ spanId }) => spanId), whole.readSpans('claude-code', first?.sessionId ?? '').map(({ spanId }) => spanId));
  assert.ok(outlined.every(({ content }) => Object.values(content).every((text) => text.length <= 256)));

  const report = await stage.import(cut, { spansFirstBytes: 0 });
  assert.ok((report.agents.find(({ agent }) => agent === 'claude-code')?.read ?? 0) > 0);
  assert.equal(dumpStore(cut), dumpStore(whole));
  assert.ok(!cut.listSessions({}).some(({ agent, sessionId }) => cut.isTextPending(agent, sessionId)));
  assert.equal((await stage.import(cut)).agents.find(({ agent }) => agent === 'claude-code')?.read, 0);
});

test('a pending session that hooks tell of meanwhile gets its texts, and is not called changed', async (t) => {
  const stage = createImportStage(t, 400_000);
  const whole = stage.openStore('whole');
  await stage.import(whole, { spansFirstBytes: Infinity });
  const other = stage.openStore('other');
  await stage.import(other, {
    spansFirstBytes: 0,
    onProgress({ isText, sessions, sessionsTotal }) {
      // As a collector does that is asked to look again, between the two looks of the import.
      if (!isText && sessions === sessionsTotal) for (const { agent, sessionId } of other.listSessions({})) other.markDue(agent, sessionId, LATER_MILLIS);
    },
  });
  assert.equal(dumpStore(other), dumpStore(whole));
});

test('a secret stands in no step of an import', async (t) => {
  const stage = createImportStage(t, 400_000);
  const [path = ''] = stage.laid.files;
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const lines = readFileSync(path, 'utf8').split('\n');
  const spoilt = lines.map((line) => (line.includes('"tool_result"') ? line.replace(/"content":"/, `"content":"${secret} ${'x'.repeat(300)} `) : line));
  assert.ok(spoilt.join('\n').includes(secret));
  writeFileSync(path, spoilt.join('\n'));
  const store = stage.openStore('store');
  const files = ['', '-wal'].map((end) => `${stage.openHome('store').database}${end}`);
  const holds = (): boolean => files.some((file) => readFileSync(file).includes(secret));
  await stage.import(store, { spansFirstBytes: 0, threads: 1, onProgress: () => assert.equal(holds(), false) });
  assert.equal(holds(), false);
  assert.ok(dumpStore(store).includes('[redacted:github-token]'));
});

test('files that grow, shrink or vanish between the two looks are no error, and the next import has them as they are', async (t) => {
  const stage = createImportStage(t, BYTES);
  const mains = stage.laid.files.filter((path) => !basename(path).startsWith('agent-'));
  const [grown = '', cut = '', gone = ''] = mains;
  assert.notEqual(gone, '');
  const more = { type: 'user', uuid: 'later-prompt', timestamp: new Date(NEWEST_MILLIS).toISOString(), sessionId: basename(grown, '.jsonl'), message: { role: 'user', content: 'and one thing more' } };
  const store = stage.openStore('store');
  let isDone = false;
  const report = await stage.import(store, {
    spansFirstBytes: 0,
    onProgress({ isText, sessions, sessionsTotal }) {
      if (isDone || isText || sessions < sessionsTotal) return;
      isDone = true;
      appendFileSync(grown, `${JSON.stringify(more)}\n`);
      truncateSync(cut, Math.floor(readFileSync(cut).length / 2));
      utimesSync(grown, NEWEST_MILLIS / 1000, NEWEST_MILLIS / 1000);
      utimesSync(cut, NEWEST_MILLIS / 1000, NEWEST_MILLIS / 1000);
      rmSync(gone);
    },
  });
  assert.ok(isDone);
  assert.deepEqual(report.problems, []);
  await stage.import(store);
  assert.ok(dumpStore(store).includes('and one thing more'));
  assert.ok(store.readSpans('claude-code', basename(gone, '.jsonl')).length > 0, 'what was read stays');
});

test('the newest session comes first and is read twice, not three times, where the others take up all the room', async (t) => {
  const stage = createImportStage(t, 1_000_000);
  layClaudeHistory(stage.root, { bytes: 22_000_000, mostBytes: 22_000_000_000, seed: 3, newestMillis: NEWEST_MILLIS - 3_600_000_000 });
  layClaudeHistory(stage.root, { bytes: 6_000_000, mostBytes: 6_000_000_000, seed: 9, newestMillis: NEWEST_MILLIS + 3_600_000 });
  const whole = await stage.import(stage.openStore('whole'), { spansFirstBytes: Infinity });
  const parted = stage.openStore('parted');
  const seen: ImportProgress[] = [];
  assert.deepEqual(await stage.import(parted, { spansFirstBytes: 0, threads: 2, onProgress: (progress) => seen.push(progress) }), whole);
  assert.equal(seen[0]?.isText, false);
});

test('of a family, only the sessions that changed since are called found, and read', async (t) => {
  const stage = createImportStage(t, 1_000_000);
  const child = stage.laid.files.find((path) => basename(path).startsWith('agent-')) ?? '';
  for (const path of stage.laid.files) utimesSync(path, NEWEST_MILLIS / 1000 - 86_400, NEWEST_MILLIS / 1000 - 86_400);
  utimesSync(child, NEWEST_MILLIS / 1000, NEWEST_MILLIS / 1000);
  const { agents } = await stage.import(stage.openStore('store'), { sinceMillis: NEWEST_MILLIS - 1000 });
  const { found, read } = agents.find(({ agent }) => agent === 'claude-code') ?? {};
  assert.ok(found !== undefined && found > 0 && found < stage.laid.files.length);
  assert.equal(read, found);
});
