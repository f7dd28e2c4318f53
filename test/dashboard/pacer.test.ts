/** How bursts of changes become few questions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPacer } from '../../dashboard/src/api/create-pacer.ts';

test('after a rest at once, in a burst once for all, and nothing when it is over', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMillis = 5000;
  t.mock.method(performance, 'now', () => nowMillis);
  const calls: number[] = [];
  const pass = (millis: number): void => {
    for (let one = 0; one < millis; one++) {
      nowMillis += 1;
      t.mock.timers.tick(1);
    }
  };
  const pacer = createPacer(100, () => calls.push(nowMillis));
  pacer.poke();
  pass(1);
  assert.deepEqual(calls, [5001], 'the first at once');
  for (let turn = 0; turn < 20; turn++) {
    pacer.poke();
    pass(10);
  }
  assert.deepEqual(calls, [5001, 5101, 5201], 'those of a burst together');
  pacer.poke();
  pacer.close();
  pass(500);
  assert.equal(calls.length, 3);
});
