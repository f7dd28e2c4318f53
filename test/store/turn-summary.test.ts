import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Outcome, Span } from '#spoor/core/span.ts';
import { ABSENT, CALL, CHAT, LOAD, TURN, type SummarySource } from '#spoor/store/summary-layout.ts';
import { fromTurnSummary, toTurnSummary, type TurnSummary } from '#spoor/store/turn-summary.ts';
import { buildSpan, idOf, START } from './builders.ts';

const at = (millis: number): bigint => START + BigInt(millis) * 1_000_000n;
const source: SummarySource = { rootSpanId: idOf(1), sessionId: 's1', startUnixNano: START, endUnixNano: at(10_000) };

function span(number: number, [from, to]: [number, number | undefined], some: Partial<Span> = {}): Span {
  const { endUnixNano: _end, ...plain } = buildSpan(number, { parentSpanId: idOf(1), startUnixNano: at(from), ...some });
  return to === undefined ? plain : { ...plain, endUnixNano: at(to) };
}

function root(some: Partial<Span> = {}): Span {
  const { parentSpanId: _none, ...own } = span(1, [0, 10_000], { kind: 'agent', values: {}, ...some });
  return some.parentSpanId === undefined ? own : { ...own, parentSpanId: some.parentSpanId };
}

function summarise(spans: readonly Span[], some: Partial<SummarySource> = {}): TurnSummary {
  const summary = fromTurnSummary(toTurnSummary({ ...source, ...some }, spans));
  assert.ok(summary);
  return summary;
}

/** The rows of a part, with words in place of their numbers. */
function rowsOf<L extends Record<string, number>>(numbers: readonly number[], layout: L, { words }: TurnSummary, worded: readonly string[]): Record<string, number | string | undefined>[] {
  const { length = 1 } = layout;
  return Array.from({ length: numbers.length / length }, (_, row) =>
    Object.fromEntries(Object.entries(layout).filter(([name]) => name !== 'length').map(([name, place]) => {
      const value = numbers[row * length + place];
      return [name, worded.includes(name) ? words[value ?? -1] : value];
    })),
  );
}

const callsOf = (summary: TurnSummary): Record<string, unknown>[] => rowsOf(summary.calls, CALL, summary, ['tool', 'server', 'family', 'skill', 'errorType']);
const chatsOf = (summary: TurnSummary): Record<string, unknown>[] => rowsOf(summary.chats, CHAT, summary, ['model', 'provider', 'unpriced']);
const loadsOf = (summary: TurnSummary): Record<string, unknown>[] => rowsOf(summary.loads, LOAD, summary, ['name']);

