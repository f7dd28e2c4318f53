/** A config.yaml that cannot be read, or of which a part does not count: commands say that, not that nothing is there. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runReplay, type ReplayOptions } from '#spoor/collector/replay/run-replay.ts';
import { createCliWorld, keepStory } from '../support/cli-context.ts';
import { storySession, toStory } from '../support/story.ts';

for (const [yaml, message] of [
  ['destinations: {a: {url\n', /config\.yaml:\d+: not valid YAML/],
  ['destinations:\n  a: {url: nowhere}\n', /config\.yaml:2: destination "a": "url" must begin with http/],
] as const) {
  test(`list, test, send and preview of ${JSON.stringify(yaml)}`, async (t) => {
    const world = createCliWorld(t);
    const { home, environment } = world.context;
    mkdirSync(home.root, { recursive: true });
    writeFileSync(home.configFile, yaml);
    await keepStory(world.context, storySession, toStory());
    for (const words of [['destination', 'list'], ['destination', 'test', 'a'], ['export', '--preview', 'a']]) {
      const { code, out, err } = await world.run(...words);
      assert.deepEqual([code, out], [1, ''], err);
      assert.match(err, message);
      assert.doesNotMatch(err, /No destination|There is no/);
    }
    const { code, out } = await world.run('destination', 'list', '--json');
    assert.deepEqual([code, JSON.parse(out)], [1, { destinations: [] }]);
    await assert.rejects(runReplay({ home, environment, request: { destination: 'a' } } as ReplayOptions), message);
  });
}
