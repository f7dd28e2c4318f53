import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBytesText, toCountText, toCreditsText } from '#spoor/cli/terminal/number-text.ts';

test('credits: two decimals, more only where they would vanish; unknown stays unknown', () => {
  const cases: [number | undefined, string | undefined][] = [
    [undefined, undefined],
    [0, '0.00'],
    [0.04, '0.04'],
    [0.0432, '0.043'],
    [0.3, '0.30'],
    [12.345, '12.35'],
    [0.00012, '0.00012'],
  ];
  for (const [credits, text] of cases) assert.equal(toCreditsText(credits), text);
});

test('counts and bytes', () => {
  assert.equal(toCountText(1, 'turn'), '1 turn');
  assert.equal(toCountText(21_514, 'tool'), '21,514 tools');
  assert.equal(toBytesText(12), '12 B');
  assert.equal(toBytesText(1_234), '1.2 kB');
  assert.equal(toBytesText(305_000_000), '305 MB');
});
