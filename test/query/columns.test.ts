/** What the columns say is what reading every span says: on what agents really write, under every filter, and after every kind of change. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createColumns, type LiveColumns } from '#spoor/query/columns/live-columns.ts';
import type { Filter } from '#spoor/query/api/figures.ts';
import type { GroupFigures } from '#spoor/query/api/overview.ts';
import { answerFigures } from '#spoor/query/questions/figures.ts';
import { answerModels } from '#spoor/query/questions/models.ts';
import { answerSkills } from '#spoor/query/questions/skills.ts';
import { answerTools } from '#spoor/query/questions/tools.ts';
import { toCells, toGroups } from '#spoor/query/columns/group-figures.ts';
import { select } from '#spoor/query/columns/select.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { agentSamples } from '../support/agent-stores.ts';
import { addSession, addTurn, buildWorld, buildWorldTurn, WORLD_START, type World } from './build-world.ts';
import { filterTurns, plainQuantile, readPlainTurns, type PlainSpan, type PlainTurn } from './plain-store.ts';
import { readingOf } from './reading-of.ts';

const DAY = 86_400_000;
/** After all that is in any store. */
const NOW = Date.now() + DAY;

const count = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length;
const distinct = (items: readonly unknown[]): number => new Set(items).size;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const isFailed = ({ outcome }: PlainSpan): boolean => outcome === 'error' || outcome === 'timeout';
const isNear = (a: number | undefined, b: number | undefined, what: string): void => {
  if (a === undefined || b === undefined) assert.equal(a, b, what);
  else assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)), `${what}: ${a} and ${b}`);
};

/** Compares every answer with what reading all spans says. */
function compareAll(store: SqliteStore, live: LiveColumns, filter: Filter): void {
  const columns = live.refresh();
  const turns = filterTurns(readPlainTurns(store), filter);
  const context = { columns, nowMillis: NOW, open: () => readingOf(store) };
  compareTools(answerTools(filter, context), turns);
  compareModels(answerModels(filter, context), turns, filter);
  compareSkills(answerSkills(filter, context), turns);
  compareGroup(toGroups(columns, toCells(columns, select(columns, filter)), 'all')[0], turns, filter);
}

function compareTools(answer: ReturnType<typeof answerTools>, turns: readonly PlainTurn[]): void {
  const calls = turns.flatMap((turn) => turn.spans.filter(({ kind }) => kind === 'tool').map((span) => ({ span, turn })));
  const names = [...new Set(calls.flatMap(({ span }) => span.tool ?? []))];
  assert.deepEqual(answer.rows.map(({ name }) => name).sort(), names.sort());
  for (const row of answer.rows) {
    const own = calls.filter(({ span }) => span.tool === row.name);
    const spans = own.map(({ span }) => span);
    const failed = count(spans, isFailed);
    const judged = failed + count(spans, ({ outcome }) => outcome === 'ok');
    assert.deepEqual([row.calls, row.sessions, row.errors, row.denied, row.cancelled],
      [own.length, distinct(own.map(({ turn }) => turn.top)), failed, count(spans, ({ outcome }) => outcome === 'denied'), count(spans, ({ outcome }) => outcome === 'cancelled')], row.name);
    isNear(row.errorRate, judged === 0 ? undefined : failed / judged, `${row.name} error rate`);
    const runs = spans.filter(({ outcome }) => outcome !== 'denied').flatMap(({ run }) => run ?? []);
    const waits = spans.flatMap(({ wait }) => (wait > 0 ? [wait] : []));
    for (const [spread, values] of [[row.run, runs], [row.wait, waits]] as const) {
      assert.equal(spread.count, values.length, row.name);
      isNear(spread.p50, plainQuantile(values, 0.5), `${row.name} p50`);
      isNear(spread.p95, plainQuantile(values, 0.95), `${row.name} p95`);
      if (values.length > 0) isNear(spread.sum, sum(values), `${row.name} sum`);
    }
  }
  assert.deepEqual([answer.totals.calls, answer.totals.errors, answer.totals.sessions, answer.totals.turns],
    [calls.length, count(calls, ({ span }) => isFailed(span)), distinct(turns.map(({ top }) => top)), count(turns, ({ top, session }) => top === session)]);
  assert.equal(sum(answer.callsPerSession.counts), answer.totals.sessions);
  assert.equal(sum(answer.sessionDuration.counts), distinct(turns.filter(({ top, session, millis }) => top === session && millis !== undefined).map(({ top }) => top)));
}

