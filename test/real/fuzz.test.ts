/**
 * 100,000 mutants of payloads and history lines through the parsers and assembly. Not part of `npm test`: it takes about a minute.
 * SPOOR_FUZZ_SEED repeats a run, SPOOR_FUZZ_MUTANTS=1000000 makes it ten times as long.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findSeed } from '../fuzz/random.ts';
import { runLanes } from '../fuzz/run-lanes.ts';
import { runStores } from '../fuzz/run-stores.ts';

const seed = findSeed(Date.now());
const MUTANTS = Number(process.env.SPOOR_FUZZ_MUTANTS ?? 100_000);
const ROUNDS = 10;
/** What parsers and assembly may keep between the first round and the last: their code grows warm, nothing else. */
const MOST_GROWTH_BYTES = 24 << 20;

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
