/** Watching folders: what changes is named once it is looked for, what is not followed any more is not, and a system without watches only makes it slower. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHistoryWatch, type HistoryWatch } from '#spoor/collector/watch-histories.ts';
import { waitFor } from '../support/hook-stage.ts';

interface Stage {
  folder(name: string): string;
  watch(options?: { maxWatchers?: number; pollMillis?: number }): HistoryWatch;
  rings: number;
}

function createStage(t: TestContext): Stage {
  const root = mkdtempSync(join(tmpdir(), 'spoor-watch-'));
  t.after(() => rmSync(root, { recursive: true }));
  const stage: Stage = {
    rings: 0,
    folder(name) {
      mkdirSync(join(root, name), { recursive: true });
      return join(root, name);
    },
    watch(options) {
      const watch = createHistoryWatch(() => void stage.rings++, options);
      t.after(() => watch.close());
      return watch;
    },
  };
  return stage;
}

/** As the collector does: looks into all that changed, then follows on. Gives what had changed. */
function look(watch: HistoryWatch, wanted: ReadonlyMap<string, readonly string[]>): string[] {
  const changed = watch.changed();
  watch.follow(wanted, changed);
  return changed;
}

async function settled(watch: HistoryWatch, wanted: ReadonlyMap<string, readonly string[]>): Promise<void> {
  await waitFor('silence', () => look(watch, wanted).length === 0);
}

for (const [how, options] of [['watched', {}], ['looked at by the clock', { maxWatchers: 0, pollMillis: 20 }]] as const) {
  test(`${how}: a file that grows and one that comes are noticed, and nothing else is named`, async (t) => {
    const stage = createStage(t);
    const [a, b] = [stage.folder('a'), stage.folder('b')];
    writeFileSync(join(a, 'x'), '1');
    const watch = stage.watch(options);
    const wanted = new Map([['A', [a]], ['B', [b]]]);
    watch.follow(wanted, []);
    assert.deepEqual(watch.changed().sort((one, other) => (one < other ? -1 : 1)), ['A', 'B'], 'what came before the watching began is looked for');
    await settled(watch, wanted);
    for (const write of [() => appendFileSync(join(a, 'x'), '2'), () => writeFileSync(join(a, 'y'), '1'), () => mkdirSync(join(a, 'z'))]) {
      const before = stage.rings;
      write();
      await waitFor('a ring', () => stage.rings > before);
      assert.deepEqual(look(watch, wanted), ['A']);
      await settled(watch, wanted);
    }
    watch.follow(new Map([['B', [b]]]), []);
    writeFileSync(join(a, 'x'), '3');
    writeFileSync(join(b, 'x'), '3');
    await waitFor('the other', () => watch.changed().length > 0);
    assert.deepEqual(watch.changed(), ['B']);
  });
}

test('a change that was not looked into is told again; two names may share a folder', async (t) => {
  const stage = createStage(t);
  const a = stage.folder('a');
  const watch = stage.watch();
  const wanted = new Map([['A', [a]], ['B', [a]]]);
  watch.follow(wanted, []);
  await settled(watch, wanted);
  writeFileSync(join(a, 'x'), '1');
  await waitFor('both', () => watch.changed().length === 2);
  watch.follow(wanted, ['A']);
  assert.deepEqual(watch.changed(), ['B']);
});

test('watchers are bounded, and closed with what is no longer followed', async (t) => {
  if (!existsSync('/proc/self/fdinfo')) return;
  const stage = createStage(t);
  const before = inotifyWatches();
  const watch = stage.watch({ maxWatchers: 5 });
  const folders = Array.from({ length: 20 }, (_, i) => stage.folder(`f${i}`));
  watch.follow(new Map([['A', folders]]), []);
  assert.equal(inotifyWatches() - before, 5);
  for (let i = 0; i < 50; i++) watch.follow(new Map([[`A${i}`, folders.slice(i % 15)]]), []);
  assert.ok(inotifyWatches() - before <= 5);
  watch.follow(new Map(), []);
  assert.equal(inotifyWatches(), before);
  watch.follow(new Map([['A', [join(folders[0] ?? '', 'gone')]]]), []);
  watch.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(inotifyWatches(), before);
});

/** How many folders this process watches. */
function inotifyWatches(): number {
  const own = readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('inotify');
    } catch {
      return false;
    }
  });
  return own.reduce((sum, fd) => sum + readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('\n').filter((line) => line.startsWith('inotify ')).length, 0);
}
