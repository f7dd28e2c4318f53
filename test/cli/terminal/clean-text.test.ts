import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toPlainBlock, toPlainLine } from '#spoor/cli/terminal/clean-text.ts';

test('a line loses escape sequences, controls, direction overrides and line breaks', () => {
  assert.equal(toPlainLine('a\u001b[31mred\u001b[0m b'), 'ared b');
  assert.equal(toPlainLine('\u001b]8;;http://evil\u0007link\u001b]8;;\u0007'), 'link');
  assert.equal(toPlainLine('\u001b]0;title\u0007x'), 'x');
  assert.equal(toPlainLine('\u009b2Jx'), 'x');
  assert.equal(toPlainLine('one\r\n\ttwo\u2028three\u0085four'), 'one two three four');
  assert.equal(toPlainLine('gpj.\u202egnp.exe\u2066'), 'gpj.gnp.exe');
  assert.equal(toPlainLine('pass\u200bword\ufeff\u{e0041}'), 'password');
  assert.equal(toPlainLine('\ud800x'), '\ufffdx');
  assert.equal(toPlainLine('  a   b  '), 'a b');
  assert.equal(toPlainLine('👩‍👩‍👧'), '👩‍👩‍👧');
  assert.equal(toPlainLine(`z${'\u0301'.repeat(500)}`).length, 5);
});

test('a block keeps its line breaks only', () => {
  assert.equal(toPlainBlock('a\r\nb\tc\u001b[1md\u0000\u0007'), 'a\nb    cd');
});

test('nothing a terminal obeys is left of any text', () => {
  const noise = fc.string({ unit: fc.oneof(fc.integer({ min: 0, max: 0x2fff }).map((c) => String.fromCharCode(c)), fc.constantFrom('\u001b[', '\u001b]', '\u009d', '\u0090', '\u001b\\', 'm', ';', '2J')) });
  fc.assert(
    fc.property(noise, (text) => {
      assert.doesNotMatch(toPlainLine(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      assert.doesNotMatch(toPlainBlock(text), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 500 },
  );
});

test('a huge prompt costs no more than a long one', () => {
  assert.ok(toPlainLine('x'.repeat(50_000_000)).length < 5_000);
});
