import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { toSessionRow, toWaterfall, type WaterfallRow } from '#spoor/cli/terminal/waterfall.ts';
import { STORY_START, toSpan, toStory } from '../../support/story.ts';

const millis = (nano: bigint | undefined): number | undefined => (nano === undefined ? undefined : Number(nano) / 1e6);
const rowsOf = (spans: readonly Span[]): WaterfallRow[] => toWaterfall(spans).flatMap((turn) => turn.rows);
const turn = (rest: Partial<Parameters<typeof toSpan>[0]> = {}): Span => toSpan({ id: 't', at: 0, end: 10_000, kind: 'agent', ...rest });

test('run times are those of the store: the agent\'s own measure, none of estimated times, none of a wait; the session ends with its last span', () => {
  const [first] = toWaterfall([
    turn({ events: [{ name: 'late', unixNano: STORY_START + 12_000_000_000n, attributes: {} }] }),
    toSpan({ id: 'a', at: 1, end: 1_001, kind: 'tool', parentSpanId: 't', values: { ownDurationNano: 40_000_000n }, provenance: { times: 'estimated' } }),
    toSpan({ id: 'b', at: 1_100, end: 1_200, kind: 'tool', parentSpanId: 't', provenance: { times: 'estimated' } }),
    toSpan({ id: 'c', at: 2_000, end: 3_000, kind: 'tool', parentSpanId: 't' }),
    toSpan({ id: 'w', at: 2_000, end: 2_700, kind: 'permission', parentSpanId: toSpan({ id: 'c', at: 0, kind: 'tool' }).spanId }),
  ].map((span) => ({ ...span, parentSpanId: span.parentSpanId === 't' ? turn().spanId : span.parentSpanId })));
  assert.ok(first);
  assert.deepEqual(first.rows.filter(({ kind }) => kind === 'tool').map(({ durationNano }) => millis(durationNano)), [40, undefined, 300]);
  assert.equal(millis(toSessionRow([first])?.row.durationNano), 10_000);
});

test('rows stand in tree order, each under what asked for it', () => {
  const [first] = toWaterfall(toStory());
  assert.deepEqual(
    first?.rows.map((row) => `${'  '.repeat(row.depth)}${row.kind} ${row.label}`),
    [
      'chat claude-sonnet-4.5',
      'skill skill testing',
      'chat claude-sonnet-4.5',
      'tool read',
      'tool read',
      'tool shell',
      'mcp tracker / find_issue',
      'tool shell',
      'tool subagent',
      '  subagent reviewer',
      '    chat claude-haiku-4.5',
      '    tool grep',
      '    chat claude-haiku-4.5',
      'tool write',
      'chat claude-sonnet-4.5',
    ],
  );
});

test('any order of the spans gives the same rows', () => {
  const expected = toWaterfall(toStory());
  assert.deepEqual(toWaterfall(toStory().reverse()), expected);
});

test('waiting for a person is not run time; what was denied never ran', () => {
  const rows = rowsOf(toStory());
  const [approved, denied] = rows.filter((row) => row.label === 'shell');
  assert.deepEqual([millis(approved?.waitNano), millis(approved?.durationNano)], [5_900, 3_500]);
  assert.deepEqual(approved?.segments.map(({ kind }) => kind), ['wait', 'run']);
  assert.deepEqual([millis(denied?.waitNano), denied?.durationNano], [4_000, undefined]);
  assert.deepEqual(denied?.segments.map(({ kind }) => kind), ['wait']);
  assert.equal(denied?.message, 'Denied by the user');
});

test('what is not known is absent: no time at all, an estimated place, an open end', () => {
  const t = turn();
  const [none, estimated, open, own] = rowsOf([
    t,
    toSpan({ id: 'a', at: 1, end: 1, parentSpanId: 't' }),
    toSpan({ id: 'b', at: 2, end: 900, parentSpanId: 't', provenance: { times: 'estimated' } }),
    toSpan({ id: 'c', at: 3, parentSpanId: 't' }),
    toSpan({ id: 'd', at: 4, end: 900, parentSpanId: 't', provenance: { times: 'estimated' }, values: { ownDurationNano: 42_000_000n } }),
  ]);
  assert.equal(none?.durationNano, undefined);
  assert.equal(estimated?.durationNano, undefined);
  assert.equal(estimated?.segments[0]?.kind, 'estimated');
  assert.equal(open?.durationNano, undefined);
  assert.equal(open?.pending, true);
  assert.equal(millis(own?.durationNano), 42);
});

