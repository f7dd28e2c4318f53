import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSessionsParams, toCohort, toggleOrder, toSessionsQuery } from '../../../dashboard/src/models/sessions-params.ts';
import { parseSessionParams } from '../../../dashboard/src/models/session/session-params.ts';
import { toWindowText } from '../../../dashboard/src/models/window-text.ts';

test('the URL of the list: what means nothing is left out', () => {
  assert.deepEqual(parseSessionsParams({ q: 'retry queue', state: ['failed', 'nonsense'], errors: 'true', denied: 'no', order: 'cost', asc: true, agent: 'kiro', since: '30d', other: 1 }), { q: 'retry queue', state: ['failed'], errors: true, order: 'cost', asc: true, agent: ['kiro'], since: '30d' });
  assert.deepEqual(parseSessionsParams({ q: 42 }), { q: '42' });
  assert.deepEqual(parseSessionsParams({ q: '   ', state: 'x', order: 'size' }), {});
});

test('the question to the server', () => {
  const now = 1_700_000_000_000;
  assert.deepEqual(toSessionsQuery({ since: 'all', q: ' retry ', errors: true, order: 'last', asc: true }, now), { text: 'retry', hasErrors: true });
  assert.deepEqual(toSessionsQuery({ since: 'all', order: 'start', asc: true, state: ['running'] }, now), { order: 'start', ascending: true, state: ['running'] });
  assert.equal(toSessionsQuery({}, now).fromMillis, Math.ceil(now / 60_000) * 60_000 - 7 * 86_400_000);
});

test('a click on a head of a column sorts by it; only the start goes both ways', () => {
  assert.deepEqual(toggleOrder({}, 'cost'), { order: 'cost', asc: undefined });
  assert.deepEqual(toggleOrder({ order: 'cost' }, 'cost'), { order: 'cost', asc: undefined });
  assert.deepEqual(toggleOrder({ order: 'start' }, 'start'), { order: 'start', asc: true });
  assert.deepEqual(toggleOrder({ order: 'start', asc: true }, 'start'), { order: 'start', asc: undefined });
  assert.deepEqual(toggleOrder({ order: 'start', asc: true }, 'last'), { order: undefined, asc: undefined });
});

test('a filter as a cohort', () => {
  assert.equal(toCohort({ agent: ['kiro', 'pi'], q: 'x', order: 'cost' }), 'agent=kiro&agent=pi&since=7d');
});

test('the URL of a session', () => {
  assert.deepEqual(parseSessionParams({ span: 'abc', t0: '100.4', t1: '900', f: 'error', grouping: 'turn', tab: 'turns' }), { span: 'abc', t0: 100, t1: 900, f: 'error', grouping: 'turn', tab: 'turns' });
  assert.deepEqual(parseSessionParams({ t0: 900, t1: 100, tab: 'waterfall', grouping: 'session', span: '' }), {});
  assert.deepEqual(parseSessionParams({ t0: 'x', t1: 5 }), {});
});

test('the window in words', () => {
  assert.equal(toWindowText({}), 'last 7 days');
  assert.equal(toWindowText({ since: '24h' }), 'last 24 hours');
  assert.equal(toWindowText({ since: 'all' }), 'all time');
});
