/**
 * 100,000 mutants of payloads and history lines through the parsers and assembly, some thousands through the whole path and through
 * real hook processes. Not part of `npm test`: it takes about two minutes. SPOOR_FUZZ_SEED repeats a run, SPOOR_FUZZ_MUTANTS=1000000 makes
 * it ten times as long.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHostileHome } from '../fuzz/hostile-home.ts';
import { findSeed } from '../fuzz/random.ts';
import { runHookMutants } from '../fuzz/run-hooks.ts';
import { runLanes } from '../fuzz/run-lanes.ts';
import { runStores } from '../fuzz/run-stores.ts';
import { takeIn } from '../fuzz/take-in.ts';

const seed = findSeed(Date.now());
const MUTANTS = Number(process.env.SPOOR_FUZZ_MUTANTS ?? 100_000);
const ROUNDS = 10;
/** What parsers and assembly may keep between the first round and the last: their code grows warm, nothing else. */
const MOST_GROWTH_BYTES = 24 << 20;
const HOOKS = 3000;

/** What is still referred to, in bytes. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test(`${MUTANTS} mutants of payloads and histories: nothing throws, vanishes, or becomes a fact or span that cannot be; memory stays flat`, (t) => {
  t.diagnostic(`SPOOR_FUZZ_SEED=${seed}`);
  const totals = new Map<string, { mutants: number; taken: number }>();
  const kept: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { lanes, failures } = runLanes(seed + round, MUTANTS / ROUNDS);
    assert.deepEqual(failures, [], `seed ${seed + round}`);
    for (const { name, mutants, taken } of lanes) {
      const total = totals.get(name) ?? { mutants: 0, taken: 0 };
      totals.set(name, { mutants: total.mutants + mutants, taken: total.taken + taken });
    }
    kept.push(heapAfterCollection());
  }
  for (const [name, { mutants, taken }] of totals) {
    t.diagnostic(`${name}: ${mutants}, ${taken} of them understood`);
    assert.ok(taken > mutants / 10 && taken < mutants, name);
  }
  t.diagnostic(`heap after each round, MiB: ${kept.map((bytes) => (bytes / (1 << 20)).toFixed(1)).join(' ')}`);
  assert.ok((kept.at(-1) ?? 0) - (kept[1] ?? 0) < MOST_GROWTH_BYTES);
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