test('the calls of a batch ended together: their durations are upper bounds, unless the tool measured itself', () => {
  const batch = { parentSpanId: 't', at: 1_000, end: 3_000 };
  const [bound, exact] = rowsOf([
    turn(),
    toSpan({ id: 'a', ...batch, values: { batchSize: 2 } }),
    toSpan({ id: 'b', ...batch, values: { batchSize: 2, ownDurationNano: 1_500_000_000n } }),
  ]);
  assert.deepEqual([bound?.isAtMost, millis(bound?.durationNano)], [true, 2_000]);
  assert.deepEqual([exact?.isAtMost, millis(exact?.durationNano)], [false, 1_500]);
});

test('credits: the sum of a turn is its own plus that of its subagents, never counted twice; unknown stays unknown', () => {
  const [first, second] = toWaterfall(toStory());
  assert.equal(first?.credits?.toFixed(4), '0.1700');
  assert.equal(second?.credits, undefined);
  const reviewer = first?.rows.find((row) => row.kind === 'subagent');
  assert.deepEqual(reviewer?.details, ['2 chats', '1 tool', '0.05 cr']);
  const [summed] = toWaterfall([
    turn(),
    toSpan({ id: 'a', at: 1, end: 2, kind: 'chat', parentSpanId: 't', values: { credits: 0.5 } }),
    toSpan({ id: 'b', at: 3, end: 4, kind: 'chat', parentSpanId: 't', values: { credits: 0.25 } }),
  ]);
  assert.equal(summed?.credits, 0.75);
});

test('long stretches without work are folded and said in words, waits and pauses between turns too', () => {
  const [first, second] = toWaterfall(toStory());
  assert.deepEqual(first?.folds, []);
  assert.equal(millis(second?.idleBeforeNano), 100_000);
  assert.deepEqual(second?.folds.map(({ fromNano, toNano }) => [millis(fromNano - STORY_START), millis(toNano - STORY_START)]), [[146_000, 196_000]]);
  assert.equal(second?.rows.find((row) => row.kind === 'idle')?.label, 'idle');
  const [waiting] = toWaterfall([
    turn({ end: 200_000 }),
    toSpan({ id: 'c', at: 0, end: 1_000, kind: 'chat', parentSpanId: 't' }),
    toSpan({ id: 'a', at: 1_000, end: 199_000, parentSpanId: 't' }),
    toSpan({ id: 'p', at: 1_000, end: 190_000, kind: 'permission', parentSpanId: 'a' }),
  ]);
  assert.equal(waiting?.folds.length, 1, 'a wait of three minutes does not squeeze the rest');
  assert.equal(waiting?.rows.some((row) => row.kind === 'idle'), false, 'the wait itself says why');
});

test('without a chat nobody knows that a gap was idle', () => {
  const rows = rowsOf([turn({ end: 100_000 }), toSpan({ id: 'a', at: 1, end: 2, parentSpanId: 't' }), toSpan({ id: 'b', at: 90_000, end: 100_000, parentSpanId: 't' })]);
  assert.equal(rows.find((row) => row.kind === 'idle')?.label, 'nothing recorded');
});

test('foreign trees: a missing parent makes a turn, a ring of parents ends', () => {
  assert.equal(toWaterfall([toSpan({ id: 'a', at: 0, end: 5, parentSpanId: 'gone' })])[0]?.rows.length, 1);
  const ring = toWaterfall([toSpan({ id: 'a', at: 0, end: 5, parentSpanId: 'b' }), toSpan({ id: 'b', at: 1, end: 4, parentSpanId: 'a' })]);
  assert.equal(ring.reduce((sum, { rows }) => sum + rows.length, 0), 2);
  assert.equal(toWaterfall([toSpan({ id: 'a', at: 0, end: 5, parentSpanId: 'a' })]).length, 1);
  assert.deepEqual(toWaterfall([]), []);
});

test('hostile names and commands are harmless in every text of a row', () => {
  const evil = 'x\u001b[2J\u202e\r\n\u0007y';
  const rows = rowsOf([
    turn({ content: { prompt: evil } }),
    toSpan({ id: 'a', at: 1, end: 2, parentSpanId: 't', outcome: 'error', values: { toolName: evil, shellCommand: evil, toolPurpose: evil, errorMessage: evil } }),
    toSpan({ id: 'b', at: 3, end: 4, parentSpanId: 't', values: { mcpServer: evil, mcpTool: evil, files: [{ path: evil, operation: 'read' }] } }),
    toSpan({ id: 'c', at: 5, end: 6, kind: 'chat', parentSpanId: 't', values: { responseModel: evil }, events: [{ name: evil, unixNano: STORY_START + 5_500_000n, attributes: { [evil]: evil } }] }),
  ]);
  const texts = rows.flatMap((row) => [row.label, row.message ?? '', ...row.details]);
  for (const text of texts) assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  assert.ok(texts.includes('x y'));
});
