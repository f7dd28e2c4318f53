import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPatternFault } from '#spoor/core/safe-pattern.ts';

const FINE: readonly (string | [string, string])[] = [
  'ACME-\\d{4}', '\\bproject[- ]x\\b', ['internal', 'i'], '[\\w.+-]+@acme\\.example', '(?:\\d{4}[- ]?){3}\\d{4}', '(\\w+\\.)+acme\\.example', 'https?://[^\\s"]+', '(?<year>\\d{4})-\\d\\d', 'BEGIN.*END', ['^token=.*$', 'm'],
  '(?:red|green|blue)+x', '[^\\]]+]', '\\u0041\\x42+', ['\\p{Lu}{2}\\d+', 'u'], 'a{2,3}b{2,3}', '(?<=id=)\\w+', '(foo|bar)(baz)?',
];

for (const one of FINE) {
  const [pattern, flags] = typeof one === 'string' ? [one] : one;
  test(`fine: ${pattern}`, () => assert.equal(findPatternFault(pattern, flags), undefined));
}

const FAULTY: readonly [string, RegExp, string?][] = [
  ['(a+)+b', /repeat/], ['(a*)*b', /repeat/], ['([a-z]+)*\\d', /repeat/], ['(a|a)*b', /begin alike/], ['(a|ab)+c', /begin alike/], ['(\\w+\\s?)+$', /repeat/], ['(?:(?:x+)y?)+z', /repeat/], ['(.*)*x', /finds|repeat/],
  ['\\d+\\d+x', /behind the other/], ['.*.*x', /behind the other/], ['\\s*a?\\s*b', /behind the other/], ['a.*b.*c.*d', /more than two/], ['(a{1,50}){1,50}b', /repeat/],
  ['(a)\\1', /refers back/], ['(?<n>a)\\k<n>', /refers back/], ['a*', /empty/], ['(', /no regular/], ['', /1 to/], ['x'.repeat(1001), /1 to/], ['a', /flags/, 'g'], ['a', /flags/, 'ii'],
];

for (const [pattern, reason, flags] of FAULTY) {
  test(`not run: ${pattern.slice(0, 30)} ${flags ?? ''}`, () => assert.match(findPatternFault(pattern, flags) ?? 'nothing wrong', reason));
}