function compareModels(answer: ReturnType<typeof answerModels>, turns: readonly PlainTurn[], filter: Filter): void {
  const chats = turns.flatMap(({ spans, top }) => spans.filter(({ kind, model }) => kind === 'chat' && (!filter.model || filter.model.includes(model ?? ''))).map((span) => ({ span, top })));
  for (const row of answer.rows) {
    const own = chats.filter(({ span }) => (span.model ?? '') === row.model && span.values.provider === row.provider);
    assert.equal(row.requests, own.length, row.model);
    assert.equal(row.errors, count(own, ({ span }) => isFailed(span)), row.model);
    const usd = own.flatMap(({ span }) => span.values.cost?.usd ?? []);
    isNear(row.cost.usd, usd.length === 0 ? undefined : sum(usd), `${row.model} usd`);
    isNear(row.duration.p95, plainQuantile(own.flatMap(({ span: { run } }) => run ?? []), 0.95), `${row.model} p95`);
  }
  assert.equal(sum(answer.rows.map(({ requests }) => requests)), chats.length);
  const fits = (series: readonly (number | null)[], total: number | undefined): void => isNear(sum(series.map((one) => one ?? 0)), total ?? 0, 'a series adds up');
  if (filter.toMillis === undefined) fits(answer.series.usd, answer.totals.cost.usd);
}

function compareSkills(answer: ReturnType<typeof answerSkills>, turns: readonly PlainTurn[]): void {
  const loads = turns.flatMap(({ spans, top }) => spans.filter(({ kind, values, outcome }) => kind === 'tool' && outcome !== 'denied' && values.skillName !== undefined).map((span) => ({ span, top })));
  for (const { name, activations, sessions } of answer.rows.filter(({ trigger }) => trigger.user === 0)) {
    const own = loads.filter(({ span }) => span.values.skillName === name);
    assert.deepEqual([activations, sessions], [own.length, distinct(own.map(({ top }) => top))], name);
  }
  for (const { span } of loads) assert.ok(answer.rows.some(({ name }) => name === span.values.skillName));
}

/** Sums of the rows of turns: what `spoor sessions` adds up. */
function compareGroup(figures: GroupFigures | undefined, turns: readonly PlainTurn[], filter: Filter): void {
  if (turns.length === 0) return assert.equal(figures, undefined);
  assert.ok(figures);
  assert.deepEqual([figures.sessions, figures.turns, figures.toolCalls, figures.errors, figures.denied],
    [distinct(turns.map(({ top }) => top)), count(turns, ({ top, session }) => top === session), sum(turns.map(({ toolCalls }) => toolCalls)), sum(turns.map(({ spans }) => count(spans, (span) => span.kind === 'tool' && isFailed(span)))), sum(turns.map(({ denied }) => denied))]);
  const active = turns.filter(({ top, session }) => top === session).flatMap(({ millis }) => millis ?? []);
  isNear(figures.activeMillis, active.length === 0 ? undefined : sum(active), 'active');
  if (filter.model) return;
  for (const [name, key] of [['credits', 'credits'], ['usd', 'usd'], ['premiumRequests', 'premium']] as const) {
    const told = turns.flatMap((turn) => turn[key] ?? []);
    isNear(figures.cost[name], told.length === 0 ? undefined : sum(told), name);
  }
}

const FILTERS: Record<string, Filter> = {
  'no filter': {},
  'a time': { fromMillis: WORLD_START + 5 * DAY, toMillis: WORLD_START + 17 * DAY },
  'an agent': { agent: ['codex'] },
  'two agents': { agent: ['codex', 'kiro'] },
  'a project': { project: ['fox/den'] },
  'a project that is a folder': { project: ['burrow', 'wood'] },
  'a model': { model: ['oak-2'] },
  'a branch': { branch: ['next'] },
  'a tool': { tool: ['shell'] },
  'a skill': { skill: ['otter'] },
  'what nobody has': { agent: ['nobody'] },
  'all at once': { fromMillis: WORLD_START + DAY, agent: ['codex', 'kiro'], project: ['fox/den', 'fox/hole', 'wood'], model: ['oak-1', 'elm-mini'], branch: ['main', 'next'], tool: ['read'], skill: ['heron', 'otter'] },
};

function openWorld(t: { after(work: () => void): void }, seed = 1): { store: SqliteStore; world: World; live: LiveColumns } {
  const store = openMemoryStore();
  t.after(() => store.close());
  return { store, world: buildWorld(store, { seed }), live: createColumns(readingOf(store)) };
}

