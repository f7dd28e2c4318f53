/**
 * 200 random `kill -9` among hooks and collectors (which deliver) while sessions play. Afterwards every span that a finished hook
 * or the history tells of is in the store exactly once, and every one that is final and live is at the backend at least once.
 * Not part of `npm test`: it takes a minute. SPOOR_SEED repeats a run's choices (not its timing).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Span } from '#spoor/core/span.ts';
import { createLedger } from '#spoor/metrics/create-ledger.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { collectAll, killMany, openHuntingGround, playUntil, type HuntingGround } from './hunting-ground.ts';

const KILLS = 200;

/** A small generator with a seed: the choices of a failed run can be made again. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What tells two spans apart for good: call ids, answers, prompts. */
function namesOf(store: SqliteStore): string[] {
  const spans = store.listSessions({}).flatMap(({ sessionId }) => store.readSpans('kiro', sessionId));
  return spans.map((span) => `${span.sessionId} ${span.kind} ${span.values.toolCallId ?? span.values.responseId ?? `turn ${span.turnIndex}`} ${span.outcome}`).sort();
}

/** What the history alone tells, in a store of its own. */
async function importHistoryOf({ root }: HuntingGround): Promise<SqliteStore> {
  const told = openStore(':memory:');
  await importHistory({ store: told, environment: { home: root, env: {}, platform: process.platform }, agents, scrub: scrubFact, nowMillis: () => Date.now() + 3_600_000 });
  return told;
}

function assertHooksKept(ground: HuntingGround, store: SqliteStore): void {
  const finished = ground.runs.filter((run) => run.exitCode === 0 && run.pid !== undefined && !ground.killed.has(run.pid));
  assert.deepEqual(finished.filter((run) => run.stdout !== '' || run.stderr !== ''), []);
  const facts = store.readFacts('kiro', store.listSessions({}).map((session) => session.sessionId)).filter((fact) => fact.source === 'hook');
  const types = { userPromptSubmit: 'turn.started', preToolUse: 'tool.started', postToolUse: 'tool.ended', stop: 'turn.ended' };
  for (const [event, type] of Object.entries(types)) {
    const kept = facts.filter((fact) => fact.type === type).length;
    const most = ground.runs.filter((run) => run.event === event).length;
    const least = finished.filter((run) => run.event === event).length;
    assert.ok(kept >= least && kept <= most, `${event}: ${least} finished of ${most}, ${kept} kept`);
  }
}

/** Every span of a turn that hooks told of. */
function liveSpansOf(store: SqliteStore): Span[] {
  return store.listSessions({}).flatMap(({ sessionId }) => {
    const turns = new Set(store.readTurns('kiro', [sessionId]).filter((one) => one.live).map((one) => one.turnIndex));
    return store.readSpans('kiro', sessionId).filter((span) => turns.has(span.turnIndex));
  });
}

function assertDelivered({ backend }: HuntingGround, store: SqliteStore): void {
  const live = liveSpansOf(store);
  assert.ok(live.length > 0);
  const received = backend.spansById();
  assert.deepEqual(live.filter((span) => !received.has(span.spanId)).map((span) => `${span.sessionId} ${span.kind} ${span.spanId}`), []);
  assert.deepEqual(backend.problems, []);
}

/** Whoever was killed when: each span is counted once, on the own page and at the destination. */
function assertCounted({ metrics }: HuntingGround, store: SqliteStore): string {
  const live = liveSpansOf(store);
  const ofKind = (kind: Span['kind']): number => live.filter((span) => span.kind === kind).length;
  const wanted = { 'spoor.turns': ofKind('agent'), 'spoor.tool.calls': ofKind('tool'), 'spoor.model.requests': ofKind('chat'), 'spoor.sessions': new Set(live.map(({ sessionId }) => sessionId)).size };
  const series = createLedger(store.database).read('')?.series ?? [];
  const own = (name: string): number => series.filter(({ metric }) => metric === name).reduce((sum, { figure }) => sum + figure.sum, 0);
  const last = metrics.accepted.at(-1) ?? [];
  const sent = (name: string): number => last.filter(({ metric }) => metric === name).reduce((sum, { value }) => sum + value, 0);
  for (const [name, count] of Object.entries(wanted)) assert.deepEqual([own(name), sent(name)], [count, count], name);
  // Cumulative figures never fall, and begin when the first did.
  const turns = metrics.accepted.flatMap((points) => points.filter(({ metric }) => metric === 'spoor.tool.calls').reduce((sum, { value }) => sum + value, 0));
  assert.ok(turns.every((value, index) => value >= (turns[index - 1] ?? 0)), turns.join(' '));
  assert.equal(new Set(metrics.accepted.flat().map(({ from }) => from)).size, 1);
  return `${JSON.stringify(wanted)} counted, in ${metrics.accepted.length} requests`;
}

/** However often a span was sent, and by whichever collector: the same place in the same tree, each session's with its own span above it. */
function assertWhole({ backend, whole }: HuntingGround): void {
  const spans = whole.spansById();
  assert.deepEqual(whole.problems, []);
  for (const span of whole.spans()) assert.deepEqual([span.traceId, span.parentSpanId], [spans.get(span.spanId)?.traceId, spans.get(span.spanId)?.parentSpanId]);
  const roots = [...spans.values()].filter(({ parentSpanId }) => parentSpanId === undefined);
  assert.ok(roots.every(({ name }) => name === 'agent_session kiro'));
  assert.deepEqual([...spans.values()].filter(({ parentSpanId }) => parentSpanId !== undefined && !spans.has(parentSpanId)).map(({ name }) => name), []);
  const sessions = new Set([...spans.values()].map(({ attributes }) => attributes['session.id']));
  assert.equal(new Set([...spans.values()].map(({ traceId }) => traceId)).size, sessions.size);
  const neutral = [...spans.values()].filter(({ name }) => !/^(agent_session|tools\/call) /.test(name));
  assert.equal(neutral.length, backend.spansById().size);
}

test(`${KILLS} kills while sessions play: nothing is lost, nothing is there twice`, async (t) => {
  const seed = Number(process.env.SPOOR_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`SPOOR_SEED=${seed}`);
  const ground = await openHuntingGround();
  t.after(() => ground.close());
  let isOver = false;
  const lanes = [0, 1, 2].map((lane) => playUntil(ground, lane, () => isOver));
  const kills = await killMany(ground, KILLS, createRandom(seed));
  isOver = true;
  await Promise.all(lanes);
  t.diagnostic(`${kills.hooks} hooks and ${kills.collectors} collectors killed, ${ground.runs.length} hooks run`);
  assert.equal(await collectAll(ground, Date.now() + 60_000), 0, 'everything was collected, closed and delivered in the end');

  const store = openStore(ground.home.database);
  t.after(() => store.close());
  const told = await importHistoryOf(ground);
  t.after(() => told.close());
  assert.deepEqual(namesOf(store), namesOf(told), 'the store holds exactly what the history tells');
  assertHooksKept(ground, store);
  assertDelivered(ground, store);
  assertWhole(ground);
  t.diagnostic(assertCounted(ground, store));
  t.diagnostic(`${new Set(ground.whole.spans().map(({ traceId }) => traceId)).size} traces of sessions, ${[...ground.whole.spansById().values()].filter(({ name }) => name.startsWith('agent_session')).length} agent_session spans`);
});
