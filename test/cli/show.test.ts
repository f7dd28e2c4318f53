import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCliWorld, keep, keepStory } from '../support/cli-context.ts';
import { storySession, toSpan, toStory } from '../support/story.ts';

interface Shown {
  session: { sessionId: string };
  spans: { spanId: string; turnIndex: number; startUnixNano: string; endUnixNano?: string; content: Record<string, string> }[];
}

test('no session given: the newest, with its subagent inside', async (t) => {
  const { run, context } = createCliWorld(t);
  await keep(context, { ...storySession, sessionId: 'old00000' }, [toSpan({ id: 'z1', at: -86_400_000, end: -86_300_000, kind: 'agent', sessionId: 'old00000' })]);
  await keepStory(context, storySession, toStory());
  const { code, out, err } = await run('show');
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^Kiro aaaa1111 {2}fix the flaky login test\n/);
  assert.match(out, /│ ▾ reviewer {2}2 chats · 1 tool/);
  assert.match(out, /─ turn 2 … still open/);
});

test('a session or trace by the beginning of its id; several or none say what to do', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const other = 'aaaa1222-0000-4000-8000-000000000003';
  await keep(context, { ...storySession, sessionId: other, title: 'another' }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', sessionId: other, traceId: 'f'.repeat(32) })]);
  assert.match((await run('show', 'aaaa12')).out, /^Kiro aaaa1222 {2}another/);
  assert.match((await run('show', 'ffff')).out, /^Kiro aaaa1222 {2}another/);
  assert.match((await run('show', '00000000000000000000000000000001')).out, /^Kiro aaaa1111/, 'the trace holds a subagent too: its parent is meant');
  const several = await run('show', 'aaaa1');
  assert.equal(several.code, 1);
  assert.match(several.err, /^spoor: "aaaa1" fits 2 sessions\.\nType more of the id:\n {2}aaaa1\S+ {2}kiro {2}\S.*\n {2}aaaa1\S+ {2}kiro {2}\S.*\n$/);
  const none = await run('show', 'zzzz\u001b[31m');
  assert.deepEqual([none.code, none.out, none.err], [1, '', 'spoor: No session or trace begins with "zzzz".\nSee what there is: spoor sessions\n']);
});

test('printed ids are unique in the store, whoever prints them, and what only a trace begins with is said', async (t) => {
  const { run, context } = createCliWorld(t);
  const ids = ['01a1fb84-f000-7000-8000-000000000001', '01a1fb84-e000-7000-8000-000000000002', '3f000000-0000-4000-8000-000000000003', '77777777-0000-4000-8000-000000000004'];
  for (const [at, sessionId] of ids.entries()) {
    const traceId = at === 3 ? `3f1${'0'.repeat(29)}` : `${at + 4}`.repeat(32);
    await keep(context, { ...storySession, sessionId, title: `title ${at}` }, [toSpan({ id: `z${at}`, at, end: 9 + at, kind: 'agent', sessionId, traceId })]);
  }
  assert.deepEqual([...(await run('sessions', '--limit', '9')).out.matchAll(/^[0-9a-f-]{8,}/gm)].map(([id]) => id).sort(), ['01a1fb84-e', '01a1fb84-f', '3f000000', '77777777']);
  assert.match((await run('show', ids[0] ?? '')).out, /^Kiro 01a1fb84-f {2}title 0/);
  assert.match((await run('show', '01a1fb84-e')).out, /^Kiro 01a1fb84-e {2}title 1/);
  assert.match((await run('show', '3f')).out, /^Kiro 3f000000 {2}title 2/, 'one session begins so: the trace of another is not meant');
  await keep(context, { ...storySession, sessionId: '3f111111-0000-4000-8000-000000000005', title: 'title 5' }, []);
  const several = await run('show', '3f');
  assert.match(several.err, /^spoor: "3f" fits 3 sessions: 2 by their own ids, 1 by the id of one of their traces\.\nType more of the id:\n {2}3f.*\n {2}3f.*\n {2}77777777-\S+ {2}kiro {2}\(by a trace\) {2}title 3\n$/);
});

