import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionAnswer } from '#spoor/query/api/session.ts';
import { toFirstSteps } from '../../../dashboard/src/models/first-steps.ts';
import { toActiveNowMillis } from '../../../dashboard/src/models/active-time.ts';
import { toPercents } from '../../../dashboard/src/models/waterfall/shares.ts';
import { toConfigLines } from '../../../dashboard/src/models/session/config-changes.ts';
import { toFailedCalls } from '../../../dashboard/src/models/session/failed-calls.ts';
import { mergeSession } from '../../../dashboard/src/models/session/merge-session.ts';
import { toCostSeries, toTokenParts } from '../../../dashboard/src/models/session/turn-figures.ts';
import { toEstimatedText } from '../../../dashboard/src/models/session/estimated-steps.ts';
import { toTookText } from '../../../dashboard/src/models/session/took-text.ts';
import { isTurnAlive, toTurnEnd, toTurnMillis } from '../../../dashboard/src/models/session/turn-end.ts';
import { toLabel } from '../../../dashboard/src/waterfall/row-label.ts';
import { openUntil, toSessionLayout, type Layout } from '../../../dashboard/src/waterfall/layout.ts';
import { toSpokenTime } from '../../../dashboard/src/waterfall/row-text.ts';
import { toEmptyOverview } from '../samples/overview.ts';
import { toSampleSession } from '../samples/session.ts';

const nowMillis = 1_700_000_000_000;

/** The tree without rows: each span with its parent's id, place of its turn and details. */
function toTree({ spans, details, turns, startMillis }: SessionAnswer): unknown[] {
  return spans.id.map((id, row) => ({ id, parent: spans.id[spans.parent[row] ?? -1], turn: turns[spans.turn[row] ?? -1]?.spanId, at: startMillis + (spans.start[row] ?? 0), duration: spans.duration[row], details: details[row] }));
}

test('a turn that changed takes the place of its older self', () => {
  const shown = toSampleSession({ nowMillis, isOpen: true });
  const whole = toSampleSession({ nowMillis });
  const merged = mergeSession(shown, toSampleSession({ nowMillis, isPartial: true }));
  assert.deepEqual(toTree(merged), toTree(whole));
  assert.equal(merged.revision, whole.revision);
  assert.equal(merged.session.state, 'done');
  assert.equal(merged.isPartial, undefined);
});

test('a turn that went takes its spans along', () => {
  const shown = toSampleSession({ nowMillis });
  const nothing = { ...toSampleSession({ nowMillis }), isPartial: true, turns: [], spans: { id: [], parent: [], kind: [], name: [], start: [], duration: [], outcome: [], turn: [] }, details: {} };
  const merged = mergeSession(shown, { ...nothing, removed: ['turn-1'] });
  assert.deepEqual(merged.turns.map(({ spanId }) => spanId), ['turn-2', 'turn-3']);
  assert.ok(!merged.spans.id.includes('grep-1'));
  assert.deepEqual(toTree(mergeSession(shown, nothing)), toTree(shown), 'nothing changed');
});

test('where the session begins earlier than was known, every span stays at its moment', () => {
  const shown = toSampleSession({ nowMillis });
  const change = { ...toSampleSession({ nowMillis, isPartial: true }) };
  change.startMillis -= 5000;
  change.spans = { ...change.spans, start: change.spans.start.map((start) => start + 5000) };
  const merged = mergeSession(shown, change);
  assert.deepEqual(toTree(merged).map((span) => (span as { at: number }).at), toTree(shown).map((span) => (span as { at: number }).at));
  const waiting = merged.spans.id.indexOf('edit-1');
  assert.deepEqual(merged.details[waiting]?.waits, [[431_700, 479_000]]);
  const compacted = merged.spans.id.indexOf('chat-4');
  assert.deepEqual(merged.details[compacted]?.events, [{ name: 'compaction', at: 566_000, label: 'trigger auto' }]);
});

test('spans of no turn stay, once each', () => {
  const loose = (answer: SessionAnswer): SessionAnswer => ({ ...answer, spans: { ...answer.spans, turn: answer.spans.turn.map((turn, row) => (answer.spans.id[row] === 'chat-5' ? -1 : turn)) } });
  const merged = mergeSession(loose(toSampleSession({ nowMillis })), loose(toSampleSession({ nowMillis, isPartial: true })));
  assert.equal(merged.spans.id.filter((id) => id === 'chat-5').length, 1);
});

test('an answer that is whole takes the place of everything', () => {
  const whole = toSampleSession({ nowMillis });
  assert.equal(mergeSession(toSampleSession({ nowMillis, isOpen: true }), whole), whole);
});

