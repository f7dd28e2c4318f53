import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assemble } from '#spoor/assembly/assemble.ts';
import type { Assembly } from '#spoor/assembly/drafts.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { toJson } from '#spoor/core/json.ts';
import type { Span } from '#spoor/core/span.ts';
import type { KnownSpan } from '#spoor/store/store.ts';
import { factsOfSteps, stepsOf, v3Model, type V3Step } from './v3-model.ts';

const traits = { hooksKnowCallId: false, historyWaitMillis: 1, provider: 'kiro' };

function assembleWith(facts: readonly Fact[], known = new Map<string, KnownSpan>()): Assembly {
  return assemble({ agent: 'kiro', traits, facts, lookup: (key) => known.get(key), isExpired: () => false });
}

function spansOf(assembly: Assembly): Span[] {
  return assembly.turns.flatMap((turn) => turn.spans);
}

/** Everything but times and what only one source tells. */
function treeOf(assembly: Assembly): string[] {
  return spansOf(assembly).map((span) => [span.kind, span.spanId, span.parentSpanId, span.turnIndex, span.outcome, span.values.toolName, span.values.toolCallId, span.values.responseId, span.values.decision, span.values.turnCredits].join(' ')).sort();
}

function remember(known: Map<string, KnownSpan>, assembly: Assembly): void {
  const pinned = new Set(spansOf(assembly).filter((span) => span.final).map((span) => span.traceId));
  for (const span of spansOf(assembly)) {
    for (const key of span.keys) {
      if (!known.get(key)?.pinned) known.set(key, { spanId: span.spanId, traceId: span.traceId, sessionId: span.sessionId, pinned: pinned.has(span.traceId) });
    }
  }
}

const channels = fc.constantFrom<string[]>(['file'], ['', 'file'], ['file', '']);

test('any order and any repetition of the facts gives the same spans', () => {
  fc.assert(
    fc.property(v3Model, channels, fc.infiniteStream(fc.nat()), (turns, told, stream) => {
      const facts = factsOfSteps(stepsOf(turns, told));
      const shuffled = [...facts, ...facts.filter(() => (stream.next().value as number) % 3 === 0)]
        .map((fact) => ({ fact, at: stream.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ fact }) => fact);
      assert.equal(toJson(assembleWith(shuffled)), toJson(assembleWith(facts)));
    }),
    { numRuns: 300 },
  );
});

test('what is final in the middle of a session is the same span in the end, with the same id', () => {
  fc.assert(
    fc.property(v3Model, channels, fc.array(fc.nat(), { maxLength: 4 }), (turns, told, cuts) => {
      const steps = stepsOf(turns, told);
      const known = new Map<string, KnownSpan>();
      const finals = new Map<string, Span>();
      let last: Assembly | undefined;
      for (const end of [...cuts.map((cut) => cut % (steps.length + 1)).sort((a, b) => a - b), steps.length]) {
        remember(known, (last = assembleWith(factsOfSteps(steps.slice(0, end)), known)));
        for (const span of spansOf(last)) if (span.final && !finals.has(span.spanId)) finals.set(span.spanId, span);
      }
      const ids = new Map(spansOf(last as Assembly).map((span) => [span.spanId, span]));
      for (const span of finals.values()) assert.equal(ids.get(span.spanId)?.values.toolCallId, span.values.toolCallId);
      assert.deepEqual(treeOf(last as Assembly), treeOf(assembleWith(factsOfSteps(steps))));
    }),
    { numRuns: 500 },
  );
});

test('two registrations tell the same tree as one, and the history alone tells it, too', () => {
  fc.assert(
    fc.property(v3Model, (turns) => {
      const once = treeOf(assembleWith(factsOfSteps(stepsOf(turns, ['file']))));
      const twice = assembleWith(factsOfSteps(stepsOf(turns, ['', 'file'])));
      assert.deepEqual(treeOf(twice), once);
      for (const span of spansOf(twice)) assert.ok(span.keys.filter((key) => key.startsWith('hook:')).length <= 2, 'a start and an end at most');
      assert.deepEqual(treeOf(assembleWith(factsOfSteps(stepsOf(turns, [])))), once);
    }),
    { numRuns: 500 },
  );
});

