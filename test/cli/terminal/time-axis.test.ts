import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBar } from '#spoor/cli/terminal/bars.ts';
import { createTimeAxis } from '#spoor/cli/terminal/time-axis.ts';
import type { Segment } from '#spoor/cli/terminal/waterfall.ts';

const MS = 1_000_000n;
const axisOf = (millis: number, width: number, folds: [number, number][] = []) =>
  createTimeAxis({ fromNano: 0n, toNano: BigInt(millis) * MS, width, folds: folds.map(([a, b]) => ({ fromNano: BigInt(a) * MS, toNano: BigInt(b) * MS })) });
const run = (from: number, to: number, kind: Segment['kind'] = 'run'): Segment => ({ kind, fromNano: BigInt(Math.round(from * 1e6)), toNano: BigInt(Math.round(to * 1e6)) });
const draw = (segments: Segment[], millis = 8_000, width = 8): string =>
  toBar(segments, axisOf(millis, width), 'ok')
    .map(({ text }) => text)
    .join('');

test('bars end on eighths of a cell, begin on halves, and are never invisible', () => {
  assert.equal(draw([run(0, 8_000)]), '████████');
  assert.equal(draw([run(0, 2_000)]), '██      ');
  assert.equal(draw([run(0, 2_125)]), '██▏     ');
  assert.equal(draw([run(0, 2_500)]), '██▌     ');
  assert.equal(draw([run(1_500, 3_000)]), ' ▐█     ');
  assert.equal(draw([run(4_000, 4_001)]), '    ▏   ');
  assert.equal(draw([run(4_900, 4_901)]), '    ▕   ');
  assert.equal(draw([run(8_000, 8_000)]), '       ▕');
});

test('each kind of segment has its own sign; a run comes after its wait', () => {
  assert.equal(draw([run(0, 3_000, 'wait'), run(3_000, 5_000)]), '╱╱╱██   ');
  assert.equal(draw([run(1_000, 4_000, 'estimated')]), ' ░░░    ');
  assert.equal(draw([run(1_000, 4_000, 'group')]), ' ───    ');
  assert.equal(draw([run(2_000, 2_000, 'moment')]), '  ◇     ');
});

test('any segments on any axis: exactly its width', () => {
  const moment = fc.integer({ min: -500, max: 10_000 });
  const segment = fc.tuple(moment, moment, fc.constantFrom<Segment['kind']>('run', 'wait', 'estimated', 'group', 'moment')).map(([a, b, kind]) => run(Math.min(a, b), Math.max(a, b), kind));
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9_000 }), (segments, width, millis) => {
      assert.equal(draw(segments, millis, width).length, width);
      assert.equal(axisOf(millis, width).ticks.length, width);
    }),
  );
});

test('time runs forward on every axis, folds or not', () => {
  const folds: [number, number][] = [
    [1_000, 60_000],
    [70_000, 170_000],
  ];
  for (const axis of [axisOf(200_000, 50), axisOf(200_000, 50, folds), axisOf(200_000, 10, folds)]) {
    let before = 0;
    for (let at = 0; at <= 200_000; at += 500) {
      const cell = axis.toCell(BigInt(at) * MS);
      assert.ok(cell >= before && cell <= axis.width);
      before = cell;
    }
    assert.equal(before, axis.width);
  }
});

test('a fold takes three cells, says how long it is, and the rest gets the room; too many folds for the width are not made', () => {
  const axis = axisOf(62_000, 43, [[1_000, 61_000]]);
  assert.deepEqual(axis.folds, [{ fromCell: 20, toCell: 23 }]);
  assert.match(axis.ticks, /⋯1m 00s⋯/);
  assert.deepEqual(axisOf(62_000, 11, [[1_000, 61_000]]).folds, []);
});

test('ticks stand at round times, apart from each other', () => {
  assert.equal(axisOf(12_000, 36).ticks, '0              5s             10s   ');
  assert.equal(axisOf(90 * 60_000, 30).ticks, '0         30m       1h        ');
  assert.equal(axisOf(0, 20).ticks.trim(), '0');
});
