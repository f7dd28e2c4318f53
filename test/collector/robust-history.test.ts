import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toJson } from '#spoor/core/json.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { answerRecord, finish, history, importAll, nowSeconds, openTraced, prompt, promptRecord, resultRecord, sessionsOf, sidecarOf, spool, step, stop, turnMetadata } from '../support/spooled.ts';

const now = nowSeconds;
const told = (traced: TracedHome): unknown[] => traced.store.readSpans('kiro', 's').map((span) => [span.spanId, span.outcome, span.values.turnCredits ?? span.values.credits, span.final, span.changed]);

/** A live turn, settled by its history, which says that it failed. */
function playFailedTurn(traced: TracedHome): string {
  spool(traced, prompt('s', 'one'));
  spool(traced, stop('s'));
  const ended = { ...turnMetadata(['p1', 'a1'], { endSeconds: now + 1, seconds: 1, credits: [0.25] }), end_reason: 'Error', result: { Err: { Stream: {} } } };
  const sidecar = JSON.stringify(sidecarOf('s', [ended]));
  history(traced, 's', [promptRecord('p1', 'one', now), answerRecord('a1', 'done')], sidecar);
  step(traced);
  return sidecar;
}

for (const how of ['half-written', 'deleted'] as const) {
  test(`a sidecar that is ${how} takes nothing from final spans, now or later`, (t) => {
    const traced = openTraced(t);
    const sidecar = playFailedTurn(traced);
    const before = told(traced);
    if (how === 'deleted') rmSync(join(sessionsOf(traced), 's.json'));
    else writeFileSync(join(sessionsOf(traced), 's.json'), sidecar.slice(0, 300));
    spool(traced, { hook_event_name: 'agentSpawn', session_id: 's' });
    step(traced);
    assert.deepEqual(told(traced), before);
    finish(traced);
    assert.deepEqual(told(traced), before);
    assert.equal(traced.store.nextDueMillis(), undefined, 'what is torn for good is not waited for');
  });
}

test('a sidecar that is torn at its first sight is waited for, and then done without', (t) => {
  const traced = openTraced(t);
  history(traced, 's', [promptRecord('p1', 'one', now), answerRecord('a1', 'done')], '{"session_id":"s","cw');
  spool(traced, prompt('s', 'one'));
  step(traced);
  assert.deepEqual(told(traced), []);
  assert.ok((traced.store.nextDueMillis() ?? Infinity) <= Date.now() + 200);
  traced.passTime(11_000);
  step(traced);
  assert.equal(traced.store.listSessions({})[0]?.modelCalls, 1);
  assert.ok(traced.store.readProblems().some(({ code }) => code === 'bad-sidecar'));
});

test('imported turns stay when the records go and the sidecar does not', async (t) => {
  const traced = openTraced(t);
  const ended = turnMetadata(['p1', 'a1', 'r1', 'a2'], { endSeconds: now - 8900, seconds: 100, credits: [1, 2] });
  const records = [promptRecord('p1', 'first', now - 9000), answerRecord('a1', '', [['c1', 'shell', { command: 'ls' }]]), resultRecord('r1', [['c1', 'x']]), answerRecord('a2', 'done')];
  history(traced, 's', records, sidecarOf('s', [ended]));
  await importAll(traced);
  rmSync(join(sessionsOf(traced), 's.jsonl'));
  writeFileSync(join(sessionsOf(traced), 's.json'), `${JSON.stringify(sidecarOf('s', [ended]))} `);
  await importAll(traced);
  assert.equal(traced.store.listSessions({})[0]?.toolCalls, 1);
  assert.equal(traced.store.readSpans('kiro', 's').filter((span) => span.kind === 'agent').length, 1);
});

test('a live turn that an import finds settled is left to the collector, which delivers it', async (t) => {
  const traced = openTraced(t);
  spool(traced, prompt('s', 'go'));
  spool(traced, stop('s'));
  step(traced);
  history(traced, 's', [promptRecord('p1', 'go', now), answerRecord('a1', 'done')], sidecarOf('s', [turnMetadata(['p1', 'a1'], { endSeconds: now + 1, seconds: 1, credits: [0.1] })]));
  await importAll(traced);
  assert.deepEqual(traced.store.readSpans('kiro', 's').filter((span) => span.final), []);
  assert.ok((traced.store.nextDueMillis() ?? Infinity) <= Date.now());
  step(traced);
  assert.equal(traced.delivered.length, 2);
  await importAll(traced);
  const again = await importAll(traced);
  assert.equal(again.agents[0]?.read, 0, 'what is settled is not read again');
});

test('an error type is no place for a secret', (t) => {
  const traced = openTraced(t);
  const ended = { ...turnMetadata(['p1'], { endSeconds: now, seconds: 1, credits: [] }), end_reason: 'x', result: { Err: { 'password=hunter2hunter2': 1 } } };
  history(traced, 's', [promptRecord('p1', 'x', now)], sidecarOf('s', [ended]));
  spool(traced, prompt('s', 'x'));
  finish(traced);
  const values = traced.store.readSpans('kiro', 's').map((span) => span.values);
  assert.equal(values[0]?.errorType, 'agent_error');
  assert.doesNotMatch(toJson(values), /hunter2/);
});

test('no problem’s detail carries what a payload or a record says', (t) => {
  const traced = openTraced(t);
  spool(traced, { hook_event_name: 'hunter2 is my password', session_id: 's' });
  history(traced, 's', [{ kind: 'hunter2 is my password' }]);
  spool(traced, prompt('s', 'x'));
  finish(traced);
  const problems = traced.store.readProblems();
  assert.deepEqual(problems.map(({ code }) => code), ['unknown-hook-event', 'unknown-record']);
  assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
});

test('every key of a stored span leads to it, also when an older turn takes its place', (t) => {
  const traced = openTraced(t);
  spool(traced, prompt('s', 'continue'));
  step(traced);
  const ended = turnMetadata(['p0', 'a0'], { endSeconds: now - 2999, seconds: 1, credits: [1] });
  history(traced, 's', [promptRecord('p0', 'continue', now - 3000), answerRecord('a0', 'x'), promptRecord('p1', 'continue', now), answerRecord('a1', 'y')], sidecarOf('s', [ended]));
  spool(traced, stop('s'));
  step(traced);
  for (const span of traced.store.readSpans('kiro', 's')) for (const key of span.keys) assert.equal(traced.store.lookup('kiro', key)?.spanId, span.spanId, key);
});

test('a subagent of a forgotten session is forgotten too', (t) => {
  const traced = openTraced(t);
  spool(traced, prompt('par', 'go'));
  step(traced);
  traced.store.forget('kiro', 'par');
  spool(traced, prompt('kid', 'what its parent said'), { KIRO_SESSION_ID: 'par' });
  step(traced);
  assert.deepEqual(traced.store.listSessions({}), []);
  assert.deepEqual(traced.store.readFacts('kiro', ['kid']), []);
  assert.equal(traced.store.isForgotten('kiro', 'kid'), true);
});
