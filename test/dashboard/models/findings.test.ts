import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFailureChains } from '../../../dashboard/src/models/waterfall/failure-chains.ts';
import { rowToFollow, scrollToShow } from '../../../dashboard/src/models/waterfall/follow.ts';
import { brushWindow, toOverview } from '../../../dashboard/src/models/waterfall/overview.ts';
import { findSerialGroups } from '../../../dashboard/src/models/waterfall/parallel.ts';
import { toTimeFold } from '../../../dashboard/src/models/waterfall/time-fold.ts';
import { fitAll, toTimeScale } from '../../../dashboard/src/models/waterfall/time-scale.ts';
import { toNature } from '../../../dashboard/src/models/waterfall/tool-nature.ts';
import { toVisibleRows } from '../../../dashboard/src/models/waterfall/visible-rows.ts';
import { buildTree, turn, type PlainSpan } from '../../support/waterfall-tree.ts';

const call = (name: string, at: [number, number], rest: Partial<PlainSpan> = {}): PlainSpan => ({ kind: 'tool', name, at, ...rest });
const chat = (start: number, end: number): PlainSpan => ({ kind: 'chat', name: 'opus', at: [start, end] });

test('reads that were asked for one at a time could have been parallel', () => {
  const tree = buildTree([turn(0, 20_000, [chat(0, 1000), call('Read', [1000, 1800]), chat(1800, 3000), call('read_file', [3000, 4000]), chat(4000, 5000), call('Read', [5000, 5500]), chat(5500, 6000)])]);
  assert.deepEqual(findSerialGroups(tree), [{ rows: [2, 4, 6], kind: 'adjacent-answers', savedMillis: 1300, savedRequests: 2, savedUpToMillis: 3500 }]);
});

test('reads of one answer that were run one by one could have been parallel', () => {
  const tree = buildTree([turn(0, 20_000, [chat(0, 1000), call('Read', [1000, 3000]), call('Grep', [3000, 6000]), chat(6000, 7000)])]);
  assert.deepEqual(findSerialGroups(tree).map(({ kind, savedMillis }) => [kind, savedMillis]), [['one-answer', 2000]]);
});

test('nothing is said of calls that may depend on each other, or that may write', () => {
  const pair = (first: PlainSpan, second: PlainSpan): number => findSerialGroups(buildTree([turn(0, 30_000, [chat(0, 1000), first, chat(5000, 6000), second, chat(11_000, 12_000)])])).length;
  assert.equal(pair(call('Read', [1000, 5000]), call('Read', [6000, 11_000])), 1);
  assert.equal(pair(call('Grep', [1000, 5000]), call('Read', [6000, 11_000])), 0);
  assert.equal(pair(call('Read', [1000, 5000]), call('Edit', [6000, 11_000])), 0);
  assert.equal(pair(call('Bash', [1000, 5000]), call('Bash', [6000, 11_000])), 0);
  assert.equal(pair(call('Read', [1000, 5000], { outcome: 'error' }), call('Read', [6000, 11_000])), 0);
  assert.equal(pair(call('Read', [1000, 5000], { detail: { mcpServer: 'x' } }), call('Read', [6000, 11_000])), 0);
  assert.equal(pair(call('Read', [1000, 5000], { detail: { waits: [[1000, 2000]] } }), call('Read', [6000, 11_000])), 0);
});

test('a failure is followed until the same tool works, or until nobody tries any more', () => {
  const bash = (at: number, outcome: 'ok' | 'error'): PlainSpan => call('Bash', [at, at + 10], { outcome });
  const tree = buildTree([turn(0, 1000, [bash(0, 'error'), call('Glob', [20, 30]), bash(40, 'ok'), bash(60, 'ok'), bash(80, 'error'), call('Edit', [100, 110]), bash(120, 'error')])]);
  assert.deepEqual(findFailureChains(tree), [
    { rows: [1, 2, 3], isRecovered: true, failures: 1, millis: 50 },
    { rows: [5, 6, 7], isRecovered: false, failures: 2, millis: 50 },
  ]);
});

test('the overview has the share of each pixel and counts what to look at', () => {
  const tree = buildTree([turn(0, 100, [chat(0, 25), call('Bash', [25, 75], { outcome: 'error', detail: { waits: [[25, 50]] } }), call('Bash', [75, 100], { outcome: 'denied' })])]);
  const fold = toTimeFold(tree);
  const { model, tool, wait, errors, denials, turns } = toOverview(tree, toTimeScale(fold, fitAll(fold), 4));
  const rounded = (lane: Float32Array): number[] => [...lane].map((share) => Math.round(share * 10) / 10);
  assert.deepEqual([rounded(model), rounded(tool), rounded(wait)], [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]);
  assert.deepEqual([[...errors], [...denials], [...turns]], [[0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 0]]);
});

test('what overlaps in a pixel is not more than all of it', () => {
  const tree = buildTree([turn(0, 100, [call('Read', [0, 100]), call('Read', [0, 100]), call('Read', [50, 60])])]);
  const fold = toTimeFold(tree);
  assert.deepEqual([...toOverview(tree, toTimeScale(fold, fitAll(fold), 3)).tool], [1, 1, 1]);
});

test('a brush is a window, a click is none', () => {
  const fold = toTimeFold(buildTree([turn(0, 1000)]));
  const scale = toTimeScale(fold, fitAll(fold), 100);
  assert.deepEqual(brushWindow(scale, 60, 20), { t0: 200, t1: 600 });
  assert.deepEqual(brushWindow(scale, -50, 1000), { t0: 0, t1: 1000 });
  assert.equal(brushWindow(scale, 20, 22), undefined);
});

test('rows follow the window when it leaves them', () => {
  const tree = buildTree([turn(0, 10_000, Array.from({ length: 100 }, (_, at) => call('Bash', [at * 100, at * 100 + 90])))]);
  const visible = toVisibleRows(tree, { level: 'none', toggled: [] });
  assert.equal(rowToFollow(tree, visible, { range: { first: 0, behind: 20 }, window: { t0: 500, t1: 700 } }), undefined);
  assert.equal(rowToFollow(tree, visible, { range: { first: 0, behind: 20 }, window: { t0: 5000, t1: 5500 } }), 49);
  const screen = { scrollTop: 240, height: 250, rowHeight: 24 };
  assert.deepEqual([scrollToShow(9, screen), scrollToShow(15, screen), scrollToShow(22, screen), scrollToShow(100, screen), scrollToShow(1, screen)], [216, 240, 302, 2287, 0]);
});

test('tools of all agents are known by nature; an unknown one is other', () => {
  const cases: [string, string][] = [
    ['Bash', 'shell'], ['run_shell_command', 'shell'], ['execute_bash', 'shell'], ['exec_command', 'shell'], ['fs_read', 'read'], ['view', 'read'], ['read_file', 'read'], ['apply_patch', 'edit'], ['replace', 'edit'],
    ['str_replace', 'edit'], ['fs_write', 'write'], ['grep_search', 'search'], ['search_file_content', 'search'], ['glob', 'search'], ['list_directory', 'list'], ['WebFetch', 'web'], ['google_web_search', 'web'],
    ['Task', 'agent'], ['activate_skill', 'skill'], ['TodoWrite', 'plan'], ['mcp__github__get', 'mcp'], ['@server/tool', 'mcp'], ['constructor', 'other'], ['Frobnicate', 'other'],
  ];
  for (const [name, nature] of cases) assert.equal(toNature(name), nature, name);
});
