/** Destinations with one trace a session, beside those with one a turn. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Fact } from '#spoor/core/fact.ts';
import { toPermissionSpanId } from '#spoor/core/ids.ts';
import type { Span } from '#spoor/core/span.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSession, idOf, traceOf } from '../store/builders.ts';
import { busy, createStages, destinationOf, NOW, success, type Stage } from './delivery-stage.ts';
import { checkTree, close, envelopesOf, MINUTE, nanoAt, put, SESSION, SPAWN, TURN, turnAt, wireOf } from './session-trace-stage.ts';

const open = createStages();

function openBoth(): Stage {
  const stage = open([TURN, SESSION]);
  stage.store.saveSession(buildSession({ startUnixNano: nanoAt(0), model: 'model-1' }));
  return stage;
}

describe('one trace a session', () => {
  it('has an agent_session span when the agent has gone, behind all it holds; the other destination never sees it', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    put(stage, turnAt(20, 2));
    await stage.flush();
    assert.equal(envelopesOf(stage).length, 0);
    assert.equal(close(stage, { running: true }), 0, 'its agent is there');
    assert.equal(close(stage, { running: false }), 1);
    assert.equal(close(stage, { running: false }), 0);
    await stage.flush();
    const whole = wireOf(stage, 'whole');
    checkTree(whole);
    assert.equal(whole.length, 7);
    const [envelope] = envelopesOf(stage);
    assert.equal(whole.at(-1), envelope);
    assert.deepEqual([envelope?.name, envelope?.kind, envelope?.startUnixNano, envelope?.endUnixNano], ['agent_session kiro', 1, nanoAt(0), nanoAt(3)]);
    assert.equal(envelope?.traceId.slice(0, 8), Math.floor(NOW / 1000).toString(16));
    assert.deepEqual(new Set(whole.map(({ traceId }) => traceId)), new Set([envelope?.traceId]));
    const attributes = Object.fromEntries(['gen_ai.provider.name', 'gen_ai.system', 'gen_ai.request.model', 'gen_ai.conversation.id', 'session.id', 'spoor.outcome', 'gen_ai.operation.name'].map((name) => [name, envelope?.attributes[name]]));
    assert.deepEqual(attributes, { 'gen_ai.provider.name': 'kiro', 'gen_ai.system': 'kiro', 'gen_ai.request.model': 'model-20', 'gen_ai.conversation.id': 's1', 'session.id': 's1', 'spoor.outcome': 'ok', 'gen_ai.operation.name': undefined });
    const neutral = (spans: readonly { traceId: string; spanId: string }[]): string[] => spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`).sort();
    assert.deepEqual(neutral(wireOf(stage, 'a')), neutral([...turnAt(10, 0), ...turnAt(20, 2)]));
    assert.equal(envelopesOf(stage, 'a').length, 0);
    assert.equal(stage.store.readSpans('kiro', 's1').length, 6, 'what people see has no more spans than before');
    assert.equal(stage.store.readTotals().pendingSpans, 0);
  });

  it('stays open while a turn of it or of a subagent goes on, and for 30 minutes where nobody tells whether the agent is there', async () => {
    const stage = openBoth();
    stage.store.saveSession({ agent: 'kiro', sessionId: 'child', parent: { sessionId: 's1', relation: 'subagent' } });
    put(stage, turnAt(10, 0));
    const [root, ...rest] = turnAt(20, 1, { sessionId: 'child', traceId: traceOf(10), parentSpanId: idOf(12) });
    put(stage, [{ ...(root as Span), final: false, endUnixNano: undefined }, ...rest], { settled: false });
    stage.clock.now += 3 * 60 * MINUTE;
    assert.equal(close(stage, { running: false }), 0);
    put(stage, [root as Span, ...rest]);
    stage.clock.now = NOW + 20 * MINUTE;
    assert.equal(close(stage), 0);
    stage.clock.now = NOW + 33 * MINUTE;
    assert.equal(close(stage), 1);
    await stage.flush();
    checkTree(wireOf(stage, 'whole'));
    assert.deepEqual(new Set(wireOf(stage, 'whole').map(({ attributes }) => attributes['session.id'])), new Set(['s1']));
    assert.equal(new Set(wireOf(stage, 'whole').map(({ traceId }) => traceId)).size, 1);
  });

  it('a session that is resumed goes on in its trace, under a second envelope', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    close(stage, { running: false });
    await stage.flush();
    put(stage, turnAt(20, 50));
    await stage.flush();
    close(stage, { running: false });
    await stage.flush();
    const [first, second, ...more] = envelopesOf(stage);
    assert.equal(more.length, 0);
    assert.equal(second?.traceId, first?.traceId);
    assert.deepEqual([second?.startUnixNano, second?.endUnixNano], [nanoAt(50), nanoAt(51)]);
    checkTree(wireOf(stage, 'whole'));
    assert.equal(wireOf(stage, 'whole').filter(({ parentSpanId }) => parentSpanId === second?.spanId).length, 1);
  });

  it('a turn that is told of late, of a time that is closed, stands where it was', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    put(stage, turnAt(30, 5));
    close(stage, { running: false });
    put(stage, turnAt(20, 3));
    close(stage, { running: false });
    await stage.flush();
    assert.equal(envelopesOf(stage).length, 1);
    checkTree(wireOf(stage, 'whole'));
    assert.equal(wireOf(stage, 'whole').length, 10);
  });

  it('is the same after a crash between any two steps', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-session-trace-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const run = async (name: string, crashes: ReadonlySet<number>): Promise<unknown[]> => {
      const path = join(folder, name);
      const taken: unknown[] = [];
      let store: SqliteStore | undefined;
      let stage: Stage | undefined;
      const reopen = async (): Promise<Stage> => {
        if (stage) taken.push(...wireOf(stage, 'whole').map(({ traceId, spanId, parentSpanId, name: of }) => [of, traceId, spanId, parentSpanId]));
        await stage?.close();
        store = openStore(path);
        stage = open([TURN, SESSION], {}, store);
        return stage;
      };
      await reopen();
      (stage as unknown as Stage).store.saveSession(buildSession({ startUnixNano: nanoAt(0) }));
      const steps: ((on: Stage) => unknown)[] = [
        (on) => put(on, turnAt(10, 0)), (on) => on.flush(), (on) => put(on, turnAt(20, 2)), (on) => close(on, { running: false }), (on) => on.flush(),
        (on) => put(on, turnAt(30, 90)), (on) => close(on, { running: true }), (on) => on.flush(), (on) => close(on, { running: false }), (on) => on.flush(),
      ];
      for (const [index, step] of steps.entries()) {
        if (crashes.has(index)) await reopen();
        await step(stage as unknown as Stage);
      }
      await reopen();
      return taken.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    };
    const whole = await run('whole.db', new Set());
    assert.equal(whole.length, 11);
    for (let index = 1; index < 10; index += 1) assert.deepEqual(await run(`crash-${index}.db`, new Set([index])), whole);
    assert.deepEqual(await run('always.db', new Set(Array.from({ length: 10 }, (_, index) => index))), whole);
  });

  it('only who got some of it gets its envelope; one that was down gets all of it when it is back', async () => {
    const stage = open([SESSION, destinationOf('later', { trace: 'session', addedMillis: NOW + 10 * MINUTE }), TURN]);
    stage.backends.answer('whole', () => busy);
    put(stage, turnAt(10, 0));
    await stage.flush();
    close(stage, { running: false });
    await stage.flush();
    stage.backends.answer('whole', () => success);
    await stage.flush(true);
    assert.deepEqual([stage.backends.taken('whole').length, stage.status('whole').waiting], [4, 0]);
    assert.equal(stage.requests.filter(({ destination }) => destination === 'later').length, 0);
  });

  it('a destination that is told to group otherwise sends what waits for it so', async () => {
    const stage = open([TURN]);
    stage.backends.answer('a', () => busy);
    put(stage, turnAt(10, 0));
    await stage.flush();
    await stage.become([{ ...TURN, trace: 'session' }]);
    stage.backends.answer('a', () => success);
    await stage.flush(true);
    close(stage, { running: false });
    await stage.flush();
    const taken = stage.backends.taken('a');
    checkTree(wireOf(stage, 'a').slice(-4));
    assert.equal(taken.length, 4);
  });

  it('an envelope that waits is nothing to a destination that was told to group by turn since', async () => {
    const stage = open([SESSION]);
    put(stage, turnAt(10, 0));
    await stage.flush();
    stage.backends.answer('whole', () => busy);
    close(stage, { running: false });
    await stage.flush();
    await stage.become([destinationOf('whole')]);
    stage.backends.answer('whole', () => success);
    await stage.flush(true);
    assert.deepEqual([stage.status('whole').waiting, stage.backends.taken('whole').length], [0, 3]);
  });

  it('a destination that is not configured while the session is closed gets its envelope when it is again', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    await stage.flush();
    await stage.become([TURN]);
    assert.equal(close(stage, { running: false }), 1);
    await stage.become([TURN, SESSION]);
    await stage.flush();
    assert.equal(stage.backends.taken('whole').length, 4);
  });

  it('a headless run is part of the trace it was started in; a session with a person only leads there', async () => {
    for (const isHeadless of [true, false]) {
      const remote = { traceId: 'c'.repeat(32), spanId: 'c'.repeat(16), traceState: 'v=1' };
      const stage = open([TURN, SESSION]);
      stage.store.saveShell('own', { remoteParent: { ...remote, isHeadless } });
      stage.store.saveShell('other', { remoteParent: { ...remote, traceId: 'd'.repeat(32), isHeadless } });
      put(stage, turnAt(10, 0), { shell: 'own' });
      put(stage, turnAt(20, 1), { shell: 'other' });
      close(stage, { running: false });
      await stage.flush();
      const [envelope] = envelopesOf(stage);
      const turn = wireOf(stage, 'a').find(({ name }) => name.startsWith('invoke_agent'));
      for (const root of [envelope, turn]) assert.deepEqual([root?.parentSpanId, root?.links.map(({ spanId }) => spanId)], isHeadless ? [remote.spanId, []] : [undefined, [remote.spanId]]);
      assert.deepEqual([envelope?.traceState, envelope?.links[0]?.traceState], isHeadless ? [remote.traceState, undefined] : [undefined, remote.traceState]);
      // One trace a session is that of its first turn; one trace a turn is each turn's own.
      const traces = (destination: string): string[] => [...new Set(wireOf(stage, destination).map(({ traceId }) => traceId))];
      assert.equal(traces('whole').length, 1);
      assert.equal(traces('whole')[0] === remote.traceId, isHeadless);
      assert.deepEqual(traces('a').sort(), isHeadless ? [remote.traceId, 'd'.repeat(32)] : [traceOf(10), traceOf(20)].sort());
    }
  });

  it('the request of an MCP call runs from when a person had allowed it', async () => {
    const stage = open([destinationOf('whole', { trace: 'session', mcpSpan: 'child' }), destinationOf('a', { mcpSpan: 'child' })]);
    const [root, chat, tool] = turnAt(10, 0) as [Span, Span, Span];
    const call: Span = { ...tool, values: { toolName: 'reeds___count', mcpServer: 'reeds', mcpTool: 'count' } };
    const wait: Span = { ...tool, kind: 'permission', spanId: toPermissionSpanId(call.spanId), parentSpanId: call.spanId, endUnixNano: call.startUnixNano + 7n, values: { decision: 'approved' }, keys: [] };
    put(stage, [root, chat, call, wait]);
    await stage.flush();
    for (const destination of ['whole', 'a']) {
      const wire = wireOf(stage, destination);
      const request = wire.find(({ name }) => name === 'tools/call count');
      assert.deepEqual([request?.startUnixNano, request?.endUnixNano], [call.startUnixNano + 7n, call.endUnixNano]);
      assert.equal(wire.find(({ spanId }) => spanId === request?.parentSpanId)?.name, 'execute_tool reeds___count');
    }
  });

  it('goes with its session when that is forgotten', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    stage.store.forget('kiro', 's1');
    assert.equal(close(stage, { running: false }), 0);
    await stage.flush();
    assert.equal(stage.requests.length, 0);
  });
});

describe('a new trace from each start of the agent', () => {
  const spawnAt = (minute: number): Fact => ({ agent: 'kiro', sessionId: 's1', source: 'hook', type: 'session.seen', key: `process:${minute}`, order: 0, process: { change: 'began', unixNano: nanoAt(minute) } });

  it('begins where it is wanted, with the second of that start; elsewhere the session stays one', async () => {
    const stage = open([SESSION, SPAWN]);
    stage.store.addFacts([spawnAt(-1)]);
    put(stage, turnAt(10, 0));
    stage.store.addFacts([spawnAt(4)]);
    put(stage, turnAt(20, 5));
    put(stage, turnAt(30, 7));
    assert.equal(close(stage, { running: true }), 1, 'the trace of the first process is over');
    stage.clock.now += 60 * MINUTE;
    assert.equal(close(stage, { running: true }), 2);
    await stage.flush();
    assert.equal(envelopesOf(stage).length, 1);
    const spawned = envelopesOf(stage, 'spawned');
    assert.deepEqual(spawned.map(({ startUnixNano, endUnixNano }) => [startUnixNano, endUnixNano]), [[nanoAt(0), nanoAt(1)], [nanoAt(5), nanoAt(8)]]);
    const seconds = (minute: number): string => (NOW / 1000 + minute * 60).toString(16);
    assert.deepEqual(spawned.map(({ traceId }) => traceId.slice(0, 8)), [seconds(-1), seconds(4)]);
    assert.equal(new Set(spawned.map(({ traceId }) => traceId.slice(8))).size, 2);
    checkTree(wireOf(stage, 'spawned'));
    checkTree(wireOf(stage, 'whole'));
    const ids = new Set(wireOf(stage, 'whole').map(({ spanId }) => spanId));
    assert.ok(!wireOf(stage, 'spawned').some(({ spanId }) => ids.has(spanId)));
  });

  it('an end that the agent told closes the session where nothing else does', async () => {
    const stage = openBoth();
    put(stage, turnAt(10, 0));
    stage.clock.now += MINUTE;
    const ended: Fact = { agent: 'kiro', sessionId: 's1', source: 'hook', type: 'session.seen', key: 'process:end', order: 0, process: { change: 'ended', unixNano: nanoAt(2) } };
    assert.equal(close(stage), 0);
    stage.store.addFacts([ended]);
    assert.equal(close(stage), 1);
  });
});
