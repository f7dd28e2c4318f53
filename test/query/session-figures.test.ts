/** A figure of each session that is compared: what is counted once, what is not known, what the rows of turns tell. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Span } from '#spoor/core/span.ts';
import { createColumns } from '#spoor/query/columns/live-columns.ts';
import { toCohort, type Cohort } from '#spoor/query/compare/session-figures.ts';
import { answerSkills } from '#spoor/query/questions/skills.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, buildSpan, buildTurn, idOf, START } from '../store/builders.ts';
import { readingOf } from './reading-of.ts';

const at = (seconds: number): bigint => START + BigInt(seconds) * 1_000_000_000n;
const span = (number: number, [from, to]: [number, number], some: Partial<Span> = {}): Span => buildSpan(number, { parentSpanId: idOf(1), startUnixNano: at(from), endUnixNano: at(to), values: {}, ...some });

function openStore(t: TestContext, spans: readonly Span[], endUnixNano: bigint | null = at(100)): SqliteStore {
  const store = openMemoryStore();
  t.after(() => store.close());
  store.saveSession(buildSession());
  const root = span(1, [0, 100], { kind: 'agent', parentSpanId: undefined });
  const { endUnixNano: _end, ...turn } = buildTurn(1, { startUnixNano: START });
  store.saveTurn(endUnixNano === null ? turn : { ...turn, endUnixNano }, [root, ...spans]);
  return store;
}

function figuresOf(store: SqliteStore): Record<string, number | undefined> {
  const { figures }: Cohort = toCohort(createColumns(readingOf(store)).refresh(), { filter: {}, tools: [], skills: [] });
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, values[0]]));
}

test('calls that wait for one answer at once waited once', (t) => {
  const wait = (number: number, call: number, stretch: [number, number]): Span => span(number, stretch, { kind: 'permission', parentSpanId: idOf(call) });
  const store = openStore(t, [span(2, [10, 50]), span(3, [10, 60]), wait(4, 2, [10, 40]), wait(5, 3, [20, 45]), span(6, [70, 80]), wait(7, 6, [70, 75])]);
  assert.equal(figuresOf(store).wait, 40_000);
});

test('what is not known of a turn is not 0', (t) => {
  const open = openStore(t, [span(2, [10, 50])], null);
  assert.deepEqual([figuresOf(open).active, figuresOf(open).turns, figuresOf(open).tool], [NaN, 1, 40_000]);
  const bare = openStore(t, [span(2, [10, 50]), span(3, [50, 60], { outcome: 'error' }), span(4, [60, 61], { outcome: 'denied' })]);
  bare.database.sql('UPDATE turn SET summary = NULL').run();
  const { active, model, tool, wait, toolCalls, errors, denied, callsPerTurn, errorRate } = figuresOf(bare);
  assert.deepEqual([active, model, tool, wait], [100_000, NaN, NaN, NaN]);
  assert.deepEqual([toolCalls, errors, denied, callsPerTurn, errorRate], [3, 1, 1, 3, NaN], 'what the row of the turn counts is known');
});

test('what a load costs is the mean of those that told it', (t) => {
  const load = (number: number, from: number): Span => span(number, [from, from + 1], { values: { toolName: 'skill', skillName: 'otter' } });
  const chat = (number: number, from: number, usd?: number): Span => span(number, [from, from + 1], { kind: 'chat', values: usd === undefined ? {} : { cost: { usd } } });
  const store = openStore(t, [load(2, 10), chat(3, 12, 0.3), load(4, 20), chat(5, 22), load(6, 30), chat(7, 32, 0.5)]);
  const columns = createColumns(readingOf(store)).refresh();
  const [row] = answerSkills({}, { columns, nowMillis: Number(at(1000) / 1_000_000n), open: () => readingOf(store) }).rows;
  assert.deepEqual([row?.activations, row?.cost.usd, row?.costPerActivation], [3, 0.8, 0.4]);
});
