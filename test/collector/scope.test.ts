/** Which sessions a destination gets: when a span is put in, and again when it is sent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findRefusal, type Scope } from '#spoor/collector/delivery/scope.ts';
import { toSettingsFor } from '#spoor/collector/delivery/settings-for.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { buildSpan, buildTurn } from '../store/builders.ts';
import { createStages, destinationOf, type Stage } from './delivery-stage.ts';

const CASES: readonly [Scope, { agent?: string; cwd?: string }, boolean, boolean?][] = [
  [{}, {}, true],
  [{ agents: ['kiro'] }, { cwd: '/a' }, true],
  [{ agents: ['codex'] }, { cwd: '/a' }, false],
  [{ folders: ['/work'] }, { cwd: '/work/shop' }, true],
  [{ folders: ['/work'] }, { cwd: '/workshop' }, false],
  [{ folders: ['/work'] }, {}, false, true],
  [{ folders: ['/work'], exclude: ['/work/own'] }, { cwd: '/work/own/notes' }, false],
  [{ folders: ['/work'] }, { cwd: '/work/../home' }, false],
  [{ exclude: ['/own'] }, { cwd: '/other' }, true],
  [{ exclude: ['/own'] }, {}, false, true],
  [{ excludeAll: ['/own'] }, { cwd: '/own' }, false],
  [{ excludeAll: ['/own'] }, { cwd: '/other' }, true],
  [{ excludeAll: ['/'] }, { cwd: 'C:\\work' }, false],
  [{ exclude: ['C:\\Own'] }, { cwd: 'c:/own/x' }, false],
];

for (const [scope, { agent = 'kiro', cwd }, isWanted, isUnknown] of CASES) {
  test(`${JSON.stringify(scope)} and ${cwd ?? 'no folder'}`, () => {
    const refusal = findRefusal(scope, { agent, ...(cwd === undefined ? {} : { cwd }) });
    assert.equal(refusal === undefined, isWanted);
    assert.equal(refusal?.isUnknown, isUnknown);
    if (cwd && refusal) assert.ok(!refusal.reason.includes(cwd), 'a folder is content');
  });
}

describe('along the way', () => {
  const openStage = createStages();
  const store = (cwd?: string): ReturnType<typeof openMemoryStore> => {
    const made = openMemoryStore();
    const { agent, sessionId } = buildSpan(1);
    made.saveSession({ agent, sessionId, ...(cwd === undefined ? {} : { cwd }) });
    return made;
  };
  const sentTo = (stage: Stage, name = 'a'): number => stage.backends.taken(name).length;

  test('what a destination does not get is not put in for it, and others get it', async () => {
    const stage = openStage([destinationOf('a', { exclude: ['/own'] }), destinationOf('b'), destinationOf('c', { folders: ['/own'] })], {}, store('/own/notes'));
    stage.put(1, 2);
    await stage.flush();
    assert.deepEqual([sentTo(stage, 'a'), sentTo(stage, 'b'), sentTo(stage, 'c')], [0, 2, 2]);
    assert.deepEqual([stage.status('a').waiting, stage.status('a').setAside], [0, 0]);
  });

  test('a folder that leaves for nowhere: neither for a shell\'s own destination', async () => {
    const stage = openStage([destinationOf('a')], { exclude: ['/own'] }, store('/own'));
    stage.delivery.addDestination(destinationOf('env:0000000000000000'));
    stage.put(1);
    stage.delivery.enqueueFor('env:0000000000000000', [buildSpan(1)]);
    await stage.flush();
    assert.equal(stage.requests.length, 0);
  });

  test('settings that changed since: what waits is set aside with the reason, not sent', async () => {
    const stage = openStage([destinationOf('a')], {}, store('/own'));
    stage.put(1, 2);
    await stage.become([destinationOf('a', { exclude: ['/own'] })]);
    await stage.flush();
    assert.equal(sentTo(stage), 0);
    assert.deepEqual([stage.status().waiting, stage.status().setAside], [0, 2]);
    assert.match(stage.status().setAsideError ?? '', /excludes its folder/);
  });

  test('a folder that is not known yet: put in, and sent only if it is known by then', async () => {
    const made = store();
    const stage = openStage([destinationOf('a', { exclude: ['/own'] })], {}, made);
    stage.put(1);
    const { agent, sessionId } = buildSpan(1);
    made.saveSession({ agent, sessionId, cwd: '/other' });
    await stage.flush();
    assert.equal(sentTo(stage), 1);
    const unknown = openStage([destinationOf('a', { folders: ['/work'] })], {}, store());
    unknown.put(1);
    await unknown.flush();
    assert.equal(sentTo(unknown), 0);
    assert.match(unknown.status().setAsideError ?? '', /is not known/);
  });

  test('a folder that is not known yet, of a turn that goes on: waits for it, an hour at most', async () => {
    const made = store();
    const stage = openStage([destinationOf('a', { exclude: ['/own'] })], {}, made);
    const put = (number: number): void => {
      made.saveTurn(buildTurn(number, { settled: false }), [buildSpan(number)]);
      stage.delivery.enqueue([buildSpan(number)], stage.clock.now);
    };
    put(1);
    stage.delivery.start();
    await stage.pass(10);
    await stage.flush(true);
    const { waiting, setAside, backoff } = stage.status();
    assert.deepEqual([sentTo(stage), waiting, setAside, backoff, stage.delivery.isBusy()], [0, 1, 0, undefined, false]);
    const { agent, sessionId } = buildSpan(1);
    made.saveSession({ agent, sessionId, cwd: '/other' });
    await stage.pass(10_000);
    assert.equal(sentTo(stage), 1);

    await stage.become([destinationOf('b', { folders: ['/work'] })]);
    made.saveTurn(buildTurn(2, { settled: false, sessionId: 's2' }), [buildSpan(2, { sessionId: 's2' })]);
    stage.delivery.enqueue([buildSpan(2, { sessionId: 's2' })], stage.clock.now);
    stage.delivery.start();
    for (let minute = 0; minute < 59; minute += 1) await stage.pass(60_000);
    assert.deepEqual([stage.status('b').waiting, stage.status('b').setAside], [1, 0]);
    await stage.pass(60_000);
    assert.deepEqual([stage.status('b').waiting, stage.status('b').setAside], [0, 1]);
    assert.equal(sentTo(stage, 'b'), 0);
  });

  test('a subagent follows the session at the top', async () => {
    const made = openMemoryStore();
    const { agent, sessionId } = buildSpan(1);
    made.saveSession({ agent, sessionId, cwd: '/elsewhere', parent: { sessionId: 'top', relation: 'subagent' } });
    made.saveSession({ agent, sessionId: 'top', cwd: '/own' });
    const stage = openStage([destinationOf('a', { exclude: ['/own'] }), destinationOf('b', { exclude: ['/elsewhere'] })], {}, made);
    made.saveTurn(buildTurn(1), [buildSpan(1)]);
    stage.delivery.enqueue([buildSpan(1)], stage.clock.now);
    await stage.flush();
    assert.deepEqual([sentTo(stage, 'a'), sentTo(stage, 'b')], [0, 1]);
  });

  test('a closed delivery keeps what becomes final, and sends it once it is open', async () => {
    const made = store('/a');
    const closed = openStage([destinationOf('a')], { isClosed: true }, made);
    closed.put(1);
    await closed.flush();
    assert.equal(closed.requests.length, 0);
    assert.equal(closed.status().waiting, 1);
  });
});

test('rules: what one takes out is taken out beside the destination\'s own; one that cannot be read seals', () => {
  const own = { name: 'own', pattern: 'x' };
  const ruled = { name: 'ruled', pattern: 'y' };
  const settings = toSettingsFor(destinationOf('a', {
    sharing: { content: toContentPolicy('full'), redact: [own] },
    rules: [{ folders: ['/own'], content: { prompt: 'none' }, redact: [ruled] }, { agents: ['codex'], isSealed: true }],
  }), {});
  assert.deepEqual(settings({ agent: 'kiro', cwd: '/other' }).sharing.redact, [own]);
  const inOwn = settings({ agent: 'kiro', cwd: '/own/x' }).sharing;
  assert.deepEqual([inOwn.redact, inOwn.content.prompt, inOwn.content.answer], [[own, ruled], 'none', 'full']);
  assert.equal(settings({ agent: 'codex', cwd: '/other' }).sharing.isSealed, true);
});
