/**
 * 100,000 mutants of payloads and history lines through the parsers and assembly, some thousands through the whole path and through
 * real hook processes. Not part of `npm test`: it takes about two minutes. SPOOR_FUZZ_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHostileHome } from '../fuzz/hostile-home.ts';
import { findSeed } from '../fuzz/random.ts';
import { runHookMutants } from '../fuzz/run-hooks.ts';
import { runLanes } from '../fuzz/run-lanes.ts';
import { runStores } from '../fuzz/run-stores.ts';
import { takeIn } from '../fuzz/take-in.ts';

const seed = findSeed(Date.now());
const MUTANTS = 100_000;
const HOOKS = 3000;

test(`${MUTANTS} mutants of payloads and histories: nothing throws, vanishes, or becomes a fact or span that cannot be`, (t) => {
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const { lanes, failures } = runLanes(seed, MUTANTS);
  assert.deepEqual(failures, []);
  for (const { name, mutants, taken } of lanes) {
    t.diagnostic(`${name}: ${mutants}, ${taken} of them understood`);
    assert.ok(taken > mutants / 10 && taken < mutants, name);
  }
});

test('3000 histories whose bytes are spoiled: nothing throws, and no file is changed', (t) => {
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  assert.deepEqual(runStores(seed, 3000), []);
});

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
