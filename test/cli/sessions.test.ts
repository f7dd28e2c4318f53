import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textWidth } from '#spoor/cli/terminal/text-width.ts';
import { createCliWorld, keep, keepStory } from '../support/cli-context.ts';
import { STORY_START, storySession, toSpan, toStory } from '../support/story.ts';

test('no store yet: an empty list, what to do, exit 0, and nothing is made on the disk', async (t) => {
  const { run, context } = createCliWorld(t);
  assert.deepEqual(await run('sessions'), { code: 0, out: '', err: 'No sessions yet. Read the past ones with: spoor import. Trace the next ones with: spoor install\n' });
  assert.deepEqual(JSON.parse((await run('sessions', '--json')).out), { sessions: [] });
  assert.equal(await context.openStore(context.home, { create: false }), undefined);
});

test('one aligned line a session, newest first, within the width', async (t) => {
  for (const columns of [60, 80, 120, 200]) {
    const { run, context } = createCliWorld(t, { columns });
    await keepStory(context, storySession, toStory());
    const other = { ...storySession, sessionId: 'aaaa1111-9999-4000-8000-000000000009', cwd: '/srv/一二三四五六七八九', title: undefined };
    await keep(context, other, [toSpan({ id: 'z1', at: -86_400_000, end: -86_300_000, kind: 'agent', sessionId: other.sessionId, content: { prompt: 'x\u001b[31m\n日本語'.repeat(30) } })]);
    const { code, out } = await run('sessions');
    const lines = out.trimEnd().split('\n');
    assert.equal(code, 0);
    assert.equal(lines.length, 3, 'the subagent has no line of its own');
    for (const line of lines) assert.ok(textWidth(line) <= columns, line);
    assert.match(lines[1] ?? '', /^aaaa1111-0/, 'ids are as long as it takes to tell them apart');
    assert.match(lines[2] ?? '', /^aaaa1111-9/);
    assert.doesNotMatch(out, /\u001b/);
  }
});

test('the columns of the story: folder, the title as the dashboard has it, counts with subagents, open mark', async (t) => {
  const { run, context } = createCliWorld(t, { columns: 200 });
  await keepStory(context, storySession, toStory());
  const [header, row] = (await run('sessions')).out.split('\n');
  assert.match(header ?? '', /^id +ago +folder +session +turns +tools +✗ +⊘ +active +credits/);
  assert.match(row ?? '', /^aaaa1111 +1h +shop +fix the flaky login test +2 +11 +1 +1 +41s .*…$/);
});

test('a session whose last turn failed is marked, though no call of it did', async (t) => {
  const { run, context } = createCliWorld(t, { columns: 200 });
  const turn = toSpan({ id: 'z1', at: 0, end: 1_000, kind: 'agent', outcome: 'error' });
  await keep(context, storySession, [turn, toSpan({ id: 'z2', at: 0, end: 1_000, kind: 'chat', parentSpanId: turn.spanId, outcome: 'error' })]);
  const [header = '', row = ''] = (await run('sessions')).out.split('\n');
  assert.match(row, /failed$/);
  assert.doesNotMatch(header, /✗/, 'no call failed');
  const { sessions } = JSON.parse((await run('sessions', '--json')).out) as { sessions: { errors: number; isFailed?: boolean }[] };
  assert.deepEqual(sessions.map(({ errors, isFailed }) => [errors, isFailed]), [[0, true]]);
  assert.doesNotMatch((await run('show')).out, /1 error/);
  assert.match((await run('show')).out, /✗ error/);
});

test('--agent, --since and --limit choose; a wrong value is wrong usage with the forms that are right', async (t) => {
  const { run, context } = createCliWorld(t);
  await keep(context, storySession, [toSpan({ id: 'z1', at: 0, end: 1_000, kind: 'agent' })]);
  assert.equal((await run('sessions', '--since', '1h')).out, '');
  assert.match((await run('sessions', '--since', '1h')).err, /No session fits/);
  assert.match((await run('sessions', '--since', '3h', '--agent', 'kiro', '--limit', '1')).out, /aaaa1111/);
  assert.equal((await run('sessions', '--limit', '1')).err, '', 'there are no more');
  for (const wrong of [['--since', 'soon'], ['--limit', '0'], ['--agent', 'nobody'], ['--nonsense'], ['extra']]) {
    const { code, out, err } = await run('sessions', ...wrong);
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, /^spoor: .*\.\)?\nTry: spoor sessions --help\n$/s, err);
  }
});

