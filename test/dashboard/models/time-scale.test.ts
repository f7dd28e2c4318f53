import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { activeAt, toTimeFold } from '../../../dashboard/src/models/waterfall/time-fold.ts';
import { CHIP_PX, fitAll, fitSpan, isAll, panBy, showSpan, toTime, toTimeScale, toX, zoomAt, type TimeScale } from '../../../dashboard/src/models/waterfall/time-scale.ts';
import { toChips, toTicks } from '../../../dashboard/src/models/waterfall/ticks.ts';
import { formatTick } from '../../../dashboard/src/models/waterfall/format.ts';
import { toPercents, toShares } from '../../../dashboard/src/models/waterfall/shares.ts';
import { buildTree, turn } from '../../support/waterfall-tree.ts';

const near = (one: number, other: number, by = 1e-6): void => assert.ok(Math.abs(one - other) <= by * Math.max(1, Math.abs(one)), `${one} is not ${other}`);

const twoTurns = () => buildTree([turn(0, 10_000), turn(100_000, 130_000)]);

/** Turns with breaks between them, some long. */
const turns = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 0, max: 300_000 })), { minLength: 1, maxLength: 40 }).map((pairs) => {
  let clock = 0;
  return buildTree(pairs.map(([length, pause]) => {
    const one = turn(clock, clock + length);
    clock += length + pause;
    return one;
  }));
});

test('only gaps of half a minute and more are folded, and none in true time', () => {
  const fold = toTimeFold(twoTurns());
  assert.deepEqual([...fold.gapStart, ...fold.gapEnd, fold.activeMillis], [10_000, 100_000, 40_000]);
  assert.equal(activeAt(fold, 50_000), 10_000);
  assert.equal(activeAt(fold, 130_000), 40_000);
  assert.equal(toTimeFold(twoTurns(), { isTrueTime: true }).gapStart.length, 0);
  assert.equal(toTimeFold(buildTree([turn(0, 10), turn(30_009, 30_010)])).gapStart.length, 0);
});

test('what runs on behind its turn is no gap', () => {
  const tree = buildTree([turn(0, 10_000, [{ kind: 'tool', name: 'Bash', at: [5000, 90_000] }]), turn(100_000, 110_000)]);
  assert.equal(toTimeFold(tree).gapStart.length, 0);
});

test('a folded gap is a chip of one width', () => {
  const fold = toTimeFold(twoTurns());
  const scale = toTimeScale(fold, fitAll(fold), 1000);
  near(toX(scale, 100_000) - toX(scale, 10_000), CHIP_PX);
  near(toX(scale, 130_000), 1000);
  assert.deepEqual(toChips(scale).map(({ millis }) => millis), [90_000]);
});

test('time to pixels and back, for any turns and any window', () => {
  fc.assert(fc.property(turns, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (tree, from, share) => {
    const fold = toTimeFold(tree);
    const all = fitAll(fold);
    const t0 = all.t0 + from * (all.t1 - all.t0) * 0.9;
    const scale = toTimeScale(fold, { t0, t1: t0 + Math.max(2, (all.t1 - t0) * share) }, 1200);
    for (const x of [0, 1, 300, 777, 1200]) near(toX(scale, toTime(scale, x)), x, 1e-4);
    for (let x = 1; x <= 1200; x += 40) assert.ok(toTime(scale, x) > toTime(scale, x - 1));
  }));
});

test('zoom leaves the moment under the cursor where it is, as long as the ends are not reached', () => {
  fc.assert(fc.property(turns, fc.integer({ min: 0, max: 1000 }), fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), { minLength: 1, maxLength: 6 }), (tree, x, factors) => {
    const fold = toTimeFold(tree);
    let scale: TimeScale = toTimeScale(fold, fitAll(fold), 1000);
    for (const factor of factors) {
      const before = toTime(scale, x);
      const next = toTimeScale(fold, zoomAt(scale, x, factor), 1000);
      assert.ok(next.t0 >= fold.first - 1e-6 && next.t1 <= Math.max(fold.last, fold.first + 2) + 1e-3, `${next.t0} ${next.t1} ${fold.last}`);
      const isAtEnd = next.t0 <= fold.first + 1e-6 || next.t1 >= fold.last - 1e-3;
      if (!isAtEnd && !isAll(fold, next)) assert.ok(Math.abs(toX(next, before) - x) < 0.01, `${toX(next, before)} is not ${x}`);
      scale = next;
    }
  }));
});

test('panning stops at both ends and keeps the scale', () => {
  const fold = toTimeFold(twoTurns());
  const scale = toTimeScale(fold, { t0: 1000, t1: 5000 }, 1000);
  const moved = toTimeScale(fold, panBy(scale, 250), 1000);
  near(moved.t0, 2000);
  near(moved.pxPerMilli, scale.pxPerMilli);
  near(panBy(scale, -1e9).t0, 0);
  near(panBy(scale, 1e9).t1, 130_000);
});

test('a span fits with air, and is brought into the window without zooming', () => {
  const fold = toTimeFold(twoTurns());
  const window = fitSpan(fold, 2000, 4000);
  assert.deepEqual(window, { t0: 1840, t1: 4160 });
  const scale = toTimeScale(fold, window, 1000);
  assert.deepEqual(showSpan(scale, 2500, 2600), window);
  const shown = toTimeScale(fold, showSpan(scale, 110_000, 110_100), 1000);
  assert.ok(toX(shown, 110_000) > 0 && toX(shown, 110_100) < 1000);
});

test('ticks stand at whole units, apart from each other and outside of chips', () => {
  fc.assert(fc.property(turns, fc.integer({ min: 150, max: 2000 }), (tree, width) => {
    const fold = toTimeFold(tree);
    const scale = toTimeScale(fold, fitAll(fold), width);
    const ticks = toTicks(scale);
    const chips = toChips(scale);
    ticks.forEach((tick, at) => {
      assert.ok(at === 0 || tick.x - (ticks[at - 1]?.x ?? 0) > 50);
      assert.ok(!chips.some((chip) => tick.x > chip.x0 && tick.x < chip.x1));
    });
  }));
  assert.deepEqual([formatTick(0, 1000), formatTick(90_000, 30_000), formatTick(3_900_000, 300_000), formatTick(250, 50), formatTick(1250, 50)], ['0', '1m 30s', '1h 5m', '250ms', '1.25s']);
});

test('shares are shown so that they add up to 100.0', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 6 }), (parts) => {
    const percents = toPercents(parts);
    if (parts.every((part) => part === 0)) assert.deepEqual(percents, []);
    else assert.equal(Math.round(percents.reduce((sum, one) => sum + one * 10, 0)), 1000);
    percents.forEach((percent, at) => assert.ok(Math.abs(percent - ((parts[at] ?? 0) / parts.reduce((a, b) => a + b, 0)) * 100) < 0.1));
  }));
  assert.deepEqual(toPercents([1, 1, 1]), [33.4, 33.3, 33.3]);
  assert.deepEqual(toShares({ model: 2, tool: 1, wait: 1, gate: 0, idle: 0, other: 0 }).map(({ kind, percent }) => `${kind} ${percent}`), ['model 50', 'tool 25', 'wait 25', 'gate 0', 'other 0', 'idle 0']);
});
