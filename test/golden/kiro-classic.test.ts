/** What only V1 needs: hooks without a session in processes of their own, a row that forgets, a fold of sessions that were made up. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { playInProcesses } from '../stand-in/launch.ts';
import { playSession } from '../stand-in/play-session.ts';
import { anonymous, anonymousTwins } from '../stand-in/scenarios/classic.ts';
import { shell, turn, type SessionScript } from '../stand-in/script.ts';
import { databaseOf, loadConversation, saveConversation } from '../stand-in/v1/conversation-row.ts';
import { collectAll, createTracedHome, importInto, playScenario } from './traced-home.ts';
import { toTreeText } from './tree-text.ts';

test('two runs at once whose hooks tell no session: two sessions, each with its own calls, and nothing made up is left', async (t) => {
  const traced = createTracedHome({ hooked: true });
  t.after(() => traced.close());
  await Promise.all(anonymousTwins.sessions.map((script) => playInProcesses(script, { home: traced.root })));
  collectAll(traced);
  assert.deepEqual(traced.pipeline.problems.list(), []);
  const live = toTreeText(traced.store, { clocks: false });
  const sessions = traced.store.listSessions({});
  assert.deepEqual(sessions.map((session) => [session.turns, session.toolCalls, session.modelCalls, session.pending]), [[1, 1, 2, 0], [1, 1, 2, 0]]);
  const turns = traced.store.readTurns('kiro', sessions.map((session) => session.sessionId));
  assert.deepEqual(turns.map((one) => [one.live, one.hasHistory, one.settled]), [[true, true, true], [true, true, true]]);
  const empty = openStore(':memory:');
  t.after(() => empty.close());
  await importInto(traced, empty);
  assert.equal(toTreeText(empty, { clocks: false }), live);
});

test('a turn that was delivered before its row came keeps its ids in the session it turns out to be of', async (t) => {
  const traced = createTracedHome({ hooked: true });
  t.after(() => traced.close());
  let sent: string[] = [];
  const [script] = anonymous.sessions;
  assert.ok(script);
  const late: SessionScript = { ...script, v1: { tellsSession: false }, steps: [turn('Dig slowly.', [{ tools: [shell('dig', 'deep\n')] }, { text: 'Dug.' }]), turn('And now?', [{ text: 'Done.' }])] };
  await playScenario({ name: 'late', shows: '', sessions: [late] }, traced, () => {
    traced.pipeline.step();
    traced.passTime(31 * 60_000);
    traced.pipeline.step();
    sent = traced.delivered.map((span) => span.spanId);
  });
  assert.ok(sent.length > 0, 'silence closed the turn under the name that was made up');
  collectAll(traced);
  const sessions = traced.store.listSessions({});
  assert.deepEqual(sessions.map((session) => session.turns), [2]);
  const ids = new Set(sessions.flatMap(({ sessionId }) => traced.store.readSpans('kiro', sessionId)).map((span) => span.spanId));
  assert.deepEqual(sent.filter((id) => !ids.has(id)), []);
  assert.equal(new Set(traced.delivered.map((span) => span.spanId)).size, traced.delivered.length);
});

test('credits that the row forgets with the next turn are kept, live and by imports', async (t) => {
  const traced = createTracedHome({ hooked: true });
  t.after(() => traced.close());
  const imported = openStore(':memory:');
  t.after(() => imported.close());
  const steps: SessionScript['steps'] = [0.25, 0.5, 0.125].flatMap((credits, index) => [turn(`Dig ${index}.`, [{ text: 'Dug.', credits }]), { step: 'call', name: 'pause' } as const]);
  const script: SessionScript = { seed: 'classic-credit-mole', v1: {}, steps };
  // The person thinks: longer than the collector waits between two looks at a turn that has stopped.
  const pause = async (): Promise<void> => {
    traced.passTime(1000);
    traced.pipeline.step();
    await importInto(traced, imported);
  };
  await playSession(script, { home: traced.root, onHookStart: () => void traced.pipeline.step(), calls: { pause } });
  collectAll(traced);
  for (const store of [traced.store, imported]) assert.deepEqual(store.listSessions({}).map((session) => [session.turns, session.credits]), [[3, 0.875]]);
});

test('turns that a compaction drops from the row stay, with their places; the compaction is an event', async (t) => {
  for (const hooked of [true, false]) {
    const traced = createTracedHome({ hooked });
    t.after(() => traced.close());
    const dig = (place: string): SessionScript['steps'][number] => turn(`Dig ${place}.`, [{ tools: [shell(`dig ${place}`, 'deep\n')] }, { text: 'Dug.' }]);
    const take = async (): Promise<void> => {
      collectAll(traced);
      if (!hooked) await importInto(traced, traced.store);
    };
    const compact = async (): Promise<void> => {
      await take();
      const [session] = traced.store.listSessions({});
      assert.ok(session);
      const conversation = loadConversation(databaseOf(traced.root), session.sessionId);
      const dropped = conversation.history.splice(0, conversation.history.length);
      conversation.latest_summary = ['We dug.', { ...dropped.at(-1)?.request_metadata }];
      saveConversation(databaseOf(traced.root), join(traced.root, 'project'), conversation, Date.now());
    };
    const script: SessionScript = { seed: `classic-compact-mole-${String(hooked)}`, v1: {}, steps: [dig('here'), dig('there'), { step: 'call', name: 'compact' }, { step: 'restart' }, dig('everywhere')] };
    await playSession(script, { home: traced.root, calls: { compact } });
    await take();
    const [session] = traced.store.listSessions({});
    assert.deepEqual([session?.turns, session?.toolCalls, session?.modelCalls], [3, 3, 6], `hooked: ${String(hooked)}`);
    const roots = traced.store.readSpans('kiro', session?.sessionId ?? '').filter((span) => span.kind === 'agent');
    assert.deepEqual(roots.map((span) => [span.turnIndex, span.content.prompt]), [[0, 'Dig here.'], [1, 'Dig there.'], [2, 'Dig everywhere.']]);
    const text = toTreeText(traced.store, { clocks: true });
    await importInto(traced, traced.store);
    assert.equal(toTreeText(traced.store, { clocks: true }), text);
    assert.match(text, /!compaction/);
  }
});
