/** `spoor gc` over a store on disk, and the same by a collector that has nothing else to do. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { createHome } from '#spoor/config/home.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSpan, buildTurn, idOf, START, traceOf } from '../store/builders.ts';
import { createCliWorld, type CliWorld } from '../support/cli-context.ts';
import { spawnSpoor } from '../support/spawn-spoor.ts';

const TURNS = 200;

/** Turns with a large text each, of January 2026, and a configuration. */
function openOld(t: TestContext, yaml: string): CliWorld {
  const world = createCliWorld(t);
  const { home } = world.context;
  mkdirSync(home.root, { recursive: true });
  writeFileSync(home.configFile, yaml);
  const store = openStore(home.database);
  store.transaction(() => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const own = { traceId: traceOf(turn), startUnixNano: START, endUnixNano: START };
      const text = Array.from({ length: 400 }, (_, index) => `${turn} ${Math.sin(turn * 400 + index)}`).join('\n');
      store.saveTurn(buildTurn(turn + 1, { endUnixNano: START }), [buildSpan(turn + 1, { kind: 'agent', values: {}, content: { answer: text }, ...own })]);
    }
  });
  store.close();
  return world;
}

const sizeOf = ({ context: { home } }: CliWorld): number => [home.database, `${home.database}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);

test('tells what would go, and lets it go: the file is smaller for it', async (t) => {
  const world = openOld(t, 'store: {keep: {content: 1h}}\n');
  const before = sizeOf(world);
  assert.match((await world.run('gc', '--dry-run')).err, /^Would drop the texts of 200 turns\.\nThe store is /);
  assert.equal(sizeOf(world), before);
  assert.match((await world.run('gc')).err, /^Dropped the texts of 200 turns\.\nThe store was .* and is .*\.\n$/);
  assert.ok(sizeOf(world) < before / 3, `${sizeOf(world)} of ${before}`);
  assert.match((await world.run('gc')).err, /^Nothing is older than it is to be kept\.\n/);
  const json = JSON.parse((await world.run('gc', '--json', '--dry-run')).out) as Record<string, unknown>;
  assert.deepEqual(Object.keys(json), ['contentTurns', 'spanTurns', 'spans', 'bytesBefore', 'bytesAfter', 'isOverSize']);
});

test('with a configuration that cannot be read it drops nothing', async (t) => {
  for (const yaml of ['store: {keep: {content: 1h}\n', 'store: {keep: {content: 1 moon, spans: 1h}}\n']) {
    const { code, err } = await openOld(t, yaml).run('gc');
    assert.equal(code, 1);
    assert.match(err, /Nothing was dropped: config\.yaml/);
  }
});

test('a store without texts to drop, and none at all', async (t) => {
  const world = createCliWorld(t);
  assert.match((await world.run('gc')).err, /There is nothing to drop/);
  const { code, out } = await world.run('gc', '--json');
  assert.deepEqual([code, JSON.parse(out)], [0, { contentTurns: 0, spanTurns: 0, spans: 0, bytesBefore: 0, bytesAfter: 0, isOverSize: false }]);
});

test('a collector does it by itself, in small steps, and gives the room back', async (t) => {
  const world = openOld(t, 'store: {keep: {content: 1h, size: 10MB}}\n');
  const { home } = world.context;
  createHome(home);
  const before = sizeOf(world);
  const { code, err } = await spawnSpoor(['collect', '--once'], { env: { PATH: process.env.PATH ?? '', HOME: home.root, SPOOR_HOME: home.root } });
  assert.equal(code, 0, err);
  // A look that was asked for leaves it to a collector with time.
  const store = openStore(home.database);
  assert.equal(store.readUpkeep('retention'), undefined);
  store.saveUpkeep('retention', Date.now() - 86_400_000);
  store.close();
  const { runCollector } = await import('#spoor/collector/run-collector.ts');
  const { createLog } = await import('#spoor/config/log.ts');
  const { VERSION } = await import('#spoor/core/version.ts');
  await runCollector({ home, version: VERSION, environment: { env: {}, platform: process.platform }, agents: [], log: createLog(home, { name: 'spoor', verbose: true }), signal: new AbortController().signal, lingerMillis: 0 });
  assert.match(readFileSync(`${home.logs}/spoor.log`, 'utf8'), /retention: the texts of 200 turns and the spans of 0 went/);
  const after = openStore(home.database);
  assert.ok((after.readUpkeep('retention') ?? 0) > 0);
  assert.deepEqual([after.readSpan(idOf(1))?.content, after.readSize().freeBytes], [{}, 0]);
  after.close();
  assert.ok(sizeOf(world) < before / 3);
});
