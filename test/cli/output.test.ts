import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createOutput } from '#spoor/cli/output.ts';

function columnsOf(own: number | undefined, env: Record<string, string>, beside?: number): number {
  const stream = Object.assign(new PassThrough(), own === undefined ? {} : { columns: own }) as unknown as NodeJS.WriteStream;
  return createOutput(stream, env, beside).columns;
}

test("the width: the terminal's own, else that of the terminal beside it, else COLUMNS, else 120", () => {
  assert.equal(columnsOf(90, { COLUMNS: '70' }, 80), 90);
  assert.equal(columnsOf(undefined, { COLUMNS: '70' }, 80), 80);
  assert.equal(columnsOf(undefined, { COLUMNS: '70' }), 70);
  assert.equal(columnsOf(undefined, {}), 120);
  assert.equal(columnsOf(undefined, { COLUMNS: 'wide' }), 120);
});
