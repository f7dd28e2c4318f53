import assert from 'node:assert/strict';
import { test } from 'node:test';

/** An npm that blocks install scripts would leave the machine's own Node.js in its place, without a word. */
test('the suite runs on the Node.js that the project brings', () => {
  assert.match(process.version, /^v24\./);
});
