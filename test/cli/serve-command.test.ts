/** What `spoor serve` and `spoor start` ask for, and what they open. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CollectorActions } from '#spoor/cli/context.ts';
import { toCommand } from '#spoor/cli/serving/open-browser.ts';
import { createHome } from '#spoor/config/home.ts';
import { createCliWorld, emptyCollect, keep } from '../support/cli-context.ts';
import { STORY_START } from '../support/story.ts';

const URL_SERVED = 'http://127.0.0.1:4318';

function createServing(): { asked: object[]; serve: CollectorActions['serve'] } {
  const asked: object[] = [];
  return {
    asked,
    serve: async ({ port, imports, onListening }) => {
      asked.push({ port, imports });
      await onListening(URL_SERVED);
      return emptyCollect;
    },
  };
}

test('serve: one line on stdout with the address; the past is imported and no browser opened unless it is said', async (t) => {
  const { asked, serve } = createServing();
  const world = createCliWorld(t, { collector: { serve } });
  const plain = await world.run('serve');
  assert.deepEqual([plain.code, plain.out, world.opened], [0, `${URL_SERVED}\n`, []]);
  await world.run('serve', '--no-import', '--open', '--port', '9464');
  assert.deepEqual([asked, world.opened], [[{ port: 4318, imports: true }, { port: 9464, imports: false }], [URL_SERVED]]);
});

test('serve: what of the configuration does not count is said at the start', async (t) => {
  for (const [yaml, message] of [['destinations: {a: {url\n', /spoor: config\.yaml:\d+: not valid YAML/], ['project: x\ndestinatoins: {}\n', /spoor: config\.yaml:2: .*"destinatoins"/]] as const) {
    const { serve } = createServing();
    const world = createCliWorld(t, { collector: { serve } });
    createHome(world.context.home);
    writeFileSync(world.context.home.configFile, yaml);
    const { code, out, err } = await world.run('serve');
    assert.deepEqual([code, out], [0, `${URL_SERVED}\n`]);
    assert.match(err, message);
    assert.ok(err.includes(`Mend ${world.context.home.configFile}`));
  }
});

test('start: at a terminal, where there is something to see, it opens the dashboard', async (t) => {
  const { asked, serve } = createServing();
  const world = createCliWorld(t, { collector: { serve } });
  createHome(world.context.home);
  await keep(world.context, { agent: 'kiro', sessionId: 'one', startUnixNano: STORY_START }, []);
  world.context.stdout.isTerminal = true;
  assert.equal((await world.run('start')).code, 0);
  assert.deepEqual([asked, world.opened], [[{ port: 4318, imports: true }], [URL_SERVED]]);
});

test('how a browser is opened on each system, and not where there is no display', () => {
  const on = (platform: NodeJS.Platform, env: Record<string, string> = {}): string[] => toCommand(URL_SERVED, { platform, env });
  assert.deepEqual(on('darwin'), ['open', URL_SERVED]);
  assert.deepEqual(on('win32'), ['cmd.exe', '/c', 'start', '', URL_SERVED]);
  assert.deepEqual([on('linux', { DISPLAY: ':0' }), on('linux', { WAYLAND_DISPLAY: 'wayland-0' }), on('linux')], [['xdg-open', URL_SERVED], ['xdg-open', URL_SERVED], []]);
});
