/** What only V1 needs: hooks without a session in processes of their own, a row that forgets, a fold of sessions that were made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { playInProcesses } from '../stand-in/launch.ts';
import { anonymous, anonymousTwins } from '../stand-in/scenarios/classic.ts';
import { shell, turn, type SessionScript } from '../stand-in/script.ts';
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
  const steps: SessionScript['steps'] = [0.25, 0.5, 0.125].flatMap((credits, index) => [turn(`Dig ${index}.`, [{ text: 'Dug.', credits }]), { step: 'call', name: 'install' } as const]);
  const script: SessionScript = { seed: 'classic-credit-mole', v1: {}, steps };
  const { playSession } = await import('../stand-in/play-session.ts');
  await playSession(script, { home: traced.root, onHookStart: () => void traced.pipeline.step(), calls: { install: () => importInto(traced, imported) } });
  collectAll(traced);
  for (const store of [traced.store, imported]) assert.deepEqual(store.listSessions({}).map((session) => [session.turns, session.credits]), [[3, 0.875]]);
});
