import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateSession } from '../../../dashboard/src/waterfall/harness/generate-session.ts';
import { toSpanTree, rootRows, runMillis, extendOpenSpans } from '../../../dashboard/src/models/waterfall/span-tree.ts';
import { nextLevel, revealRow, toggleRow, toVisibleRows, type Collapse } from '../../../dashboard/src/models/waterfall/visible-rows.ts';
import { toSums } from '../../../dashboard/src/models/waterfall/sums.ts';
import { toContextFill } from '../../../dashboard/src/models/waterfall/context-fill.ts';
import { toSegments } from '../../../dashboard/src/models/waterfall/segments.ts';
import { buildTree, turn, type PlainSpan } from '../../support/waterfall-tree.ts';

const OPEN: Collapse = { level: 'none', toggled: [] };

const withSubagent = () => buildTree([
  turn(0, 1000, [
    { kind: 'chat', name: 'opus', at: [0, 100], detail: { tokens: { input: 10, output: 2 }, cost: { usd: 0.5 }, contextPercent: 20 } },
    { kind: 'tool', name: 'Agent', at: [100, 900], below: [
      { kind: 'agent', name: 'Explore', at: [110, 880], below: [
        { kind: 'chat', name: 'haiku', at: [110, 200], detail: { tokens: { input: 5, output: 1 }, cost: { usd: 0.1 }, contextPercent: 3 } },
        { kind: 'tool', name: 'Bash', at: [200, 800], outcome: 'error' },
      ] },
    ] },
    { kind: 'chat', name: 'opus', at: [900, 990], detail: { contextPercent: 25, events: [{ name: 'compaction', at: 990 }] } },
  ]),
  turn(2000, 3000, [{ kind: 'tool', name: 'Bash', at: [2000, 2900], outcome: 'denied', detail: { waits: [[2000, 2900]] }, below: [{ kind: 'permission', at: [2000, 2900], outcome: 'denied' }] }]),
]);

test('rows of another order are brought into the tree\'s, with their details', () => {
  const tree = toSpanTree({
    id: ['t0', 't1', 'a', 'b', 'c'], parent: [-1, -1, 0, 1, 0], kind: ['agent', 'agent', 'tool', 'tool', 'tool'], name: ['x', 'x', 'A', 'B', 'C'],
    start: [0, 10, 1, 11, 2], duration: [5, 5, 1, 1, 1], outcome: ['ok', 'ok', 'ok', 'ok', 'error'], turn: [0, 1, 0, 1, 0],
  }, { 4: { summary: 'c' } });
  assert.deepEqual(tree.id, ['t0', 'a', 'c', 't1', 'b']);
  assert.deepEqual([...tree.parent], [-1, 0, 0, -1, 3]);
  assert.deepEqual([...tree.end], [3, 2, 3, 5, 5]);
  assert.equal(tree.details[2]?.summary, 'c');
  assert.deepEqual(rootRows(tree), [0, 3]);
});

test('a parent that is none makes a root, an unknown kind is other', () => {
  const tree = toSpanTree({ id: ['a', 'b'], parent: [7, 1], kind: ['constructor', 'tool'], name: ['', ''], start: [0, 0], duration: [1, 1], outcome: ['ok', 'ok'], turn: [0, 0] }, {});
  assert.deepEqual([...tree.parent], [-1, -1]);
  assert.equal(tree.kind[0], 5);
});

test('open spans go until now', () => {
  const tree = buildTree([{ kind: 'agent', at: [100], below: [{ kind: 'tool', at: [200] }] }], 500);
  assert.deepEqual([...tree.finish], [500, 500]);
  extendOpenSpans(tree, () => 150);
  assert.deepEqual([...tree.finish], [150, 200]);
});

