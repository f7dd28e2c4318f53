import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toLength, toShare, toUnion, type Occupation, type Stretch } from '#spoor/core/time-shares.ts';

describe('time', () => {
  it('counts what overlaps once', () => {
    assert.deepEqual(toUnion([[5, 9], [0, 3], [2, 4], [4, 5], [7, 6]]), [[0, 9]]);
    assert.deepEqual(toUnion([[5, 9], [0, 3]]), [[0, 3], [5, 9]]);
    assert.equal(toLength([[0, 3], [2, 5], [9, 12]], [1, 10]), 5);
  });

  it('gives each moment of a frame to one occupation: waiting before the gate, the gate before a tool, a tool before the model', () => {
    const stretches: [Occupation, number, number][] = [['model', 0, 40], ['tool', 10, 30], ['wait', 12, 20], ['gate', 18, 22], ['tool', 90, 120]];
    assert.deepEqual(toShare([0, 100], stretches), { model: 20, tool: 20, wait: 8, gate: 2, other: 50 });
    assert.deepEqual(toShare([0, 0], stretches), { model: 0, tool: 0, wait: 0, gate: 0, other: 0 });
  });

  const stretch = fc.tuple(fc.integer({ min: -50, max: 150 }), fc.integer({ min: -50, max: 150 }));
  const occupied = fc.tuple(fc.constantFrom<Occupation>('wait', 'gate', 'tool', 'model'), stretch).map(([kind, [from, to]]): [Occupation, number, number] => [kind, from, to]);

  it('adds up to the frame, whatever overlaps', () => {
    fc.assert(fc.property(fc.array(occupied), fc.integer({ min: 0, max: 100 }), (stretches, to) => {
      const share = toShare([0, to], stretches);
      assert.equal(Object.values(share).reduce((a, b) => a + b, 0), to);
      assert.ok(Object.values(share).every((part) => part >= 0));
      const waits = stretches.flatMap(([kind, ...one]): Stretch[] => (kind === 'wait' ? [one] : []));
      assert.equal(share.wait, toLength(waits, [0, to]));
    }));
  });
});
