import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createDistinct } from '#spoor/query/columns/distinct.ts';
import { toDurationQuantile, toDurationSpread } from '#spoor/query/columns/duration-spread.ts';
import { NO_DURATION, toDuration, toMicros, toMillis } from '#spoor/query/columns/durations.ts';
import { resetScratch, takeFloats, takeWholes } from '#spoor/query/columns/scratch.ts';
import { plainQuantile } from './plain-store.ts';

const DAY_MICROS = 86_400_000_000;

describe('durations in 32 bits', () => {
  it('are exact to the microsecond below 35 minutes, to the millisecond above, and keep their order', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (micros) => assert.equal(toMillis(toDuration(micros)), micros / 1000)));
    fc.assert(fc.property(fc.integer({ min: 2 ** 31, max: 20 * DAY_MICROS }), (micros) => assert.ok(Math.abs(toMillis(toDuration(micros)) - micros / 1000) <= 0.5)));
    fc.assert(fc.property(fc.nat(20 * DAY_MICROS), fc.nat(20 * DAY_MICROS), (a, b) => assert.ok(a > b ? toDuration(a) >= toDuration(b) : toDuration(a) <= toDuration(b))));
  });

  it('tell what is not told, and never take a long one for it', () => {
    assert.equal(toMillis(toDuration(-1)), -1);
    assert.equal(toMillis(undefined), -1);
    assert.ok(toDuration(1000 * DAY_MICROS) < NO_DURATION);
  });
});

describe('order statistics of durations', () => {
  /** A few, many, many equal ones, and those longer than 35 minutes. */
  const durations = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 20 * DAY_MICROS }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 5 * 10 ** 9 }), { minLength: 600, maxLength: 900, size: 'max' }),
    fc.array(fc.integer({ min: 4_000_000, max: 4_000_030 }), { minLength: 600, maxLength: 900, size: 'max' }),
    fc.array(fc.constantFrom(0, 1, 63, 64, 65, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 33), { minLength: 600, maxLength: 900, size: 'max' }),
  );

  it('are those of a sort, to the last digit', () => {
    fc.assert(fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (micros, share) => {
      const codes = micros.map(toDuration);
      const millis = codes.map((code) => toMillis(code));
      assert.equal(toDurationQuantile(Uint32Array.from(codes), share), plainQuantile(millis, share));
      const { p50, p95, max, count, sum } = toDurationSpread(Uint32Array.from(codes));
      assert.deepEqual([p50, p95, max, count], [plainQuantile(millis, 0.5), plainQuantile(millis, 0.95), millis.reduce((most, one) => Math.max(most, one)), millis.length]);
      assert.equal(sum, codes.reduce((total, code) => total + toMicros(code), 0) / 1000);
    }));
    assert.deepEqual(toDurationSpread(new Uint32Array(0)), { count: 0 });
    assert.equal(toDurationQuantile(new Uint32Array(0), 0.5), undefined);
  });
});

describe('how many different things a group has', () => {
  it('is the size of a set, also of more than fit into bits', () => {
    for (const things of [40, 2 ** 28]) {
      const distinct = createDistinct(things);
      const sets = new Map<number, Set<number>>();
      for (let step = 0; step < 2000; step++) {
        const [group, thing] = [(step * 7) % 5, (step * step * 31) % 40];
        distinct.add(group, thing);
        sets.set(group, (sets.get(group) ?? new Set()).add(thing));
      }
      for (let group = 0; group < 6; group++) assert.equal(distinct.count(group), sets.get(group)?.size ?? 0);
    }
  });
});

describe('the room of a question', () => {
  it('is nobody else\'s until the next one begins, and the same memory then', () => {
    const ask = (): (Float64Array | Uint32Array)[] => {
      resetScratch();
      const taken = [takeFloats(1000), takeWholes(501), takeFloats(7)];
      for (const [place, one] of taken.entries()) one.fill(place + 1);
      for (const [place, one] of taken.entries()) assert.ok(one.every((value) => value === place + 1));
      return taken;
    };
    ask();
    const [first] = ask();
    const [second] = ask();
    assert.equal(second?.buffer, first?.buffer);
    assert.deepEqual(second?.length, 1000);
  });
});
