import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unionNano } from '#spoor/core/time.ts';

test('what overlaps counts once, in whatever order it comes', () => {
  const stretch = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })).map(([a, b]) => ({ fromNano: BigInt(a), toNano: BigInt(b) }));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
      const ticks = Array.from({ length: 60 }, (_, tick) => BigInt(tick)).filter((tick) => stretches.some(({ fromNano, toNano }) => fromNano <= tick && tick < toNano));
      assert.equal(unionNano(stretches), BigInt(ticks.length));
    }),
  );
});
