import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFilter } from '../../../dashboard/src/models/waterfall/filter-language.ts';
import { nextMatch, toMatches } from '../../../dashboard/src/models/waterfall/filter-match.ts';
import { suggest, toNames } from '../../../dashboard/src/models/waterfall/filter-suggest.ts';
import { buildTree, turn } from '../../support/waterfall-tree.ts';

const tree = buildTree([
  turn(0, 60_000, [
    { kind: 'chat', name: 'claude-opus-4-5', at: [0, 6000], detail: { tokens: { input: 12_000, output: 500 } } },
    { kind: 'tool', name: 'Bash', at: [6000, 26_000], outcome: 'error', detail: { summary: 'npm test: no such file', shellFamily: 'npm', waits: [[6000, 18_000]] } },
    { kind: 'tool', name: 'Agent', at: [26_000, 50_000], below: [
      { kind: 'agent', name: 'Explore', at: [26_000, 49_000], below: [{ kind: 'tool', name: 'Read', at: [27_000, 27_100], detail: { summary: 'src/a.ts' } }] },
    ] },
    { kind: 'tool', name: 'Bash', at: [50_000, 50_500], outcome: 'denied' },
    { kind: 'tool', name: 'Skill', at: [51_000, 51_010], detail: { skill: 'release notes' } },
  ]),
]);

const rowsOf = (line: string): number[] => {
  const matches = toMatches(tree, parseFilter(line).value, { prompts: ['Mend the import'] });
  return matches ? [...matches.isMatch].flatMap((one, row) => (one === 1 ? [row] : [])) : [];
};

test('each term finds its rows, and all must hold', () => {
  const cases: [string, number[]][] = [
    ['tool:bash', [2, 6]], ['tool:Bash,Read', [2, 5, 6]], ['tool:B*', [2, 6]], ['tool:shell', [2, 6]], ['error', [2]], ['deny', [6]], ['tool:Bash -error', [6]],
    ['wait>10s', [2]], ['wait', [2]], ['>10s tool:bash', []], ['>7s tool:bash', [2]], ['run<200ms kind:tool', [5, 7]], ['model:opus', [1]], ['agent:explore', [4, 5]],
    ['skill:"release notes"', [7]], ['text:"no such file"', [2]], ['npm', [2]], ['shell:npm', [2]], ['tokens>10k', [1]], ['tokens>13k', []], ['import', [0]], ['-kind:tool -kind:agent', [1]],
  ];
  for (const [line, rows] of cases) assert.deepEqual(rowsOf(line), rows, line);
});

test('what is not understood is a problem with its place; the rest holds', () => {
  const { value, problems } = parseFilter('error foo:bar wait>soon tool: size>3');
  assert.equal(value.length, 1);
  assert.deepEqual(problems.map(({ from, to }) => [from, to]), [[6, 13], [14, 23], [24, 29], [30, 36]]);
  assert.match(problems[0]?.message ?? '', /There is no "foo:"/);
});

test('no line makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (line) => {
    const { value, problems } = parseFilter(line);
    toMatches(tree, value);
    for (const { from, to } of problems) assert.ok(from < to && to <= line.length);
  }));
});

test('matches are counted, their time too, without what is inside another match', () => {
  const all = toMatches(tree, parseFilter('>0.001s').value);
  assert.deepEqual([all?.count, all?.totalMillis], [8, 60_000]);
  const shells = toMatches(tree, parseFilter('tool:Bash').value);
  // 8 s of running beside 12 s of waiting; the refused call ran its half second by its own clock.
  assert.deepEqual([shells?.count, shells?.totalMillis], [2, 8500]);
  assert.equal(toMatches(tree, []), undefined);
});

test('n and N go round', () => {
  const matches = toMatches(tree, parseFilter('tool:Bash').value);
  assert.ok(matches);
  assert.deepEqual([nextMatch(matches, -1, 1), nextMatch(matches, 2, 1), nextMatch(matches, 6, 1), nextMatch(matches, 2, -1), nextMatch(matches, -1, -1)], [2, 6, 2, 6, 6]);
  const none = toMatches(tree, parseFilter('tool:Nothing').value);
  assert.ok(none);
  assert.equal(nextMatch(none, 0, 1), -1);
});

test('suggestions are words of the language, and names of the session by how often', () => {
  const names = toNames(tree);
  assert.deepEqual(suggest('to', 2, names).map(({ insert }) => insert), ['tool:', 'tokens>']);
  assert.deepEqual(suggest('error tool:', 11, names).map(({ insert, note, from }) => [insert, note, from]), [['tool:Bash', '2 rows', 6], ['tool:Agent', '1 row', 6], ['tool:Read', '1 row', 6], ['tool:Skill', '1 row', 6]]);
  assert.deepEqual(suggest('-skill:rel', 10, names).map(({ insert }) => insert), ['-skill:"release notes"']);
  assert.deepEqual(suggest('error', 5, names), []);
  assert.ok(suggest('', 0, names).length > 10);
});
