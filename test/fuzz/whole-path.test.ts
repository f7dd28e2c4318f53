import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHostileHome } from './hostile-home.ts';
import { findSeed } from './random.ts';
import { takeIn } from './take-in.ts';

test('a spool and histories full of mutants: everything is taken in or counted, and every command still answers', async (t) => {
  const seed = findSeed(20_260_102);
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const hostile = createHostileHome(seed, { events: 300, sessions: 20 });
  t.after(() => hostile.close());
  const { sessions, spans, delivered } = await takeIn(hostile);
  t.diagnostic(`${sessions} sessions, ${spans} spans, ${delivered} delivered`);
  assert.ok(sessions > 20 && spans > 100 && delivered > 0);
});
