/** Histories that are followed without hooks: which sessions are named, and when an agent's history is to be read again. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createHistoryTail, type HistoryTail } from '#spoor/collector/tail/create-history-tail.ts';

interface Stage {
  root: string;
  tail: HistoryTail;
  unknown: string[];
  /** Of which all is to be read. */
  whole: string[];
  rings: { count: number };
}

function openStage(t: TestContext): Stage {
  const root = mkdtempSync(join(tmpdir(), 'spoor-tail-'));
  const unknown: string[] = [];
  const whole: string[] = [];
  const rings = { count: 0 };
  const tail = createHistoryTail({ roots: new Map([['kiro', [root, join(root, 'none')]]]), onUnknown: (agent, isWhole) => void (unknown.push(agent), isWhole && whole.push(agent)), unknownMillis: 20, lookMillis: 20 });
  tail.ring(() => void (rings.count += 1));
  t.after(() => {
    tail.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { root, tail, unknown, whole, rings };
}

async function waitFor(what: string, isThere: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isThere()) {
    assert.ok(Date.now() < deadline, `waited too long for ${what}`);
    await delay(5);
  }
}

function takeAll(tail: HistoryTail): { sessionId: string }[] {
  const taken: { sessionId: string }[] = [];
  tail.take((session) => taken.push(session));
  return taken;
}

test('a file of a known session names it; one of nobody has its agent read again', async (t) => {
  const { root, tail, unknown, rings } = openStage(t);
  const folder = join(root, 'project');
  mkdirSync(folder);
  const path = join(folder, 'a.jsonl');
  writeFileSync(path, '1');
  tail.follow([{ agent: 'kiro', sessionId: 'a', paths: [path] }]);
  appendFileSync(path, '2');
  await waitFor('the ring', () => rings.count > 0);
  assert.deepEqual(takeAll(tail).map(({ sessionId }) => sessionId), ['a']);
  assert.deepEqual(takeAll(tail), []);
  assert.deepEqual(unknown, []);
  writeFileSync(join(folder, 'b.jsonl'), '1');
  await waitFor('the new file', () => unknown.length > 0);
  const path2 = join(folder, 'b.jsonl');
  tail.follow([{ agent: 'kiro', sessionId: 'b', paths: [path2] }]);
  appendFileSync(path2, '2');
  await waitFor('its change', () => takeAll(tail).some(({ sessionId }) => sessionId === 'b'));
});

test('a file of many sessions names none: its agent is read again; so is a root in which something comes', async (t) => {
  const { root, tail, unknown } = openStage(t);
  const path = join(root, 'all.db');
  writeFileSync(path, '1');
  tail.follow([{ agent: 'kiro', sessionId: 'a', paths: [path] }, { agent: 'kiro', sessionId: 'b', paths: [path] }]);
  appendFileSync(path, '2');
  await waitFor('the database', () => unknown.length === 1);
  assert.deepEqual(takeAll(tail), []);
  tail.watchRoots();
  mkdirSync(join(root, 'new-project'));
  await waitFor('the folder', () => unknown.length === 2);
});

test('a root that comes while one serves, and one that is made again, are followed from then on', async (t) => {
  const { root, tail, unknown, whole } = openStage(t);
  const late = join(root, 'none');
  tail.watchRoots();
  // The watcher of the folder above may tell of it as well: what counts is what comes into it.
  for (const time of ['first', 'second']) {
    mkdirSync(late);
    await waitFor(`the root for the ${time} time`, () => whole.length > 0);
    await waitFor('quiet', createQuiet(() => unknown.length));
    assert.deepEqual(whole.splice(0), ['kiro'], 'what stands there may be old');
    unknown.length = 0;
    writeFileSync(join(late, 'session.jsonl'), time);
    await waitFor(`a session in it for the ${time} time`, () => unknown.length > 0);
    rmSync(late, { recursive: true });
    await waitFor('quiet', createQuiet(() => unknown.length));
    unknown.length = 0;
  }
});

/** Whether the count stayed as it is for ten looks of the tail. */
function createQuiet(count: () => number): () => boolean {
  let [last, since] = [count(), performance.now()];
  return () => {
    if (count() !== last) [last, since] = [count(), performance.now()];
    return performance.now() - since > 200;
  };
}
