import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import type { SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { crashTurn } from './crash-turns.ts';
import { runChild } from './run-child.ts';

const folder = mkdtempSync(join(tmpdir(), 'spoor-crash-'));
after(() => rmSync(folder, { recursive: true }));

const ROUNDS = 20;
const SEED = 20_260_101;

/** Runs the writer, kills it after so many lines and then some, and gives the lines it said. */
async function runUntilKilled(path: string, { lines, spins }: { lines: number; spins: number }): Promise<string[]> {
  const child = runChild(new URL('./crash-writer.ts', import.meta.url), path);
  const said: string[] = [];
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length !== lines) continue;
    // Somewhere inside the next write.
    for (let spin = 0; spin < spins; spin += 1) Math.sqrt(spin);
    child.kill('SIGKILL');
  }
  assert.equal((await exit)[1], 'SIGKILL');
  return said;
}

function checkStore(store: SqliteStore, said: readonly string[]): void {
  const { database } = store;
  assert.deepEqual(database.sql('PRAGMA integrity_check').all().map((row) => row.integrity_check), ['ok']);
  assert.deepEqual(database.sql('PRAGMA foreign_key_check').all(), []);
  const stored = said.filter((line) => line.startsWith('stored ')).map((line) => Number(line.split(' ')[1]));
  for (const index of stored) {
    for (const span of crashTurn(index).closed) assert.deepEqual(store.readSpan(span.spanId), { ...span, changed: false });
  }
  const states = new Map(
    database
      .sql('SELECT span_id, state, count(*) AS count FROM span LEFT JOIN outbox ON outbox.span = span.id WHERE final = 1 GROUP BY span.id')
      .all()
      .map((row) => [String(row.span_id), row]),
  );
  for (const { state, count } of states.values()) {
    assert.equal(count, 1);
    assert.ok(state === 'waiting' || state === 'sent', String(state));
  }
  for (const line of said.filter((one) => one.startsWith('sent '))) {
    for (const spanId of line.split(' ').slice(1)) assert.equal(states.get(spanId)?.state, 'sent');
  }
}

describe('kill -9 while turns are written and delivered', () => {
  it('leaves every committed span exactly once, and every delivery waiting or sent', async () => {
    const path = join(folder, 'spoor.db');
    const rounds = fc.sample(fc.record({ lines: fc.integer({ min: 1, max: 40 }), spins: fc.nat({ max: 300_000 }) }), { seed: SEED, numRuns: ROUNDS });
    const said: string[] = [];
    for (const round of rounds) {
      said.push(...(await runUntilKilled(path, round)));
      const store = openStore(path);
      checkStore(store, said);
      store.close();
    }
    const store = openStore(path);
    const turns = store.readTurns('kiro', ['s1']);
    for (const { turnIndex } of turns) {
      const { turn, closed } = crashTurn(turnIndex);
      store.saveTurn(turn, closed);
    }
    assert.deepEqual(
      store.readSpans('kiro', 's1').map(({ spanId }) => spanId),
      turns.flatMap(({ turnIndex }) => crashTurn(turnIndex).closed.map(({ spanId }) => spanId)),
      'assembled again, nothing is twice and nothing is left over',
    );
    store.close();
    assert.ok(turns.length >= ROUNDS, `only ${turns.length} turns were written`);
  });
});
