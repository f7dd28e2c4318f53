/** Two sessions beside each other: each step stands once, alike ones in one row, and one row is where they part. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSteps } from '../../../dashboard/src/models/pair-steps.ts';

const side = (...starts: number[]): { spans: { kind: string[]; start: number[] } } => ({ spans: { kind: ['agent', ...starts.map(() => 'tool')], start: [0, ...starts] } });

test('what only one has stands between what both have; one row is marked', () => {
  const steps = toSteps({ a: side(1, 2, 3), b: side(1, 2, 3), pairs: [[1, 1], [3, 2]], divergence: { a: 2, b: 2 } });
  assert.deepEqual(steps, [
    { a: 1, b: 1, isDivergence: false },
    { a: 2, isDivergence: true },
    { a: 3, b: 2, isDivergence: false },
    { b: 3, isDivergence: false },
  ]);
});

test('the steps of a subagent stand where they began, not where its rows are', () => {
  // In rows the subagent's call (2) stands before the call beside it (3), which began earlier.
  const steps = toSteps({ a: side(1, 5, 3), b: side(1, 2, 3), pairs: [[1, 1], [3, 2], [2, 3]], divergence: undefined });
  assert.deepEqual(steps, [{ a: 1, b: 1, isDivergence: false }, { a: 3, b: 2, isDivergence: false }, { a: 2, b: 3, isDivergence: false }]);
});

test('one that goes on longer parts from the other at its end', () => {
  assert.deepEqual(toSteps({ a: side(1), b: side(1, 2), pairs: [[1, 1]], divergence: { b: 2 } }).map(({ isDivergence }) => isDivergence), [false, true]);
});