test('shares add up to 100.0 as they are shown', () => {
  assert.deepEqual(toPercents([1, 1, 1]), [33.4, 33.3, 33.3]);
  assert.deepEqual(toPercents([0, 0]), []);
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 1, maxLength: 8 }), (parts) => {
      const percents = toPercents(parts);
      assert.ok(percents.length === 0 || percents.reduce((sum, one) => sum + Math.round(one * 10), 0) === 1000);
    }),
  );
});

test('failed calls are tools that ended in an error or timeout, not denied ones', () => {
  assert.deepEqual(toFailedCalls(toSampleSession({ nowMillis })).map(({ spanId, tool, summary, message }) => ({ spanId, tool, summary, message })), [{ spanId: 'bash-1', tool: 'Bash', summary: 'npm test -- import', message: 'AssertionError: expected week 53, got week 1' }]);
});

test('the config against that of the session before', () => {
  const { config } = toSampleSession({ nowMillis });
  assert.deepEqual(toConfigLines(config?.parts ?? [], config?.previous?.parts).map(({ kind, name, change }) => `${kind} ${name} ${change}`), ['instructions CLAUDE.md same', 'mcp github removed', 'mcp jira added', 'skill code-review changed']);
  assert.ok(toConfigLines(config?.parts ?? []).every(({ change }) => change === 'same'));
});

test('tokens of a turn: input without what the cache had', () => {
  assert.deepEqual(toTokenParts({ input: 100, cacheRead: 70, cacheCreation: 10, output: 5 }), { fresh: 20, cacheRead: 70, cacheCreation: 10, output: 5 });
  assert.equal(toTokenParts({}), undefined);
  assert.deepEqual(toTokenParts({ output: 5 }), { output: 5 }, 'what nobody told has no part');
  assert.deepEqual(toTokenParts({ input: 7 }), { fresh: 7 });
  assert.deepEqual(toTokenParts({ input: 7, cacheRead: 0, output: 0 }), { fresh: 7, cacheRead: 0, output: 0 });
});

test('costs of turns stand on one axis in one unit', () => {
  assert.deepEqual(toCostSeries([{ cost: { credits: 2 } }, { cost: { credits: 1, usd: 9 } }, { cost: {} }]), { unit: 'credits', values: [2, 1, undefined] });
  assert.deepEqual(toCostSeries([{ cost: {} }]), { unit: undefined, values: [] });
});

test('first steps: install where no agent is traced, import in any case', () => {
  assert.deepEqual(toFirstSteps(toEmptyOverview(nowMillis).health).map(({ command }) => command), ['spoor install', 'spoor import', 'spoor doctor']);
  assert.deepEqual(toFirstSteps(toEmptyOverview(nowMillis, true).health).map(({ command }) => command), ['spoor import', 'spoor doctor']);
});

test('an open turn grows while somebody works in it, and only the last one of a session can', () => {
  const answer = toSampleSession({ nowMillis, isOpen: true });
  const last = answer.turns.at(-1);
  assert.ok(last && last.endMillis === undefined);
  last.lastMillis = last.startMillis + 8400;
  const in5Minutes = nowMillis + 300_000;
  assert.equal(toTurnEnd(last, answer, in5Minutes), in5Minutes);
  assert.equal(openUntil(answer, in5Minutes)(2), in5Minutes - answer.startMillis);
  for (const state of ['idle', 'unknown', 'done'] as const) {
    const left: SessionAnswer = { ...answer, session: { ...answer.session, state } };
    assert.equal(isTurnAlive(last, left), false, state);
    assert.equal(toTurnEnd(last, left, in5Minutes), last.startMillis + 8400, state);
    assert.equal(openUntil(left, in5Minutes)(2), last.startMillis + 8400 - answer.startMillis, state);
  }
  const [first] = answer.turns;
  assert.ok(first);
  const { endMillis: _end, ...open } = first;
  const broken: SessionAnswer = { ...answer, turns: [{ ...open, lastMillis: open.startMillis + 50 }, ...answer.turns.slice(1)] };
  assert.equal(openUntil(broken, in5Minutes)(0), open.startMillis + 50 - answer.startMillis, 'its agent was killed, and another began');
  assert.equal(openUntil(broken, in5Minutes)(-1), Math.max(answer.endMillis, answer.session.lastMillis) - answer.startMillis);
});

test('the active time of a session with an open turn has that turn in it', () => {
  const open = { activeMillis: 10_000, lastMillis: nowMillis - 2000 };
  assert.equal(toActiveNowMillis({ ...open, state: 'running' }, nowMillis), 12_000);
  assert.equal(toActiveNowMillis({ ...open, state: 'waiting' }, nowMillis), 12_000);
  assert.equal(toActiveNowMillis({ ...open, state: 'idle' }, nowMillis), 10_000, 'nothing happens in it');
  assert.equal(toActiveNowMillis({ ...open, state: 'done' }, nowMillis), 10_000);
  assert.equal(toActiveNowMillis({ state: 'unknown', lastMillis: nowMillis - 2000 }, nowMillis), undefined, 'of no turn its end was told');
  assert.equal(toActiveNowMillis({ state: 'running', lastMillis: nowMillis - 2000 }, nowMillis), 2000);
});

