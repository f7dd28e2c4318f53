import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssembledSession } from '#spoor/assembly/drafts.ts';
import { placeChildHooks } from '#spoor/assembly/place-child-hooks.ts';
import type { Fact } from '#spoor/core/fact.ts';

const sessions: AssembledSession[] = [
  { agent: 'a', sessionId: 'root' },
  { agent: 'a', sessionId: 'child', parent: { sessionId: 'root', relation: 'subagent' } },
  { agent: 'a', sessionId: 'grandchild', parent: { sessionId: 'child', relation: 'subagent' } },
  { agent: 'a', sessionId: 'stranger' },
];

/** A call of a session's history, asked for at this moment. */
function known(sessionId: string, callId: string, askedAt: bigint, input: unknown = 'x'): Fact[] {
  const shared = { agent: 'a', sessionId, source: 'history' as const, order: 0 };
  return [
    { ...shared, key: `m${callId}`, type: 'model.answered', messageId: `m${callId}`, outcome: 'ok', callIds: [callId], endedAt: askedAt },
    { ...shared, key: callId, type: 'tool.called', tool: { callId, name: 't', canonicalName: 't', input }, messageId: `m${callId}` },
  ];
}

function hook(key: string, unixNano: bigint, input: unknown = 'x'): Fact {
  return { agent: 'a', sessionId: 'root', source: 'hook', key, order: 0, at: { unixNano, source: 'hook' }, type: 'tool.started', tool: { name: 't', canonicalName: 't', input } };
}

/** Where the hooks of the root go: session → hook keys. */
function place(history: Fact[], hooks: Fact[]): Record<string, string[]> {
  const bySession = new Map<string, Fact[]>(sessions.map(({ sessionId }) => [sessionId, history.filter((fact) => fact.sessionId === sessionId)]));
  bySession.get('root')?.push(...hooks);
  placeChildHooks(sessions, bySession);
  const placed = [...bySession].map(([id, facts]) => [id, facts.filter(({ source }) => source === 'hook').map(({ key }) => key)] as const);
  for (const [id, facts] of bySession) assert.ok(facts.every(({ sessionId }) => sessionId === id));
  return Object.fromEntries(placed.filter(([, keys]) => keys.length > 0));
}

test('a call goes to the session whose history has it, whatever it is a subagent of', () => {
  assert.deepEqual(place([...known('child', 'c', 10n, 'c'), ...known('grandchild', 'g', 20n, 'g'), ...known('root', 'r', 5n, 'r')], [hook('h1', 6n, 'r'), hook('h2', 11n, 'c'), hook('h3', 21n, 'g')]), { root: ['h1'], child: ['h2'], grandchild: ['h3'] });
});

test('equal calls of several sessions go by the moment, each once', () => {
  assert.deepEqual(place([...known('root', 'r', 100n), ...known('child', 'c', 10n), ...known('child', 'd', 50n)], [hook('h1', 12n), hook('h2', 51n), hook('h3', 102n)]), { root: ['h3'], child: ['h1', 'h2'] });
});

test('what no history has stays, and other families know nothing of it', () => {
  assert.deepEqual(place([...known('stranger', 's', 10n)], [hook('h1', 12n)]), { root: ['h1'] });
});

test('a call whose input was changed in between is known by its name', () => {
  assert.deepEqual(place([...known('child', 'c', 10n, 'other')], [hook('h1', 12n)]), { child: ['h1'] });
});
