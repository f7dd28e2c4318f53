import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPatternFault } from '#spoor/core/safe-pattern.ts';

const FINE: readonly (string | [string, string])[] = [
  'ACME-\\d{4}', '\\bproject[- ]x\\b', ['internal', 'i'], '[\\w.+-]+@acme\\.example', '(?:\\d{4}[- ]?){3}\\d{4}', '(\\w+\\.)+acme\\.example', 'https?://[^\\s"]+', '(?<year>\\d{4})-\\d\\d', 'BEGIN.*END', ['^token=.*$', 'm'],
  '(?:red|green|blue)+x', '[^\\]]+]', '\\u0041\\x42+', ['\\p{Lu}{2}\\d+', 'u'], 'a{2,3}b{2,3}', '(?<=id=)\\w+', '(foo|bar)(baz)?',
  '(?:a{1,3}){1,3}b', 'Größe-\\d+', '[äöü]+ß', '(?:\\r\\n|\\n)+x', '\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}', '(?:\\+\\d{1,3}[ -]?)?\\d{2,4}[ -]?\\d{2,4}', '[\\u4e00-\\u9fff]+x',
];

for (const one of FINE) {
  const [pattern, flags] = typeof one === 'string' ? [one] : one;
  test(`fine: ${pattern}`, () => assert.equal(findPatternFault(pattern, flags), undefined));
}

const FAULTY: readonly [string, RegExp, string?][] = [
  ['(a+)+b', /repeat/], ['(a*)*b', /repeat/], ['([a-z]+)*\\d', /repeat/], ['(a|a)*b', /begin alike/], ['(a|ab)+c', /begin alike/], ['(\\w+\\s?)+$', /repeat/], ['(?:(?:x+)y?)+z', /repeat/], ['(.*)*x', /finds|repeat/],
  ['\\d+\\d+x', /behind the other/], ['.*.*x', /behind the other/], ['\\s*a?\\s*b', /behind the other/], ['a.*b.*c.*d', /more than two/], ['(a{1,50}){1,50}b', /repeat/],
  ['(((a{1,9}){1,9}){1,9}){1,9}b', /within a repeat/], ['(?:a{1,4}){1,3}b', /within a repeat/], ['((?:a|a){5}){5}b', /begin alike/], ['(?:(?:a|a)x)+b', /begin alike/],
  ['(?:[àá]|á)+b', /begin alike/], ['(?:á|\\u00e1)+b', /begin alike/], ['[á]+[àá]+[áâ]+[áã]+b', /more than two/], ['[aá]+[bá]+x', /behind the other/], ['(?:[a\\xe1]|[b\\xe1])+x', /begin alike/],
  [`${'a{1,9}'.repeat(12)}b`, /in many places/], [`${'a?'.repeat(30)}${'a'.repeat(30)}`, /in many places/], [`${'(?:a|a)'.repeat(30)}b`, /in many places/],
  ['(a)\\1', /refers back/], ['(?<n>a)\\k<n>', /refers back/], ['a*', /empty/], ['(', /no regular/], ['', /1 to/], ['x'.repeat(1001), /1 to/], ['a', /flags/, 'g'], ['a', /flags/, 'ii'],
];

for (const [pattern, reason, flags] of FAULTY) {
  test(`not run: ${pattern.slice(0, 30)} ${flags ?? ''}`, () => assert.match(findPatternFault(pattern, flags) ?? 'nothing wrong', reason));
}
