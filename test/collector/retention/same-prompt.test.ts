/** A session goes on after its old turns were let go of: the same prompt again is another turn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGarbage } from '#spoor/collector/retention/collect-garbage.ts';
import { finish, openTraced, prompt, spool, step, stop } from '../../support/spooled.ts';

const DAY = 86_400_000;
const SESSION = '11111111-2222-4333-8444-555555555555';

test('the same prompt after its turn was let go of is a turn of its own', async (t) => {
  const traced = openTraced(t);
  const rounds: string[][] = [];
  const roots = (): string[] => traced.store.readTurns('kiro', [SESSION]).map(({ rootSpanId }) => rootSpanId);
  const say = (): void => {
    spool(traced, prompt(SESSION, 'continue'));
    step(traced);
    spool(traced, stop(SESSION));
    finish(traced);
    rounds.push(roots());
  };
  say();
  for (let more = 0; more < 2; more++) {
    assert.equal((await collectGarbage(traced.store, { contentMillis: DAY }, { nowMillis: Date.now() + 100 * DAY, dryRun: false })).contentTurns, 1);
    say();
  }
  assert.deepEqual(rounds.map((round) => new Set(round).size), [1, 2, 3]);
  assert.deepEqual(traced.store.readSpans('kiro', SESSION).map(({ content }) => content.prompt).filter((text) => text !== undefined), ['continue']);
  assert.ok(traced.store.readSpans('kiro', SESSION).every(({ final }) => final));
  // Looked at again, it is the turn that it was.
  traced.store.markDue('kiro', SESSION, 0);
  finish(traced);
  assert.deepEqual(roots(), rounds.at(-1));
});
