import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBytesText, toCostCell, toCountText, toCreditsText, toUsdText } from '#spoor/cli/terminal/number-text.ts';

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

test('dollars: cents, more only where they would vanish', () => {
  const cases: [number, string][] = [[0, '$0.00'], [0.1, '$0.10'], [0.0999, '$0.100'], [0.0123, '$0.012'], [0.00000123, '$0.000001'], [1e-9, '<$0.000001'], [1234.5, '$1,234.50'], [1234567.891, '$1,234,567.89']];
  for (const [usd, text] of cases) assert.equal(toUsdText(usd), text);
});

test('a cost in a table: charged, (not charged), and ? for what has no price', () => {
  const unpriced = [{ reason: 'no-usage' as const, chats: 1 }];
  assert.deepEqual(
    [undefined, {}, { usd: 1 }, { equivalentUsd: 2 }, { usd: 1, equivalentUsd: 2 }, { usd: 1, unpriced }, { unpriced }].map(toCostCell),
    ['', '', '$1.00', '($2.00)', '$1.00 ($2.00)', '$1.00 +?', '?'],
  );
});