describe('the columns', () => {
  for (const [name, filter] of Object.entries(FILTERS)) {
    it(`say what the spans say: ${name}`, (t) => {
      const { store, live } = openWorld(t);
      compareAll(store, live, filter);
    });
  }

  for (const sample of agentSamples) {
    it(`say what the spans of ${sample.agent} say: ${sample.name}`, async (t) => {
      const { store } = await sample.fill(t);
      compareAll(store, createColumns(readingOf(store)), {});
    });
  }

  it('follow what is added, written anew, removed and forgotten', (t) => {
    const { store, world, live } = openWorld(t, 2);
    compareAll(store, live, {});
    for (let round = 0; round < 8; round++) {
      const session = world.sessions[round * 3];
      assert.ok(session);
      addTurn(store, world, session);
      addSession(store, world, 1000 + round);
      const [again, gone, forgotten] = [world.sessions[round * 3 + 1], world.sessions[round * 3 + 2], world.sessions[30 + round]];
      assert.ok(again && gone && forgotten);
      const { agent, sessionId, startMillis, nextBase, turns } = again;
      const rewritten = buildWorldTurn(world.draw, { agent, sessionId, index: turns - 1, startMillis: startMillis + (turns - 1) * 600_000, base: nextBase - 128 });
      store.saveTurn(rewritten.turn, rewritten.spans);
      const [turn] = store.readTurns(gone.agent, [gone.sessionId]);
      if (turn) store.removeTurn(turn.rootSpanId);
      store.forget(forgotten.agent, forgotten.sessionId);
      compareAll(store, live, {});
      compareAll(store, live, FILTERS['a time'] ?? {});
    }
  });

  it('hold more words than the narrow columns have room for', (t) => {
    const { store, world, live } = openWorld(t, 6);
    const { words, calls } = live.refresh();
    for (let number = 0; number < 70_000; number++) words.add(`word ${number}`);
    assert.equal(calls.of.tool.BYTES_PER_ELEMENT, 2);
    addSession(store, world, 2000);
    compareAll(store, live, {});
    assert.equal(calls.of.tool.BYTES_PER_ELEMENT, 4);
  });

  it('are the same when they are loaded anew', (t) => {
    const { store, world, live } = openWorld(t, 3);
    live.refresh();
    for (const session of world.sessions) addTurn(store, world, session);
    const context = (columns: LiveColumns): Parameters<typeof answerTools>[1] => ({ columns: columns.refresh(), nowMillis: NOW, open: () => readingOf(store) });
    const fresh = createColumns(readingOf(store));
    assert.deepEqual(answerTools({}, context(live)), answerTools({}, context(fresh)));
    assert.deepEqual(answerFigures({ fromMillis: WORLD_START }, context(live)), answerFigures({ fromMillis: WORLD_START }, context(fresh)));
  });

  it('keep what was counted when the texts and the spans of turns are let go of', (t) => {
    const { store, live } = openWorld(t, 4);
    const context = (): Parameters<typeof answerTools>[1] => ({ columns: live.refresh(), nowMillis: NOW, open: () => readingOf(store) });
    const before = [answerTools({}, context()), answerModels({}, context()), answerSkills({}, context())];
    for (const part of ['content', 'spans'] as const) {
      store.drop(part, { beforeUnixNano: BigInt(NOW) * 1_000_000n, untilMillis: performance.now() + 60_000 });
      assert.deepEqual([answerTools({}, context()), answerModels({}, context()), answerSkills({}, context())], before);
    }
    const fresh = createColumns(readingOf(store)).refresh();
    assert.deepEqual(answerTools({}, { ...context(), columns: fresh }), before[0]);
  });

  it('take what an older version wrote once its summaries are made, and its sums before that', (t) => {
    const { store, live } = openWorld(t, 5);
    store.database.sql('UPDATE turn SET summary = NULL').run();
    const columns = live.refresh();
    compareGroup(toGroups(columns, toCells(columns, select(columns, {})), 'all')[0], readPlainTurns(store), {});
    while (store.renewTurns(performance.now()));
    compareAll(store, live, {});
  });

  it('tell the window before apart', (t) => {
    const { store, live } = openWorld(t, 6);
    const [from, to] = [WORLD_START + 10 * DAY, WORLD_START + 20 * DAY];
    const context = { columns: live.refresh(), nowMillis: NOW, open: () => readingOf(store) };
    const now = answerTools({ fromMillis: from, toMillis: to }, context);
    const before = answerTools({ fromMillis: WORLD_START, toMillis: from }, context);
    for (const row of now.rows) {
      const old = before.rows.find(({ name }) => name === row.name);
      isNear(row.change.calls, old && row.calls / old.calls - 1, row.name);
      isNear(row.change.p95, old && old.run.p95 && row.run.p95 !== undefined ? row.run.p95 / old.run.p95 - 1 : undefined, row.name);
      assert.ok(row.trend.starts.length <= 60 && row.trend.starts[0] === from);
    }
  });
});
