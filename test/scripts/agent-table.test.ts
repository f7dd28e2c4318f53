import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withTable } from '../../scripts/agent-table.ts';

test('the README\'s table of agents is what the code gives: if not, npm run table', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  assert.equal(withTable(readme), readme);
});
