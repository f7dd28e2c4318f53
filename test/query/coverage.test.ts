/** Coverage of sessions that the stand-in played: with all hooks, with some, with none. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { agents } from '#spoor/agents/index.ts';
import { toCoverageLines } from '#spoor/cli/terminal/coverage-text.ts';
import { createPalette, toLine } from '#spoor/cli/terminal/palette.ts';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import { toCoverage, type CoverageInput, type SessionCoverage } from '#spoor/query/coverage.ts';
import { collectAll, createTracedHome, playScenario } from '../golden/traced-home.ts';
import { findScenario } from '../stand-in/scenarios/index.ts';

const [kiro] = agents;
assert.ok(kiro);

/** What the store holds of a scenario's sessions when all is over, the newest first; `collected: false`: while the last turn is open. */
async function play(t: TestContext, name: string, { hooked = true, collected = true } = {}): Promise<CoverageInput[]> {
  const traced = createTracedHome({ hooked });
  t.after(() => traced.close());
  await playScenario(findScenario(name), traced, () => traced.pipeline.step());
  if (collected) collectAll(traced);
  const { store } = traced;
  return store.listSessions({}).flatMap(({ sessionId: root }) => store.readFamily('kiro', root)).map(({ sessionId }) => ({
    agent: kiro as CoverageInput['agent'], sessionId, facts: store.readFacts('kiro', [sessionId]), turns: store.readTurns('kiro', [sessionId]), spans: store.readSpans('kiro', sessionId),
  }));
}

function draw(coverage: SessionCoverage, width = 100): string {
  return toCoverageLines(coverage, width).map((line) => toLine(line, createPalette(false))).join('\n');
}

test('all hooks and the whole history: nothing is missing but what the agent never tells', async (t) => {
  const [input] = await play(t, 'serial-otter');
  assert.ok(input);
  const coverage = toCoverage(input);
  assert.equal(coverage.hookCalls, 8);
  const [first, second] = coverage.turns;
  assert.deepEqual(first?.hooks, { prompt: { seen: 1, expected: 1 }, toolStart: { seen: 2, expected: 2 }, toolEnd: { seen: 2, expected: 2 }, stop: { seen: 1, expected: 1 } });
  assert.deepEqual(first?.history, { records: true, end: true });
  assert.deepEqual([first?.isLive, first?.isOpen, first?.gaps, first?.oneSided], [true, false, [], []]);
  assert.deepEqual([first?.tokens.known, first?.tokens.why], [0, 'Kiro meters credits and tells no tokens']);
  assert.deepEqual([second?.model.name, second?.cost.known], ['stand-in-model-1', 1]);
  assert.match(draw(coverage), /^ {3}1 {6}✓ {4}2\/2 {2}2\/2 {4}✓ {7}✓ {7}✓ {2}stand-in-model-1/m);
  assert.match(draw(coverage), /^tokens {3}Kiro meters credits and tells no tokens \(turns 1–2\)$/m);
});

test('hooks lost: counted, told, and the calls that only the history has are named', async (t) => {
  const [input] = await play(t, 'serial-otter');
  assert.ok(input);
  const lost = input.facts.find((fact) => fact.type === 'tool.started');
  const facts = input.facts.filter((fact) => fact !== lost && fact.type !== 'turn.ended');
  const turns = toCoverage({ ...input, facts, spans: input.spans.map((span) => ({ ...span, keys: span.keys.filter((key) => key !== `hook:${lost?.key ?? ''}`) })) }).turns;
  assert.deepEqual(turns[0]?.hooks.toolStart, { seen: 1, expected: 2 });
  assert.deepEqual(turns[0]?.gaps, ['hooks not seen: before 1 of 2 calls, at the stop']);
  const orphaned = toCoverage({ ...input, spans: input.spans.map((span) => ({ ...span, keys: span.kind === 'tool' ? span.keys.filter((key) => !key.startsWith('call:')) : span.keys })) });
  assert.deepEqual(orphaned.turns[0]?.oneSided.map(({ toldBy }) => toldBy), ['hook', 'hook']);
  assert.match(draw(orphaned), /^tools {4}.*: only hooks told of it, the history does not know it \(turn 1\)$/m);
});

