import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPalette, isColorWanted, toLine } from '#spoor/cli/terminal/palette.ts';

test('NO_COLOR over FORCE_COLOR over the terminal', () => {
  assert.equal(isColorWanted({}, true), true);
  assert.equal(isColorWanted({}, false), false);
  assert.equal(isColorWanted({ TERM: 'dumb' }, true), false);
  assert.equal(isColorWanted({ NO_COLOR: '1' }, true), false);
  assert.equal(isColorWanted({ NO_COLOR: '' }, true), true);
  assert.equal(isColorWanted({ FORCE_COLOR: '1' }, false), true);
  assert.equal(isColorWanted({ FORCE_COLOR: '' }, false), true);
  assert.equal(isColorWanted({ FORCE_COLOR: '0' }, true), false);
  assert.equal(isColorWanted({ FORCE_COLOR: '1', NO_COLOR: '1' }, false), false);
});

test('a line ends where its text ends', () => {
  const pieces = [{ text: 'a ', tone: 'error' as const }, { text: 'b   ', tone: 'dim' as const }, { text: '   ', tone: 'plain' as const }];
  assert.equal(toLine(pieces, createPalette(false)), 'a b');
  assert.equal(toLine(pieces, createPalette(true)), '\u001b[31ma \u001b[39m\u001b[2mb\u001b[22m');
  assert.equal(toLine([{ text: '  ', tone: 'plain' }], createPalette(true)), '');
});
