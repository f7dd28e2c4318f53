import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { AgentTraits } from '#spoor/agents/agent.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';

const TRAITS: AgentTraits = { hooksKnowCallId: true, hooksKnowTurnKey: true, historyWaitMillis: 1000, provider: 'p' };
const SECOND = 1_000_000_000n;
const START = 1_789_000_000n * SECOND;

function history(turn: number, prompt: string, seconds: number): Fact[] {
  const base = { agent: 'keyed', sessionId: 's', source: 'history' as const, turnKey: `t${turn}`, order: turn * 10, at: { unixNano: START + BigInt(seconds) * SECOND, source: 'transcript' as const } };
  return [
    { ...base, key: `start:${turn}`, type: 'turn.started', messageId: `t${turn}`, prompt, isEndTold: true },
    { ...base, key: `end:${turn}`, order: turn * 10 + 1, type: 'turn.ended', reason: 'ok', messageIds: [`t${turn}`], endedAt: base.at.unixNano + SECOND },
  ];
}

function hooks(turn: number, prompt: string, seconds: number): Fact[] {
  const base = { agent: 'keyed', sessionId: 's', source: 'hook' as const, turnKey: `t${turn}`, order: 1, at: { unixNano: START + BigInt(seconds) * SECOND, source: 'hook' as const } };
  return [
    { ...base, key: `h-start:${turn}`, type: 'turn.started', prompt },
    { ...base, key: `h-tool:${turn}`, type: 'tool.started', tool: { name: 'x', canonicalName: 'x', input: {}, callId: `c${turn}` } },
    { ...base, key: `h-end:${turn}`, type: 'turn.ended', reason: 'ok' },
  ];
}

function spansOf(facts: readonly Fact[]): Span[] {
  return assemble({ agent: 'keyed', traits: TRAITS, facts, lookup: () => undefined, isExpired: () => true }).turns.flatMap(({ spans }) => spans);
}

test('equal prompts, clocks far apart, hooks of some turns: each hook goes to the turn whose id it tells', () => {
  const told = [1, 2, 3, 4].flatMap((turn) => history(turn, 'same', turn));
  fc.assert(
    fc.property(fc.subarray([1, 2, 3, 4], { minLength: 1 }), fc.integer({ min: -1000, max: 1000 }), (turns, shift) => {
      const spans = spansOf([...told, ...turns.flatMap((turn) => hooks(turn, 'same', turn + shift))]);
      const roots = spans.filter(({ kind }) => kind === 'agent');
      assert.equal(roots.length, 4);
      for (const turn of turns) {
        const tool = spans.find(({ values }) => values.toolCallId === `c${turn}`);
        assert.equal(roots.findIndex(({ spanId }) => spanId === tool?.parentSpanId), turn - 1);
      }
    }),
  );
});

test('a turn has one id, whoever tells of it first', () => {
  const idsOf = (facts: readonly Fact[]): string[] => spansOf(facts).filter(({ kind }) => kind === 'agent').map(({ spanId }) => spanId);
  const both = idsOf([...history(1, 'a', 1), ...history(2, 'a', 2), ...hooks(2, 'a', 2)]);
  assert.deepEqual(idsOf(hooks(2, 'a', 2)), both.slice(1));
  assert.deepEqual(idsOf(history(2, 'a', 2)), both.slice(1));
});

test('a turn that the history does not have yet stands where its hooks ran', () => {
  const roots = spansOf([...history(1, 'a', 1), ...history(3, 'c', 30), ...hooks(2, 'b', 20), ...hooks(4, 'd', 40)]).filter(({ kind }) => kind === 'agent');
  assert.deepEqual(roots.map(({ content }) => content.prompt), ['a', 'b', 'c', 'd']);
});

test("a fork's copy of a turn takes with it what has no id of its own", () => {
  const change: Fact = { agent: 'keyed', sessionId: 's', source: 'history', key: 'compaction', order: 10, turnKey: 't1', type: 'context.changed', change: 'compaction' };
  const parent = [...history(1, 'a', 1), change];
  const copy = parent.map((fact): Fact => ({ ...fact, sessionId: 'fork' }));
  const seen: Fact = { agent: 'keyed', sessionId: 'fork', source: 'history', key: 'seen', order: 0, type: 'session.seen', parent: { sessionId: 's', relation: 'fork' } };
  const own = history(2, 'b', 5).map((fact): Fact => ({ ...fact, sessionId: 'fork' }));
  const spans = spansOf([...parent, seen, ...copy, ...own]);
  assert.deepEqual(spans.map(({ sessionId, content, events }) => [sessionId, content.prompt, events.length]), [['s', 'a', 1], ['fork', 'b', 0]]);
});
