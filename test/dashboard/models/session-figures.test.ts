import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionAnswer } from '#spoor/query/api/session.ts';
import { toFirstSteps } from '../../../dashboard/src/models/first-steps.ts';
import { toActiveMillis, toActiveNowMillis } from '../../../dashboard/src/models/active-time.ts';
import { toPercents } from '../../../dashboard/src/models/waterfall/shares.ts';
import { toConfigLines } from '../../../dashboard/src/models/session/config-changes.ts';
import { toFailedCalls } from '../../../dashboard/src/models/session/failed-calls.ts';
import { mergeSession } from '../../../dashboard/src/models/session/merge-session.ts';
import { toCostSeries, toTokenParts } from '../../../dashboard/src/models/session/turn-figures.ts';
import { isTurnAlive, toTurnEnd } from '../../../dashboard/src/models/session/turn-end.ts';
import { openUntil } from '../../../dashboard/src/waterfall/layout.ts';
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
  assert.deepEqual(toFailedCalls(toSampleSession({ nowMillis })).map(({ spanId, tool, summary }) => ({ spanId, tool, summary })), [{ spanId: 'bash-1', tool: 'Bash', summary: 'npm test -- import' }]);
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
  const shares = { model: 5000, tool: 3000, wait: 1000, gate: 0, idle: 60_000, other: 1000 };
  const open = { activeMillis: 4000, shares, lastMillis: nowMillis - 2000 };
  assert.equal(toActiveMillis({ ...open, state: 'running' }), 10_000);
  assert.equal(toActiveNowMillis({ ...open, state: 'running' }, nowMillis), 12_000);
  assert.equal(toActiveNowMillis({ ...open, state: 'waiting' }, nowMillis), 12_000);
  assert.equal(toActiveNowMillis({ ...open, state: 'idle' }, nowMillis), 10_000, 'nothing happens in it');
  assert.equal(toActiveNowMillis({ ...open, state: 'done' }, nowMillis), 4000);
});