test('no hooks at all: an import says so, and why its times are guesses', async (t) => {
  const [input] = await play(t, 'installed-midway-swift', { hooked: false });
  assert.ok(input);
  const { turns } = toCoverage(input);
  assert.deepEqual(turns.map(({ isLive }) => isLive), [false, false, true]);
  assert.match(turns[0]?.gaps[0] ?? '', /^no hook of spoor told of this turn/);
  assert.match(turns[0]?.times.why ?? '', /^no hook told of this turn/);
  assert.deepEqual([turns[0]?.oneSided, turns[0]?.model.isEstimated], [[], true]);
  assert.match(draw(toCoverage(input)), /alone \(turns 1–2\)$/m);
});

test('what failed, was denied or cancelled is not expected to have its last hook', async (t) => {
  for (const name of ['denied-badger', 'failed-tool-crow', 'cancelled-tools-goose', 'error-silent-moth']) {
    for (const input of await play(t, name)) {
      for (const { hooks, gaps } of toCoverage(input).turns) {
        assert.deepEqual(gaps, [], name);
        for (const { seen, expected } of Object.values(hooks)) assert.equal(seen, expected, name);
      }
    }
  }
});

test('a subagent whose profile has no hooks lost none', async (t) => {
  const inputs = await play(t, 'subagent-wolf');
  const [root, ...children] = inputs.map(toCoverage);
  assert.deepEqual(root?.turns[0]?.gaps, []);
  assert.ok(children.length > 0);
  for (const { turns } of children) assert.deepEqual([turns[0]?.oneSided, turns[0]?.gaps], [[], ['no hook of spoor ran in this turn: it is followed through the one that it belongs to']]);
});

test('numbers that a history did not tell have their reason', async (t) => {
  const [input] = await play(t, 'serial-otter');
  assert.ok(input);
  const spans = input.spans.map((span) => {
    const { turnCredits: _turn, credits: _own, requestModel: _model, ...values } = span.values;
    return { ...span, values };
  });
  const why = (turn: object): (string | undefined)[] => {
    const [first] = toCoverage({ ...input, spans, turns: input.turns.map((one) => ({ ...one, ...turn })) }).turns;
    return [first?.model.why, first?.cost.why];
  };
  assert.match(why({ hasHistory: false })[0] ?? '', /^the history never told of this turn \(waited 15 s for it\)$/);
  assert.match(why({ hasHistory: false, settled: false })[0] ?? '', /^the history has not told of this turn yet$/);
  assert.match(why({ hasEnd: false })[1] ?? '', /^the history never told this turn's end/);
  assert.match(why({ hasEnd: false, settled: false })[1] ?? '', /^the history has not told this turn's end yet$/);
  assert.match(why({ hasEnd: true })[0] ?? '', /^Kiro's history tells this turn without it$/);
  assert.match(why({ hasEnd: true })[1] ?? '', /Kiro V1 forgets what a turn cost/);
});

test('an agent of which nobody knows the hooks, and a session without turns', () => {
  const agent = { id: 'x', title: 'X', traits: { hooksKnowCallId: true, historyWaitMillis: 1, provider: 'x' } };
  assert.deepEqual(toCoverage({ agent, sessionId: 's', facts: [], turns: [], spans: [] }), { agent: 'x', sessionId: 's', hookCalls: 0, turns: [] });
  assert.equal(draw(toCoverage({ agent, sessionId: 's', facts: [], turns: [], spans: [] })), '0 turns, hooks told of 0; 0 hook calls in the store');
});

test('whatever is missing, seen is never more than expected, every gap is a sentence, and lines fit', async (t) => {
  const inputs = [...(await play(t, 'cancelled-tools-goose')), ...(await play(t, 'thirty-ants'))];
  const subset = <T>(all: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...all]);
  fc.assert(fc.property(fc.constantFrom(...inputs).chain((input) => fc.tuple(fc.constant(input), subset(input.facts), subset(input.spans), subset(input.turns))), fc.integer({ min: 60, max: 130 }), ([input, facts, spans, turns], width) => {
    const coverage = toCoverage({ ...input, facts, spans, turns });
    for (const turn of coverage.turns) {
      for (const { seen, expected } of Object.values(turn.hooks)) assert.ok(expected !== undefined && seen <= expected);
      for (const value of [turn.model, turn.tokens, turn.cost, turn.times]) assert.ok(value.known <= value.of && (value.known === value.of || value.why !== undefined));
    }
    for (const line of draw(coverage, width).split('\n')) assert.ok(textWidth(line) <= Math.max(width, 80), line);
  }), { numRuns: 100 });
});
