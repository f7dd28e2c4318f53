/**
 * Not part of `npm test`: needs a real Phoenix (see scripts/backends/phoenix.ts). Projects by rule land in the projects of that name, whether a
 * header can carry them or not, and `spoor destination add` and `test` work with it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import { resolveDestination } from '#spoor/config/resolve-destination.ts';
import { saveDestination } from '#spoor/config/save-config.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { installPhoenix, startPhoenix } from '../../scripts/backends/phoenix.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';
import { openStage } from '../collector/delivery-stage.ts';
import { createCliWorld } from '../support/cli-context.ts';
import { readUntil, type PhoenixSpan } from './phoenix-reading.ts';

const cannotInstall = await installPhoenix().then(
  () => undefined,
  (error: Error) => `Phoenix could not be installed here: ${error.message}`,
);
if (cannotInstall) console.error(cannotInstall);

test('each session in the project that a rule gives it', { skip: cannotInstall }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-phoenix-'));
  const phoenix = await startPhoenix(folder);
  t.after(async () => {
    await phoenix.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const world = createCliWorld(t);
  const { context } = world;
  assert.equal((await world.run('destination', 'add', 'phoenix', '--url', phoenix.url, '--project', 'usual', '--yes')).code, 0);
  const rules = [{ agents: ['codex'], project: 'codex work' }, { folders: ['/home/ada/gemini'], project: 'Größe' }];
  saveDestination(context.home, { name: 'phoenix', rules });
  const tested = await world.run('destination', 'test', 'phoenix');
  assert.equal(tested.code, 0, tested.err + tested.out);
  assert.match(tested.out, /took a marked span/);

  const [setting = assert.fail()] = loadConfig(context.home, context.environment).value.destinations;
  const { value: destination = assert.fail() } = resolveDestination(setting, context.environment);
  const stage = openStage([{ ...destination, addedMillis: 0 }], { createExporter });
  t.after(() => stage.close());
  const agents = ['kiro', 'codex', 'gemini', 'kiro'];
  const spans = agents.map((agent, index) => buildSpan(index + 1, { agent, sessionId: `${agent}-session`, turnIndex: index, traceId: String(index + 1).repeat(32) }));
  stage.store.transaction(() => {
    for (const agent of new Set(agents)) stage.store.saveSession(buildSession({ agent, sessionId: `${agent}-session`, cwd: `/home/ada/${agent}` }));
    for (const [index, span] of spans.entries()) stage.store.saveTurn(buildTurn(index + 1, { agent: span.agent, sessionId: span.sessionId, turnIndex: index }), [span]);
    stage.delivery.enqueue(spans, stage.clock.now);
  });
  await stage.flush();
  assert.equal(stage.status('phoenix').sent, 4);
  const expected = { usual: [1, 4], 'codex work': [2], Größe: [3] };
  for (const [project, numbers] of Object.entries(expected)) {
    const ids = numbers.map((number) => buildSpan(number).spanId);
    const found = await readUntil<PhoenixSpan>(`${phoenix.url}/v1/projects/${encodeURIComponent(project)}/spans?limit=1000`, (data) => ids.every((id) => data.some((span) => span.context.span_id === id)));
    assert.deepEqual(found.map((span) => span.context.span_id).filter((id) => spans.some(({ spanId }) => spanId === id)).sort((a, b) => (a < b ? -1 : 1)), ids);
    if (project === 'usual') assert.equal(found.length, ids.length + 1, 'and the marked span of the test');
  }
});