/** As far as labels need it. */
const toLayout = (answer: SessionAnswer): Layout => ({ ...toSessionLayout(answer), serialGroups: new Map() }) as unknown as Layout;

function labelOf(answer: SessionAnswer, spanId: string): [label: string, spoken: string] {
  const layout = toLayout(answer);
  const row = layout.rowOfId.get(spanId) ?? -1;
  return [toLabel(layout, row), toSpokenTime(layout, row)];
}

test('a turn without an end has no length, and no step of it that has none', () => {
  const open = toSampleSession({ nowMillis, isOpen: true });
  const rowOf = (spanId: string): number => open.spans.id.indexOf(spanId);
  const dead: SessionAnswer = { ...open, session: { ...open.session, state: 'unknown', activeMillis: undefined }, spans: { ...open.spans, duration: open.spans.duration.map((duration, row) => (row === rowOf('chat-5') ? -1 : duration)) } };
  const [, , last] = dead.turns;
  assert.ok(last);
  assert.equal(toTurnMillis(last, dead, nowMillis), undefined);
  assert.deepEqual(labelOf(dead, 'chat-5'), ['end not told', 'end not told']);
  assert.match(labelOf(dead, 'turn-3')[0], /^end not told · 0 calls/);
  assert.equal(toTookText({ spanId: 'chat-5', startMillis: dead.startMillis + 700_400 }, dead), 'end not told');
  assert.equal(toTurnMillis(last, open, nowMillis), nowMillis - last.startMillis, 'of one that runs its end is still to come');
  assert.equal(toTookText({ spanId: 'turn-3', startMillis: last.startMillis }, open), 'no end told yet');
  const closed: SessionAnswer = { ...dead, spans: { ...dead.spans, duration: dead.spans.duration.map((duration, row) => (row === rowOf('turn-3') ? 8400 : duration)) }, details: { ...dead.details, [rowOf('turn-3')]: { estimated: true } }, turns: dead.turns.with(2, { ...last, endMillis: last.startMillis + 8400 }) };
  assert.match(labelOf(closed, 'turn-3')[0], /^end not told · 0 calls/, 'closed at the last that is known of it');
  assert.equal(toTurnMillis(closed.turns[2] ?? last, closed, nowMillis), undefined);
  const idle: SessionAnswer = { ...open, session: { ...open.session, state: 'idle' }, turns: open.turns.with(2, { ...last, lastMillis: last.startMillis + 8400 }) };
  assert.equal(toTurnMillis(idle.turns[2] ?? last, idle, nowMillis), 8400, 'as far as something happened in it');
});

test('what is only estimated has no run time, and what the agent measured is that', () => {
  const answer = toSampleSession({ nowMillis });
  const rowOf = (spanId: string): number => answer.spans.id.indexOf(spanId);
  const change = (spanId: string, more: object): void => void (answer.details[rowOf(spanId)] = { ...answer.details[rowOf(spanId)], ...more });
  change('grep-1', { estimated: true });
  change('write-1', { own: 12 });
  change('chat-5', { estimated: true, own: 500 });
  assert.deepEqual(labelOf(answer, 'grep-1'), ['', 'times estimated']);
  assert.deepEqual(labelOf(answer, 'write-1'), ['12 ms', '12 ms']);
  assert.equal(toEstimatedText(answer), 'times of 2 of 12 steps are estimated');
  assert.equal(toEstimatedText(answer, 1), undefined);
  const took = (spanId: string, more: object = {}): string => {
    const startMillis = answer.startMillis + (answer.spans.start[rowOf(spanId)] ?? 0);
    return toTookText({ spanId, startMillis, endMillis: startMillis + (answer.spans.duration[rowOf(spanId)] ?? 0), ...more }, answer);
  };
  assert.equal(took('grep-1', { isEstimated: true }), 'not told: estimated from 1 m 00 s to 1 m 00 s');
  assert.equal(took('write-1', { runMillis: 12 }), '12 ms, by the agent’s own measure; seen from 11 m 49 s to 11 m 49 s');
  assert.equal(took('chat-5', { runMillis: 500, isEstimated: true }), '500 ms, by the agent’s own measure; estimated from 11 m 40 s to 11 m 48 s');
  assert.equal(took('edit-1', { runMillis: 900 }), '900 ms, and 47.3 s waiting for a person');
  assert.equal(took('bash-1', { runMillis: 41_200 }), '41.2 s');
});
