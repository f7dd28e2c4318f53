import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionAnswer } from '#spoor/query/api/session.ts';
import { pairSessions, pairSteps } from '#spoor/query/compare/pair-sessions.ts';

/** Rows of a session: `tool summary`, or `chat` for one that is none. Starts are in the order given. */
function toSession(cwd: string, steps: readonly string[]): Pick<SessionAnswer, 'spans' | 'details' | 'session'> {
  const rows = steps.map((step) => ({ kind: step === 'chat' ? 'chat' : 'tool', name: step.split(' ')[0] ?? '', summary: step.split(' ').slice(1).join(' ') }));
  return {
    session: { cwd } as SessionAnswer['session'],
    spans: { id: [], parent: [], outcome: [], turn: [], duration: [], kind: rows.map(({ kind }) => kind), name: rows.map(({ name }) => name), start: rows.map((_, at) => at) },
    details: Object.fromEntries(rows.map(({ summary }, at) => [at, { summary }])),
  };
}

test('equal calls are paired over requests in between and other folders; the first that differ are where they part', () => {
  const a = toSession('/home/ann/pond', ['chat', 'Read /home/ann/pond/src/a.ts', 'Bash npm test', 'Edit /home/ann/pond/src/a.ts', 'Bash npm test']);
  const b = toSession('/work/pond', ['Read /work/pond/src/a.ts', 'chat', 'Grep needle', 'Bash npm  test', 'Bash npm test']);
  assert.deepEqual(pairSessions(a, b), { pairs: [[1, 0], [2, 3], [4, 4]], divergence: { a: 2, b: 2 } });
});

test('a session that is the beginning of another parts where it ends; equal ones never do', () => {
  const a = toSession('/p', ['Read a', 'Read b']);
  assert.deepEqual(pairSessions(a, toSession('/p', ['Read a', 'Read b', 'Bash c'])), { pairs: [[0, 0], [1, 1]], divergence: { b: 2 } });
  assert.deepEqual(pairSessions(a, a), { pairs: [[0, 0], [1, 1]] });
  assert.deepEqual(pairSessions(toSession('/p', []), toSession('/p', [])), { pairs: [] });
});

const steps = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 });

test('no more steps can be paired in order than are', () => {
  fc.assert(
    fc.property(steps, steps, (a, b) => {
      const pairs = pairSteps(a, b);
      for (const [at, [one, other]] of pairs.entries()) {
        assert.equal(a[one], b[other]);
        if (at > 0) assert.ok(one > (pairs[at - 1]?.[0] ?? -1) && other > (pairs[at - 1]?.[1] ?? -1));
      }
      assert.equal(pairs.length, longest(a, b));
    }),
  );
});

function longest(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  return a[0] === b[0] ? 1 + longest(a.slice(1), b.slice(1)) : Math.max(longest(a.slice(1), b), longest(a, b.slice(1)));
}

test('of very long sessions that have little in common the alike beginning and end are paired', () => {
  const middle = (word: string): string[] => Array.from({ length: 6000 }, (_, at) => `${word}${at}`);
  const pairs = pairSteps(['start', ...middle('x'), 'end'], ['start', ...middle('y'), 'end']);
  assert.deepEqual(pairs, [[0, 0], [6001, 6001]]);
});
