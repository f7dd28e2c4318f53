/** The digest of many words is that of each with its length, one behind the other, however they are given to the hash. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '#spoor/core/ids.ts';

function plainDigest(words: readonly string[]): string {
  return createHash('sha256').update(words.map((word) => `${word.length}:${word}`).join('')).digest('hex').slice(0, 32);
}

test('short words, long ones, and both, in any number', () => {
  const long = fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 1, max: 9000 })).map(([text, times]) => text.repeat(times).slice(0, 40_000));
  fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), long), { maxLength: 40 }), (words) => assert.equal(digestOf(words), plainDigest(words))), { numRuns: 100 });
  const many = Array.from({ length: 20_000 }, (_, at) => `word ${at}`);
  assert.equal(digestOf(many), plainDigest(many));
  assert.notEqual(digestOf(['ab', 'c']), digestOf(['a', 'bc']));
});
