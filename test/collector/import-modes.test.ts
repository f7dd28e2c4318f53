/**
 * Homes of every agent, with files that come, grow and go between imports at random: whichever way an import takes, the store holds what the
 * plain way, by what is stored, makes of the same homes.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { importHistory, type ImportOptions } from '#spoor/collector/import-history.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { createDice, type Dice } from '../../bench/words.ts';
import { dumpStore } from './import-stage.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents');
const LATER_MILLIS = Date.parse('2027-01-01T00:00:00Z');
const STATES = 3;
const SEEDS = [3, 4];

type Import = (store: SqliteStore, options?: Partial<ImportOptions>) => Promise<unknown>;

/** Each leaves all of the home in the store. */
const WAYS: Readonly<Record<string, (store: SqliteStore, run: Import, dice: Dice) => Promise<unknown>>> = {
  plain: (store, run) => run({ ...store, isUntouched: () => false }),
  whole: (store, run) => run(store, { spansFirstBytes: Infinity }),
  parted: (store, run) => run(store, { spansFirstBytes: 0 }),
  async cutOff(store, run, dice) {
    let left = dice.below(5);
    const onProgress = (): void => {
      if (left-- === 0) throw new Error('cut off');
    };
    await run(store, { spansFirstBytes: 0, onProgress }).catch((error: Error) => assert.equal(error.message, 'cut off'));
    await run(store, { spansFirstBytes: dice.below(2) === 0 ? 0 : Infinity });
  },
};

/** Each file as it is, cut off behind some line, or away. */
function layState(from: string, to: string, { dice, second }: { dice: Dice; second: number }): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    const chance = dice.below(100);
    rmSync(target, { force: true });
    if (chance < 25) continue;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
    const lines = entry.name.endsWith('.jsonl') && chance < 60 ? readFileSync(source, 'utf8').split(/(?<=\n)/) : [];
    if (lines.length > 0) writeFileSync(target, lines.slice(0, 1 + dice.below(lines.length)).join(''));
    utimesSync(target, second, second);
  }
}

/** `changed` is about what somebody may have been given: an outline is given to nobody. */
function dump(store: SqliteStore): string[] {
  return dumpStore(store).replaceAll('"changed":true', '"changed":false').split('\n');
}

for (const agent of agents) {
  test(`${agent.id}: whole, spans first, cut off: the same store`, async (t) => {
    for (const name of readdirSync(join(FIXTURES, agent.id))) {
      const from = join(FIXTURES, agent.id, name, 'home');
      for (const seed of existsSync(from) ? SEEDS : []) {
        const home = mkdtempSync(join(tmpdir(), 'spoor-modes-'));
        const stores = Object.keys(WAYS).map((way) => ({ way, store: openStore(':memory:') }));
        t.after(() => {
          for (const { store } of stores) store.close();
          rmSync(home, { recursive: true });
        });
        const run: Import = (store, options) => importHistory({ store, environment: { home, env: {}, platform: process.platform }, agents: [agent], scrub: scrubFact, nowMillis: () => LATER_MILLIS, ...options });
        const dice = createDice(seed);
        for (let state = 0; state < STATES; state++) {
          layState(from, home, { dice, second: 1_782_000_000 + state });
          for (const { way, store } of stores) await WAYS[way]?.(store, run, dice);
          const [plain, ...others] = stores.map(({ store }) => dump(store));
          others.forEach((lines, index) => assert.deepEqual(lines, plain, `${name}, seed ${seed}, state ${state}: ${stores[index + 1]?.way}`));
        }
      }
    }
  });
}
