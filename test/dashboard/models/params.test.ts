/** What a page shows stands in its address, and comes back from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCohorts, parseSessionRef, splitAt, stringifyCohort, toCompareQuery } from '../../../dashboard/src/models/cohorts.ts';
import { LIST_FIELDS, parseFilterParams, toFilter, toQueryString, toToday, type FilterParams } from '../../../dashboard/src/models/filter-params.ts';
import { parseSearch, stringifySearch } from '../../../dashboard/src/models/search-params.ts';

const word = fc.string({ minLength: 1, maxLength: 12 });
const params: fc.Arbitrary<FilterParams> = fc.record(Object.fromEntries(LIST_FIELDS.map((field) => [field, fc.array(word, { minLength: 1, maxLength: 3 })])), { requiredKeys: [], noNullPrototype: true }) as never;

test('property: a filter survives its address, whatever its words', () => {
  fc.assert(fc.property(params, (filter) => assert.deepEqual(parseFilterParams(parseSearch(stringifySearch(filter))), filter)));
});

test('property: a cohort survives an address inside an address', () => {
  fc.assert(
    fc.property(params, params, (a, b) => {
      const search = parseSearch(stringifySearch({ a: stringifyCohort(a), b: stringifyCohort(b) }));
      assert.deepEqual(parseCohorts(String(search.a ?? ''), String(search.b ?? ''), 0), { a, b });
    }),
  );
});

test('what means nothing is left out', () => {
  assert.deepEqual(parseFilterParams({ since: '8d', from: 'x', agent: '', model: [undefined, 7], __proto__: ['x'] }), { model: ['7'] });
});

test('a window ends at the next whole minute, so that equal questions stay equal', () => {
  const [a, b] = [1_000_001, 1_019_999].map((now) => toFilter({ since: '24h' }, now));
  assert.deepEqual(a, b);
  assert.deepEqual(toFilter({ since: 'all', agent: ['kiro'] }, 5), { agent: ['kiro'] });
  assert.deepEqual(toFilter({ since: '24h', from: 1, to: 2 }, 5), { fromMillis: 1, toMillis: 2 });
  assert.equal(toQueryString({ b: undefined, agent: ['x', 'y'], a: 1, c: false }), '?a=1&agent=x&agent=y');
});

test('before and after a day', () => {
  assert.deepEqual(splitAt({ since: '7d', model: ['m'] }, 5), { a: { model: ['m'], to: 5 }, b: { model: ['m'], from: 5 } });
  const query = toCompareQuery(parseCohorts(undefined, undefined, 1_800_000_000_000), 1_800_000_000_000);
  assert.equal(new URLSearchParams(query.a).get('toMillis'), new URLSearchParams(query.b).get('fromMillis'));
});

test('one session is told from a cohort', () => {
  assert.deepEqual(parseSessionRef('claude-code/a/b'), { agent: 'claude-code', sessionId: 'a/b' });
  assert.equal(parseSessionRef('since=7d&project=a/b'), undefined);
  assert.equal(parseSessionRef(undefined), undefined);
});

test('today is from the last midnight here on, under the same restrictions', () => {
  const noon = new Date(2026, 10, 22, 12, 30, 5).getTime();
  assert.deepEqual(toToday({ agent: ['kiro'], since: '30d', to: 5 }, noon), { agent: ['kiro'], from: new Date(2026, 10, 22).getTime() });
  assert.deepEqual(toFilter(toToday({}, noon), noon), { fromMillis: new Date(2026, 10, 22).getTime(), toMillis: undefined });
});
