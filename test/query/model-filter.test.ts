/** Under a filter by model, tokens and costs are of that model's requests alone, wherever they are shown. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import { toCohort } from '#spoor/query/compare/session-figures.ts';
import type { CompareQuery } from '#spoor/query/api/compare.ts';
import type { Filter } from '#spoor/query/api/figures.ts';
import type { ColumnsContext, ReaderContext } from '#spoor/query/question.ts';
import { answerFigures, type FiguresQuery } from '#spoor/query/questions/figures.ts';
import { answerCompare } from '#spoor/query/questions/compare.ts';
import { answerOverview } from '#spoor/query/questions/overview.ts';
import { answerSkills } from '#spoor/query/questions/skills.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildWorld, WORLD_START } from './build-world.ts';
import { filterTurns, readPlainTurns, type PlainSpan, type PlainTurn } from './plain-store.ts';
import { readingOf } from './reading-of.ts';

const NOW = WORLD_START + 40 * 86_400_000;
const FILTERS: Filter[] = [{}, { model: ['oak-2'] }, { model: ['elm-mini', 'oak-1'] }, { model: ['oak-2'], agent: ['codex'] }, { model: ['nothing'] }];

function openWorld(t: TestContext): { store: SqliteStore; context: ColumnsContext } {
  const store = openMemoryStore();
  t.after(() => store.close());
  buildWorld(store, { seed: 4 });
  const db = readingOf(store);
  return { store, context: { columns: createColumns(db).refresh(), nowMillis: NOW, open: () => db } };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
/** NaN over nothing: nobody told. */
const sumTold = (numbers: readonly number[]): number => (numbers.length === 0 ? NaN : sum(numbers));
const chatsOf = (turns: readonly PlainTurn[], { model }: Filter): PlainSpan[] => turns.flatMap(({ spans }) => spans).filter((span) => span.kind === 'chat' && (!model || model.includes(span.model ?? '')));
const usdOf = (chats: readonly PlainSpan[]): number[] => chats.flatMap(({ values }) => values.cost?.usd ?? []);
const creditsOf = (chats: readonly PlainSpan[]): number[] => chats.flatMap(({ values }) => values.credits ?? []);
const tokensOf = (chats: readonly PlainSpan[]): number[] => chats.flatMap(({ values: { usage } }) => (usage ? [(usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)] : []));
const isNear = (a: number, b: number, what: string): void => assert.ok(Object.is(a, b) || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)), `${what}: ${a} and ${b}`);

for (const filter of FILTERS) {
  const name = JSON.stringify(filter);
  test(`the days, and the most expensive sessions: ${name}`, (t) => {
    const { store, context } = openWorld(t);
    const turns = filterTurns(readPlainTurns(store), filter);
    const { days, mostExpensive } = answerFigures(filter, context);
    isNear(sum(days.usd.map((usd) => usd ?? 0)), sum(usdOf(chatsOf(turns, filter))), 'dollars');
    assert.ok(days.errors.every((errors, at) => errors <= (days.toolCalls[at] ?? 0)));
    const weights = [...Map.groupBy(turns, ({ top }) => top)].map(([top, own]) => {
      const chats = chatsOf(own, filter);
      return { top, chats, weight: sum(usdOf(chats)) + sum(creditsOf(chats)) * 1e-9 };
    });
    const wanted = weights.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight).slice(0, 5);
    assert.deepEqual(mostExpensive.map(({ row }) => row), wanted.map(({ top }) => top));
    for (const [at, { cost, tokens }] of mostExpensive.entries()) {
      assert.equal(cost === undefined, filter.model === undefined, 'a session as a whole is told by its row');
      const chats = wanted[at]?.chats ?? [];
      if (cost) isNear(cost.usd ?? 0, sum(usdOf(chats)), 'dollars of a session');
      if (tokens) isNear((tokens.input ?? 0) + (tokens.output ?? 0), sum(tokensOf(chats)), 'tokens of a session');
    }
  });

  test(`each session of a cohort: ${name}`, (t) => {
    const { store, context: { columns } } = openWorld(t);
    const turns = filterTurns(readPlainTurns(store), filter);
    const { sessions, figures } = toCohort(columns, { filter, tools: [], skills: [] });
    assert.equal(sessions.length, new Set(turns.map(({ top }) => top)).size);
    for (const [place, at] of sessions.entries()) {
      const chats = chatsOf(turns.filter(({ top }) => top === columns.sessions.of.row[at]), filter);
      isNear(figures.usd[place] ?? 0, sumTold(usdOf(chats)), 'usd');
      isNear(figures.credits[place] ?? 0, sumTold(creditsOf(chats)), 'credits');
      isNear(figures.tokens[place] ?? 0, sumTold(tokensOf(chats)), 'tokens');
    }
  });
}

test('the overview shows what the model cost in a session, not what the session cost', async (t) => {
  const { store, context } = openWorld(t);
  const reader: ReaderContext = { ...context, open: () => readingOf(store), ask: async (question) => answerFigures(question.query as FiguresQuery, context) };
  const [whole, cut] = [await answerOverview({}, reader), await answerOverview({ model: ['oak-2'] }, reader)];
  const [first] = whole.mostExpensive;
  assert.ok(first && (first.cost.usd ?? 0) > 0 && first.cost.provenance);
  const filter = { model: ['oak-2'] };
  const turns = filterTurns(readPlainTurns(store), filter);
  assert.equal(cut.mostExpensive.length, 5);
  for (const { sessionId, cost, tokens } of cut.mostExpensive) {
    const chats = chatsOf(turns.filter((turn) => turn.sessionId === sessionId), filter);
    isNear(cost.usd ?? 0, sum(usdOf(chats)), sessionId);
    isNear((tokens.input ?? 0) + (tokens.output ?? 0), sum(tokensOf(chats)), sessionId);
  }
});

test('what a load of a skill cost is not known by model, and so is not told', (t) => {
  const { context } = openWorld(t);
  const [whole, cut] = [answerSkills({}, context).rows, answerSkills({ model: ['oak-2'] }, context).rows];
  assert.ok(whole.some(({ cost, costPerActivation }) => cost.usd !== undefined && costPerActivation !== undefined));
  assert.ok(cut.some(({ activations }) => activations > 0));
  for (const { cost, costPerActivation } of cut) assert.deepEqual([cost, costPerActivation], [{}, undefined]);
});

test('a comparison by model says what is cut by it, and what is not', (t) => {
  const { context } = openWorld(t);
  const said = (query: CompareQuery): boolean => answerCompare(query, context).summary.some((sentence) => sentence.includes('requests of the model alone'));
  assert.ok(said({ a: { model: ['oak-1'] }, b: { model: ['oak-2'] } }));
  assert.ok(!said({ a: { agent: ['codex'] }, b: { agent: ['kiro'] } }));
});