test('each call is one span with the verdict of its person; its wait lies inside it', () => {
  fc.assert(
    fc.property(v3Model, channels, (turns, told) => {
      const spans = spansOf(assembleWith(factsOfSteps(stepsOf(turns, told))));
      const tools = new Map(spans.filter((span) => span.kind === 'tool').map((span) => [span.values.toolCallId, span]));
      const waits = spans.filter((span) => span.kind === 'permission');
      assert.equal(tools.size, turns.flatMap((turn) => turn.batches.flat()).length);
      assert.equal(waits.length, turns.flatMap((turn) => turn.batches.flat()).filter((call) => call.approval !== 'none').length);
      turns.forEach((turn, t) => turn.batches.forEach((batch, b) => batch.forEach((call, i) => {
        assert.equal(tools.get(`call${t}.${b}.${i}`)?.outcome, call.approval === 'reject' ? 'denied' : call.ok ? 'ok' : 'error');
      })));
      for (const wait of waits) {
        const tool = tools.get(wait.values.toolCallId) ?? assert.fail();
        assert.equal(wait.parentSpanId, tool.spanId);
        assert.ok(wait.startUnixNano >= tool.startUnixNano && (wait.endUnixNano ?? 0n) <= (tool.endUnixNano ?? 0n));
        assert.equal((wait.endUnixNano ?? 0n) - wait.startUnixNano, 150_000_000n);
      }
    }),
  );
});

test('children lie inside their turn; steering opens none; whole-turn credits stand once', () => {
  fc.assert(
    fc.property(v3Model, channels, (turns, told) => {
      const assembly = assembleWith(factsOfSteps(stepsOf(turns, told)));
      assert.equal(assembly.turns.length, turns.length);
      for (const [index, { spans }] of assembly.turns.entries()) {
        const [root, ...children] = spans as [Span, ...Span[]];
        for (const child of children) {
          assert.ok(child.startUnixNano >= root.startUnixNano, 'starts before its turn');
          if (root.endUnixNano !== undefined) assert.ok((child.endUnixNano ?? 0n) <= root.endUnixNano, 'ends after its turn');
        }
        const isSteered = turns[index]?.steer && turns[index]?.batches.length;
        assert.equal(root.events.filter((event) => event.name === 'steering').length, isSteered ? 1 : 0);
        const paid = turns[index]?.end === 'killed' ? 0 : 0.25;
        assert.equal(spans.reduce((sum, span) => sum + (span.values.credits ?? 0), 0), paid);
      }
    }),
  );
});

test('hooks may be lost one by one: the tree stays what the history tells', () => {
  fc.assert(
    fc.property(v3Model, channels, fc.infiniteStream(fc.boolean()), (turns, told, kept) => {
      const steps = stepsOf(turns, told).map((step): V3Step => ('hooks' in step ? { hooks: step.hooks.filter(() => kept.next().value as boolean) } : step));
      assert.deepEqual(treeOf(assembleWith(factsOfSteps(steps))), treeOf(assembleWith(factsOfSteps(steps.filter((step) => 'line' in step)))));
    }),
    { numRuns: 500 },
  );
});

test('a turn of a process whose shell had tracing off is not live, though hooks told of the session before and after it', () => {
  const at = (second: number): bigint => BigInt(second) * 1_000_000_000n;
  const own = (key: string) => ({ agent: 'kiro', sessionId: 'sess_heron', source: 'hook' as const, key, order: 0, channel: 'file' });
  const process = (change: 'began' | 'ended', second: number): Fact => ({ ...own(`process:${second}`), type: 'session.seen', process: { change, unixNano: at(second) } });
  const stop = (second: number): Fact => ({ ...own(`stop:${second}`), type: 'turn.ended', reason: 'ok', at: { unixNano: at(second), source: 'hook' } });
  const turn = (second: number): Fact[] => {
    const base = { agent: 'kiro', sessionId: 'sess_heron', source: 'history' as const, order: second };
    return [
      { ...base, type: 'turn.started', key: `msg:u${second}`, messageId: `u${second}`, prompt: `at ${second}`, isEndTold: true, at: { unixNano: at(second), source: 'transcript' } },
      { ...base, type: 'turn.ended', key: `turn:u${second}`, messageIds: [`u${second}`], reason: 'ok', startedAt: at(second), endedAt: at(second + 10) },
    ];
  };
  const liveOf = (...facts: Fact[]): boolean[] => assembleWith(facts).turns.map(({ live }) => live);
  const [first, off, last] = [turn(100), turn(200), turn(300)];
  const hooks = [process('began', 90), stop(110), process('began', 290), stop(310)];
  assert.deepEqual(liveOf(...first, ...off, ...last, ...hooks), [true, false, true]);
  assert.deepEqual(liveOf(...first, ...off, process('began', 90), stop(110), process('ended', 120)), [true, false]);
  assert.deepEqual(liveOf(...first, ...off, ...last, process('began', 90), stop(110), stop(310), process('ended', 320)), [true, true, true], 'a lost stop hook changes nothing');
});
