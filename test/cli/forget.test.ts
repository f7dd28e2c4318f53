import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCliWorld, keep, keepStory, type CliWorld } from '../support/cli-context.ts';
import { storySession, toSpan, toStory } from '../support/story.ts';

async function countSessions({ run }: CliWorld): Promise<number> {
  return (JSON.parse((await run('sessions', '--json')).out) as { sessions: unknown[] }).sessions.length;
}

test('a session goes with its subagents, and does not come back', async (t) => {
  const world = createCliWorld(t);
  await keepStory(world.context, storySession, toStory());
  assert.deepEqual(await world.run('forget', 'aaaa', '--yes'), { code: 0, out: '', err: 'Forgot 1 session.\n' });
  assert.equal(await countSessions(world), 0);
  await keepStory(world.context, storySession, toStory());
  assert.equal(await countSessions(world), 0);
});

test('a folder takes what ran in it and below, not its neighbour', async (t) => {
  const world = createCliWorld(t);
  const places = { a: '/srv/shop', b: '/srv/shop/api', c: '/srv/shopping' };
  for (const [sessionId, cwd] of Object.entries(places)) {
    await keep(world.context, { ...storySession, sessionId, cwd }, [toSpan({ id: `z${sessionId}`, at: 0, end: 9, kind: 'agent', sessionId })]);
  }
  const { out } = await world.run('forget', '/srv/shop/', '--yes', '--json');
  const { forgotten } = JSON.parse(out) as { forgotten: { sessionId: string }[] };
  assert.deepEqual(forgotten.map(({ sessionId }) => sessionId).sort(), ['a', 'b']);
  assert.equal(await countSessions(world), 1);
  assert.match((await world.run('forget', '/nowhere', '--yes')).err, /No session ran in \/nowhere or below\./);
});

test('it asks first; without anybody to ask it does nothing', async (t) => {
  for (const answer of [undefined, false]) {
    const world = createCliWorld(t, { answer });
    await keepStory(world.context, storySession, toStory());
    const { code, err } = await world.run('forget', 'aaaa');
    assert.equal(code, answer === false ? 1 : 2);
    assert.match(err, /^ {2}aaaa1111 {2}kiro {2}\/home\/ada\/work\/shop/);
    assert.match(err, answer === false ? /Nothing was forgotten\./ : /Add --yes/);
    assert.equal(await countSessions(world), 1);
  }
  const world = createCliWorld(t, { answer: true });
  await keepStory(world.context, storySession, toStory());
  assert.equal((await world.run('forget', 'aaaa')).code, 0);
  assert.equal(await countSessions(world), 0);
});

test('nothing stored yet, and no target: sentences', async (t) => {
  const { run } = createCliWorld(t);
  assert.equal((await run('forget', 'aaaa', '--yes')).code, 1);
  assert.equal((await run('forget')).code, 2);
});
