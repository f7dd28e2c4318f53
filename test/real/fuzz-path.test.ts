/** Some thousands of mutants through the whole path and through real hook processes. A file of its own, so that it runs beside the parsers'. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHostileHome } from '../fuzz/hostile-home.ts';
import { findSeed } from '../fuzz/random.ts';
import { runHookMutants } from '../fuzz/run-hooks.ts';
import { takeIn } from '../fuzz/take-in.ts';

const seed = findSeed(Date.now());
const HOOKS = 3000;

test('a spool and histories full of mutants, at length: everything is taken in or counted, and every command still answers', async (t) => {
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const hostile = createHostileHome(seed, { events: 4000, sessions: 150 });
  t.after(() => hostile.close());
  const { sessions, spans, delivered, problems } = await takeIn(hostile);
  t.diagnostic(`${sessions} sessions, ${spans} spans, ${delivered} delivered, problems: ${JSON.stringify(problems)}`);
  assert.ok(sessions > 150 && spans > 1000 && delivered > 0);
});

test(`${HOOKS} hook processes fed with mutants: silent, successful, and every byte is in the spool`, async (t) => {
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  assert.deepEqual(await runHookMutants(seed, HOOKS), []);
});
