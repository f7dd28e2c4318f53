import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSeed } from './random.ts';
import { runLanes } from './run-lanes.ts';

/** A taste of what test/real/fuzz.test.ts does wholly. */
const MUTANTS = 7_000;

test(`${MUTANTS} mutants of payloads and histories: nothing throws, vanishes, or becomes a fact or span that cannot be`, (t) => {
  const seed = findSeed(20_260_101);
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const { lanes, failures } = runLanes(seed, MUTANTS);
  assert.deepEqual(failures, []);
  for (const { name, mutants, taken } of lanes) assert.ok(taken > mutants / 10 && taken < mutants, `${name}: ${taken} of ${mutants} were understood`);
});