test('levels collapse turns and subagents, single spans are exceptions', () => {
  const tree = withSubagent();
  const rows = (collapse: Collapse, root?: number): number[] => [...toVisibleRows(tree, collapse, root).rows];
  // The row of a permission stands only in its call's bar until the call is opened.
  assert.deepEqual(rows(OPEN), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(rows({ level: 'subagents', toggled: [] }), [0, 1, 2, 3, 6, 7, 8]);
  assert.deepEqual(rows({ level: 'turns', toggled: [] }), [0, 7]);
  assert.deepEqual(rows({ level: 'turns', toggled: ['s7', 's8'] }), [0, 7, 8, 9]);
  assert.deepEqual(rows(OPEN, 7), [7, 8]);
  assert.deepEqual([...toVisibleRows(tree, { level: 'turns', toggled: [] }).positionOf], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  assert.deepEqual(toggleRow(tree, toggleRow(tree, OPEN, 2), 2), OPEN);
  assert.deepEqual(toggleRow(tree, OPEN, 1), OPEN);
  assert.deepEqual(revealRow(tree, { level: 'turns', toggled: [] }, 5), { level: 'turns', toggled: ['s3', 's0'] });
  assert.equal(nextLevel(tree, nextLevel(tree, nextLevel(tree, OPEN))).level, 'none');
});

test('a turn and a subagent have their own sums, the turn with the subagent\'s', () => {
  const sums = toSums(withSubagent());
  assert.deepEqual(sums.get(3), { calls: 1, requests: 1, errors: 1, denied: 0, tokens: { input: 5, output: 1 }, cost: { usd: 0.1 } });
  assert.deepEqual(sums.get(0), { calls: 2, requests: 3, errors: 1, denied: 0, tokens: { input: 15, output: 3 }, cost: { usd: 0.6 } });
  assert.deepEqual(sums.get(7), { calls: 1, requests: 0, errors: 0, denied: 1, tokens: undefined, cost: undefined });
});

test('what only a turn tells of its requests counts, beside what its subagents used', () => {
  const chat: PlainSpan = { kind: 'chat', at: [10, 20], detail: { tokens: { input: 10 }, cost: { usd: 0.5 } } };
  const subagent: PlainSpan = { kind: 'tool', at: [20, 60], below: [{ kind: 'agent', at: [21, 59], below: [{ kind: 'chat', at: [22, 30], detail: { tokens: { input: 5, output: 1 }, cost: { usd: 0.1, credits: 1 } } }] }] };
  const told = { tokens: { input: 10, output: 7 }, cost: { credits: 0.4 } };
  const sums = (below: PlainSpan[]): ReturnType<typeof toSums> => toSums(buildTree([{ ...turn(0, 100, below), detail: told }]));
  assert.deepEqual([sums([]).get(0)?.tokens, sums([]).get(0)?.cost], [told.tokens, told.cost]);
  assert.deepEqual([sums([chat]).get(0)?.tokens, sums([chat]).get(0)?.cost], [{ input: 10, output: 7 }, { usd: 0.5, credits: 0.4 }]);
  const whole = sums([chat, subagent]).get(0);
  assert.deepEqual([whole?.tokens, whole?.cost], [{ input: 15, output: 8 }, { usd: 0.6, credits: 1.4 }]);
});

test('the fill of the context goes on until the next figure, a compaction ends it, a subagent has its own', () => {
  assert.deepEqual([...toContextFill(withSubagent())], [25, 20, 20, 3, 3, 3, 25, -1, -1, -1]);
});

test('waiting is no running; a refused call has no bar that looks like running', () => {
  const tree = buildTree([turn(0, 100, [
    { kind: 'tool', at: [10, 60], detail: { waits: [[20, 40]] } },
    { kind: 'tool', at: [60, 90], outcome: 'denied', detail: { waits: [[60, 90]] } },
    { kind: 'tool', at: [90, 95], outcome: 'timeout' },
  ])]);
  assert.deepEqual(toSegments(tree, 1), [{ kind: 'ok', start: 10, end: 20 }, { kind: 'wait', start: 20, end: 40 }, { kind: 'ok', start: 40, end: 60 }]);
  assert.equal(runMillis(tree, 1), 30);
  assert.deepEqual(toSegments(tree, 2), [{ kind: 'wait', start: 60, end: 90 }, { kind: 'deny', start: 90, end: 90 }]);
  assert.deepEqual(toSegments(tree, 3), [{ kind: 'error', start: 90, end: 95 }]);
});

test('a generated session is the same for the same seed, and of the size that was asked for', () => {
  const [one, other] = [generateSession({ seed: 7, spans: 2000 }), generateSession({ seed: 7, spans: 2000 })];
  assert.deepEqual(one, other);
  assert.notDeepEqual(one.spans, generateSession({ seed: 8, spans: 2000 }).spans);
  const tree = toSpanTree(one.spans, one.details);
  assert.deepEqual(tree.id, one.spans.id);
  assert.ok(tree.count >= 2000 && tree.count < 2100);
});
