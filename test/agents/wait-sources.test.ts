/** Where waits for a person come from is what the parsers get out of the fixtures: the README's table, which a test of its own holds to them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { tellsWaits } from '#spoor/agents/wait-sources.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const COLUMN = 'permission waits';

test('an agent tells waits in its history, live, or not at all, as the table says', () => {
  const rows = README.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  const place = rows.find((cells) => cells.includes(COLUMN))?.indexOf(COLUMN) ?? -1;
  assert.ok(place > 0);
  for (const { id, title } of agents) {
    const told = rows.find(([name]) => name === title)?.[place] ?? '';
    assert.deepEqual([tellsWaits(id, true), tellsWaits(id, false)], [told !== '–', told.includes('history')], title);
  }
  assert.equal(tellsWaits('nobody', true), false);
});