test('the coverage of a session shows no control character of its id', async (t) => {
  const { run, context } = createCliWorld(t);
  const odd = 'odd-\u001b[31m\u202e';
  await keep(context, { ...storySession, sessionId: odd }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', sessionId: odd })]);
  assert.doesNotMatch((await run('show', 'odd', '--coverage')).out, /[\u001b\u202e]/);
});

test('--turn chooses one turn, from the front or the end', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  assert.doesNotMatch((await run('show', '--turn', '1')).out, /turn 2/);
  for (const last of ['2', '-1']) {
    const { out } = await run('show', '--turn', last);
    assert.match(out, /─ turn 2/);
    assert.doesNotMatch(out, /turn 1/);
  }
  const missing = await run('show', '--turn', '7');
  assert.deepEqual([missing.code, missing.err], [1, 'spoor: There is no turn 7: the session has 2.\nWithout --turn all are shown.\n']);
  assert.equal((await run('show', '--turn', '0')).code, 2);
  const { spans } = JSON.parse((await run('show', '--turn', '2', '--json')).out) as Shown;
  assert.deepEqual(new Set(spans.map(({ turnIndex }) => turnIndex)), new Set([1]));
});

test('--json: every span with exact times; texts cut unless --full', async (t) => {
  const { run, context } = createCliWorld(t);
  const long = `${'long '.repeat(100)}\u009b31m`;
  const spans = toStory();
  spans[0] = { ...(spans[0] ?? toSpan({ id: 't1', at: 0 })), content: { prompt: long } };
  await keepStory(context, storySession, spans);
  const short = JSON.parse((await run('show', '--json')).out) as Shown;
  assert.equal(short.session.sessionId, storySession.sessionId);
  assert.equal(short.spans.length, spans.length);
  const root = short.spans.find(({ spanId }) => spanId === spans[0]?.spanId);
  assert.deepEqual([root?.startUnixNano, root?.endUnixNano], [String(spans[0]?.startUnixNano), String(spans[0]?.endUnixNano)]);
  assert.equal(root?.content.prompt?.length, 200);
  const { out } = await run('show', '--json', '--full');
  assert.equal((JSON.parse(out) as Shown).spans.find(({ spanId }) => spanId === root?.spanId)?.content.prompt, long);
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, 'safe to print on a terminal');
});

test('an empty store is no failure, unless a certain session is asked for', async (t) => {
  const { run } = createCliWorld(t);
  assert.deepEqual(await run('show'), { code: 0, out: '', err: 'No sessions yet. Read the past ones with: spoor import. Trace the next ones with: spoor install\n' });
  assert.deepEqual(JSON.parse((await run('show', '--json')).out), { spans: [] });
  assert.equal((await run('show', 'abcd')).code, 1);
});

test('--full prints each prompt and each answer of a turn once', async (t) => {
  const { run, context } = createCliWorld(t);
  const texts = { prompt: 'Why is the sky blue?', answer: 'It scatters.' };
  const turn = toSpan({ id: 't1', at: 0, end: 5_000, kind: 'agent', content: texts });
  await keep(context, storySession, [turn, toSpan({ id: 'c1', at: 1, end: 4_000, kind: 'chat', parentSpanId: 't1', content: { answer: texts.answer } })]);
  const { out } = await run('show', '--full');
  for (const text of Object.values(texts)) assert.equal(out.split('\n').filter((line) => line.includes(text) && !line.startsWith('Kiro ')).length, 1, out);
});

test('the session stands above its turns as their envelope; one turn of several has none', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  assert.match((await run('show')).out, /\n {2}▣ session {2}2 turns .*█.*┊.*█.* …\n\n─ turn 1 /);
  assert.doesNotMatch((await run('show', '--turn', '1')).out, /▣/);
});

test('a turn that ended well without an answer says that it is complete', async (t) => {
  const { run, context } = createCliWorld(t);
  await keep(context, storySession, [toSpan({ id: 't1', at: 0, end: 900, kind: 'agent', content: { prompt: 'go' } })]);
  assert.match((await run('show')).out, /\n {2}▣ session {2}1 turn +█+ +900ms\n\n─ turn 1 .*\n❯ go\n❮ turn complete\n/);
});

test('the id of a session’s trace, as a backend shows it, means all its turns', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const store = await context.openStore(context.home, { create: true });
  store?.saveEnvelope({ grouping: 'session', spawn: '', span: { ...toSpan({ id: 'e1', at: 0, kind: 'session' }), traceId: 'e'.repeat(32) } });
  store?.close();
  assert.match((await run('show', 'eeeeee')).out, /^Kiro aaaa1111.*[^]*─ turn 1 [^]*─ turn 2 /);
});

test('a text of hundreds of thousands of lines is printed, too', async (t) => {
  const { run, context } = createCliWorld(t);
  await keep(context, storySession, [toSpan({ id: 't1', at: 0, end: 5_000, kind: 'agent', content: { prompt: 'x\n'.repeat(300_000) } })]);
  const { code, out } = await run('show', '--full');
  assert.equal(code, 0);
  assert.ok(out.split('\n').length > 300_000);
});
