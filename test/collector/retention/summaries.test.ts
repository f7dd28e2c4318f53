/** A store of an older version gets its summaries from the upkeep, a step at a time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUpkeep } from '#spoor/collector/retention/upkeep.ts';
import { createHome, homeAt } from '#spoor/config/home.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { buildWorld } from '../../query/build-world.ts';

describe('upkeep', () => {
  it('makes the summaries that are missing, then rests until it is due', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'spoor-upkeep-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const home = homeAt(folder);
    createHome(home);
    const store = openMemoryStore();
    t.after(() => store.close());
    buildWorld(store, { sessions: 60 });
    const missing = (): number => Number(store.database.sql('SELECT count(*) AS count FROM turn WHERE summary IS NULL').get()?.count);
    store.database.sql('UPDATE turn SET summary = NULL').run();
    assert.ok(missing() > 0);
    const upkeep = createUpkeep({ home, environment: { env: {}, home: folder, platform: process.platform }, store, log: { info: () => undefined, error: () => undefined }, nowMillis: () => 1_000_000 });
    while (upkeep.step());
    assert.equal(missing(), 0);
    assert.equal(upkeep.step(), false);
  });
});
