/** What `spoor destination add` says and refuses, beyond the plain cases. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCliWorld } from '../support/cli-context.ts';

test('only variables that the destination refers to are missed, not all in which AWS may keep something', async (t) => {
  const { run } = createCliWorld(t, { env: {} });
  const xray = await run('destination', 'add', 'xray', '--region', 'us-west-2', '--dry-run');
  assert.equal(xray.code, 0, xray.err);
  assert.doesNotMatch(xray.err, /not set|AWS_/);
  const ax = await run('destination', 'add', 'arize-ax', '--dry-run');
  assert.match(ax.err, /ARIZE_API_KEY, ARIZE_SPACE_ID are not set in this shell: until a collector finds them, spans wait\. Put them .*: export ARIZE_API_KEY=…; export ARIZE_SPACE_ID=…\n/);
});