test('--json: numbers as numbers, nanoseconds as strings, what is unknown is left out', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const { sessions } = JSON.parse((await run('sessions', '--json')).out) as { sessions: Record<string, unknown>[] };
  assert.equal(sessions.length, 1);
  const [session] = sessions;
  assert.equal(session?.startUnixNano, STORY_START.toString());
  assert.equal(session?.sessionId, storySession.sessionId);
  assert.deepEqual([session?.turns, session?.toolCalls, session?.errors, session?.denied], [2, 11, 1, 1]);
  assert.equal(session?.activeNano, '41000000000');
});

test('the head of show says the same time and turns as the list; credits have nine decimals', async (t) => {
  const { run, context } = createCliWorld(t, { columns: 200 });
  const noise = [0.1, 0.2].map((credits, i) => toSpan({ id: `c${i}`, at: i, end: i + 1, kind: 'chat', parentSpanId: 't1', values: { credits } }));
  const agent = toSpan({ id: 't1', at: 0, end: 7_000, kind: 'agent', provenance: { times: 'estimated' }, values: { ownDurationNano: 6_500_000_000n, turnCredits: 0.1 + 0.2 } });
  await keep(context, storySession, [agent, ...noise]);
  const [row] = (JSON.parse((await run('sessions', '--json')).out) as { sessions: { activeNano: string; credits: number }[] }).sessions;
  assert.deepEqual([row?.activeNano, row?.credits], ['6500000000', 0.3]);
  assert.match((await run('show')).out, /^1 turn · 0\.30 credits · 6\.5s active$/m);
  const { spans } = JSON.parse((await run('show', '--json')).out) as { spans: { values: { turnCredits?: number } }[] };
  assert.equal(spans[0]?.values.turnCredits, 0.3);
});

test('costs stand in the list, in the head of show, at turns, chats and subagents, and by model where there is no price', async (t) => {
  const { run, context } = createCliWorld(t, { columns: 200 });
  const unpriced = [{ model: 'mock\u001b[31m-1', reason: 'unknown-provider' as const, chats: 2 }];
  const sub = 'bbbb2222-0000-4000-8000-000000000002';
  await keep(context, storySession, [
    toSpan({ id: 't1', at: 0, end: 7_000, kind: 'agent', values: { turnCost: { usd: 0.25, equivalentUsd: 3, unpriced }, turnPremiumRequests: 2 } }),
    toSpan({ id: 'c1', at: 0, end: 1_000, kind: 'chat', parentSpanId: 't1', values: { responseModel: 'm', cost: { usd: 0.25 } } }),
  ]);
  const scout = toSpan({ id: 's1', at: 2_000, end: 3_000, kind: 'agent', parentSpanId: 't1', sessionId: sub, values: { agentName: 'scout', turnCost: { usd: 0.5 } } });
  await keep(context, { agent: 'kiro', sessionId: sub, parent: { sessionId: storySession.sessionId, relation: 'subagent' } }, [scout]);
  const [header, row] = (await run('sessions')).out.split('\n');
  assert.match(header ?? '', /active +cost +premium *$/);
  assert.match(row ?? '', /\$0\.75 \(\$3\.00\) \+\? +2 *$/);
  const { out } = await run('show');
  assert.match(out, /^1 turn · \$0\.75 · \$3\.00 at API prices, not charged · 2 chats unpriced: mock-1 · 7\.0s active$/m);
  assert.match(out, /turn 1 ─+ .*\$0\.75 \(\$3\.00\) \+\?$/m);
  assert.match(out, /scout .*\$0\.50/);
  assert.match(out, /m {2}\$0\.25/);
  const [session] = (JSON.parse((await run('sessions', '--json')).out) as { sessions: { cost: unknown; premiumRequests: unknown }[] }).sessions;
  assert.deepEqual([session?.cost, session?.premiumRequests], [{ usd: 0.75, equivalentUsd: 3, unpriced }, 2]);
});