describe('the summary of a turn', () => {
  it('is this text', () => {
    const spans = [
      root({ values: { requestModel: 'large', repository: { url: 'https://example.org/fox/den', branch: 'main' } }, extra: { 'kiro.permission_mode': 'plan' } }),
      span(2, [0, 1000], { kind: 'chat', values: { responseModel: 'large-2', usage: { inputTokens: 100, outputTokens: 5, cacheReadTokens: 80 }, cost: { usd: 0.25 }, contextUsagePercent: 31 }, provenance: { times: 'hook', cost: 'estimated' } }),
      span(3, [1000, 4000], { values: { toolName: 'shell', shellFamily: 'npm' } }),
      span(4, [1500, 2500], { kind: 'permission', parentSpanId: idOf(3), values: {} }),
    ];
    assert.equal(toTurnSummary(source, spans), JSON.stringify([
      2, [10_000_000, 0, 1_000_000, 2_000_000, 1_000_000, 0, 6_000_000, 31, 0, 5, 6, 7, 3, 10_000_000], ['', 'shell', 'npm', 'large-2', 'large', 'fox/den', 'main', 'plan'], idOf(3),
      [1_000_000, 2_000_000, 1_000_000, 0, 1, 0, 2, 0, 0, 0, 3_000_000],
      [0, 1_000_000, -1, 0, 3, 0, 100, 5, 80, -1, -1, 0.25, -1, -1, -1, 0, 16, 0],
      [], [1_500_000, 2_500_000], '',
    ]));
  });

  it('says the same in whatever order the spans come', () => {
    const spans = [root(), span(2, [0, 5], { kind: 'chat', values: { requestModel: 'a' } }), span(3, [5, 9]), span(4, [5, 8], { outcome: 'error' })];
    assert.equal(toTurnSummary(source, spans), toTurnSummary(source, spans.toReversed()));
  });

  it('takes waits out of the run of a call, and knows none of a call that is open', () => {
    const calls = callsOf(summarise([
      root(),
      span(3, [0, 5000], { outcome: 'denied' }),
      span(5, [0, 5000], { kind: 'permission', parentSpanId: idOf(3) }),
      span(6, [6000, undefined], { outcome: 'unknown' }),
      span(7, [6000, undefined], { kind: 'permission', parentSpanId: idOf(6) }),
    ]));
    assert.deepEqual(calls.map(({ run, wait, outcome }) => [run, wait, outcome]), [[0, 5_000_000, 2], [ABSENT, 0, 5]]);
  });

  it('knows no time of what is only estimated, but what the agent measured itself', () => {
    const estimated = { provenance: { times: 'estimated' } } as const;
    const summary = summarise([
      root({ outcome: 'unknown', ...estimated }),
      span(2, [0, 4000], { kind: 'chat', ...estimated }),
      span(3, [4000, 4000], estimated),
      span(4, [5000, 9000], { ...estimated, values: { toolName: 'shell', ownDurationNano: 250_000_000n } }),
      span(5, [5000, 6000], { kind: 'permission', parentSpanId: idOf(4), ...estimated }),
    ]);
    assert.deepEqual(callsOf(summary).map(({ run, wait }) => [run, wait]), [[ABSENT, 0], [250_000, 0]]);
    assert.deepEqual(chatsOf(summary).map(({ duration }) => duration), [ABSENT]);
    const { turn } = summary;
    assert.deepEqual([turn[TURN.active], turn[TURN.duration], turn[TURN.model], turn[TURN.tool], turn[TURN.wait], turn[TURN.other]], [ABSENT, 10_000_000, 0, 0, 0, 10_000_000]);
  });

  it("takes the agent's own measure of a call and of the turn", () => {
    const summary = summarise([root({ values: { ownDurationNano: 9_000_000_000n } }), span(3, [0, 4000], { values: { ownDurationNano: 1_000_000_000n } })]);
    assert.deepEqual([summary.turn[TURN.active], callsOf(summary)[0]?.run, summary.turn[TURN.tool]], [9_000_000, 1_000_000, 4_000_000]);
  });

  it('has no subagent covered by the call that started it, where it tells what it did', () => {
    const spans = [
      root(),
      span(3, [1000, 9000], { values: { toolName: 'task' } }),
      span(4, [1000, 9000], { kind: 'agent', parentSpanId: idOf(3), sessionId: 'child' }),
      span(5, [2000, 4000], { kind: 'chat', parentSpanId: idOf(4), sessionId: 'child' }),
      span(6, [4000, 4500], { parentSpanId: idOf(4), sessionId: 'child' }),
    ];
    const shareOf = ({ turn }: TurnSummary): unknown[] => [turn[TURN.model], turn[TURN.tool], turn[TURN.other]];
    assert.deepEqual(shareOf(summarise(spans)), [2_000_000, 500_000, 7_500_000]);
    assert.deepEqual(shareOf(summarise(spans.slice(0, 3))), [0, 8_000_000, 2_000_000]);
  });

  it('stands under the model that most of its own requests asked', () => {
    const chat = (number: number, model: string, some: Partial<Span> = {}): Span => span(number, [number, number + 1], { kind: 'chat', values: { responseModel: model }, ...some });
    const modelOf = (spans: readonly Span[]): string | undefined => {
      const { turn, words } = summarise(spans);
      return words[turn[TURN.modelName] ?? 0];
    };
    const child = { sessionId: 'child' };
    assert.equal(modelOf([root({ values: { requestModel: 'oak' } }), chat(2, 'elm'), chat(3, 'ash'), chat(4, 'ash'), chat(5, 'oak', child), chat(6, 'oak', child), chat(7, 'oak', child)]), 'ash');
    assert.equal(modelOf([root(), chat(2, 'elm'), chat(3, 'ash')]), 'elm');
    assert.deepEqual([modelOf([root({ values: { requestModel: 'oak' } })]), modelOf([root()])], ['oak', '']);
  });

  it('reads what the first version wrote', () => {
    const text = JSON.stringify([1, [10_000_000, 0, 1, 2, 3, 0, 4, -1, 0, 0, 0, 0, 0], [''], `${idOf(3)}${idOf(4)}`, [1000, 2000, 500, 0, 0, 0, 0, 0, 0, 0, 9000, -1, 0, 5, 0, 0, 0, 0, 0, 0], [], []]);
    const summary = fromTurnSummary(text);
    assert.ok(summary);
    assert.deepEqual(callsOf(summary).map(({ start, busy }) => [start, busy]), [[1000, 2500], [9000, -2]]);
    assert.deepEqual([summary.turn[TURN.active], summary.waits, summary.above], [10_000_000, [], '']);
  });

  it('marks what another session did in this turn', () => {
    assert.deepEqual(callsOf(summarise([root(), span(3, [0, 1]), span(4, [2, 3], { sessionId: 'child' })])).map(({ isNested }) => isNested), [0, 1]);
  });

  it('tells an open turn as far as it came', () => {
    const summary = summarise([root({ outcome: 'unknown' }), span(3, [0, 4000])], { endUnixNano: undefined });
    assert.deepEqual([summary.turn[TURN.duration], summary.turn[TURN.tool], summary.turn[TURN.other]], [ABSENT, 4_000_000, 6_000_000]);
  });

  it('adds to the requests what only the turn tells', () => {
    const chat = span(2, [0, 1], { kind: 'chat', values: { requestModel: 'a', usage: { inputTokens: 10 } } });
    const told = root({ values: { requestModel: 'b', turnUsage: { inputTokens: 15, outputTokens: 3 }, credits: 0.5, turnCredits: 0.5, turnPremiumRequests: 2 }, provenance: { times: 'hook', credits: 'transcript' } });
    const [, rest] = chatsOf(summarise([told, chat]));
    assert.deepEqual([rest?.isRest, rest?.model, rest?.input, rest?.output, rest?.credits, rest?.premium, rest?.provenance], [1, 'b', 5, 3, 0.5, 2, 2]);
    const whole = root({ values: { turnUsage: { inputTokens: 10 }, turnCredits: 0.25 } });
    assert.equal(chatsOf(summarise([whole, { ...chat, values: { ...chat.values, credits: 0.25 } }])).length, 1);
  });

  it('names a request without a price only where it may have cost something', () => {
    const chat = (number: number, unpriced: 'no-request' | 'unknown-model'): Span => span(number, [0, 1], { kind: 'chat', values: { requestModel: 'a', unpriced } });
    assert.deepEqual(chatsOf(summarise([root(), chat(2, 'no-request'), chat(3, 'unknown-model')])).map(({ unpriced }) => unpriced), ['', 'unknown-model']);
  });

  it('gives a skill what came between its load and the next one, or the end', () => {
    const load = (number: number, from: number, skillName: string): Span => span(number, [from, from + 10], { values: { toolName: 'skill', skillName } });
    const spans = [
      root(),
      load(2, 1000, 'otter'),
      span(3, [2000, 2500], { outcome: 'error' }),
      span(4, [2600, 2700], { kind: 'chat', values: { requestModel: 'a', cost: { usd: 0.5 } } }),
      load(5, 3000, 'heron'),
      span(6, [4000, 4500]),
      span(7, [4100, 4500], { outcome: 'denied' }),
    ];
    const loads = loadsOf(summarise(spans, { prompt: '/heron please' }));
    assert.deepEqual(loads, [
      { start: 1_000_000, scope: 2_000_000, name: 'otter', trigger: 0, tools: 1, succeeded: 0, failed: 1, usd: 0.5, equivalentUsd: -1, credits: -1, premium: -1 },
      { start: 3_000_000, scope: 7_000_000, name: 'heron', trigger: 1, tools: 2, succeeded: 1, failed: 0, usd: -1, equivalentUsd: -1, credits: -1, premium: -1 },
    ]);
  });

  it('knows skills that came with the prompt, and those of subagents', () => {
    const spans = [root({ extra: { 'copilot.skills': ['otter', 'heron'] } }), span(2, [50, 60], { sessionId: 'child', values: { skillName: 'otter' } })];
    assert.deepEqual(loadsOf(summarise(spans)).map(({ name, trigger, start }) => [name, trigger, start]), [['heron', 1, 0], ['otter', 2, 50_000]]);
  });

  it('repeats no text that somebody wrote', () => {
    const text = 'words that nobody else is to read';
    const spans = [
      root({ content: { prompt: text, answer: text } }),
      span(2, [0, 1], { values: { toolName: 'shell', shellCommand: text, files: [{ path: text, operation: 'read' }], skillName: 'otter', skillPath: text, errorMessage: text, toolPurpose: text }, content: { toolArguments: text, toolResult: text } }),
    ];
    assert.ok(!toTurnSummary({ ...source, prompt: text }, spans).includes('words'));
  });

  it('is not known where another version wrote it', () => {
    assert.equal(fromTurnSummary('[0]'), undefined);
  });

  const outcome = fc.constantFrom<Outcome>('ok', 'error', 'denied', 'cancelled', 'timeout', 'unknown');
  const stretch = fc.tuple(fc.integer({ min: -2000, max: 14_000 }), fc.nat(9000), fc.boolean());
  const child = fc.record({ kind: fc.constantFrom<Span['kind']>('tool', 'chat', 'permission', 'agent'), stretch, outcome, parent: fc.integer({ min: 1, max: 6 }) });

  it('adds up: the shares are the turn, run and wait are the call', () => {
    fc.assert(fc.property(fc.array(child, { maxLength: 12 }), (children) => {
      const spans = children.map(({ kind, stretch: [from, length, isOpen], outcome: ended, parent }, index) =>
        span(index + 2, [from, isOpen ? undefined : from + length], { kind, outcome: ended, parentSpanId: idOf(parent) }));
      const summary = summarise([root(), ...spans]);
      const share = (['model', 'tool', 'wait', 'gate', 'other'] as const).map((name) => summary.turn[TURN[name]] ?? NaN);
      assert.equal(share.reduce((a, b) => a + b, 0), 10_000_000);
      const tools = spans.filter(({ kind }) => kind === 'tool');
      assert.equal(summary.callIds, tools.toSorted((a, b) => Number(a.startUnixNano - b.startUnixNano) || (a.spanId < b.spanId ? -1 : 1)).map(({ spanId }) => spanId).join(''));
      for (const call of callsOf(summary)) {
        const whole = Number(call.run) + Number(call.wait);
        assert.ok(call.run === ABSENT || tools.some((tool) => Number((tool.endUnixNano ?? 0n) - tool.startUnixNano) / 1000 === whole));
      }
    }));
  });
});
