/** How a project is named to a backend: in a header of its own, in an attribute of its own, or as the service. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { listProjectHeaders, withProjectHeader } from '#spoor/collector/delivery/project-header.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { busy, createStages, destinationOf, success, type Stage } from './delivery-stage.ts';

const openStage = createStages();
const backends: OtlpBackend[] = [];
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.stop();
});

/** Six spans: three of agents and folders that a rule gives a project of their own. */
function put(stage: Stage): void {
  const agents = ['kiro', 'codex', 'kiro', 'gemini', 'codex', 'kiro'];
  stage.store.transaction(() => {
    for (const agent of new Set(agents)) stage.store.saveSession(buildSession({ agent, cwd: `/home/ada/${agent}` }));
    const spans = agents.map((agent, index) => buildSpan(index + 1, { agent, turnIndex: index }));
    for (const [index, span] of spans.entries()) stage.store.saveTurn(buildTurn(index + 1, { agent: span.agent, turnIndex: index }), [span]);
    stage.delivery.enqueue(spans, stage.clock.now);
  });
}

const PHOENIX: Partial<Destination> = { projectHeader: 'x-project-name', project: 'usual', rules: [{ agents: ['codex'], project: 'codex work' }, { folders: ['/home/ada/gemini'], project: 'Größe' }] };

describe('the header', () => {
  it('goes with requests of one project each; what no header may carry is told by the resource', async () => {
    const stage = openStage([destinationOf('a', PHOENIX)]);
    put(stage);
    await stage.flush();
    const seen = stage.requests.map(({ batch, spanIds }) => [batch.headers?.['x-project-name'], new Set(batch.resourceSpans.map(({ resource }) => resource['openinference.project.name'])), spanIds.length]);
    assert.deepEqual(seen, [['usual', new Set(['usual']), 3], ['codex work', new Set(['codex work']), 2], [undefined, new Set(['Größe']), 1]]);
    assert.equal(stage.status().waiting, 0);
  });

  it('says nothing that the destination takes out, and divides by what it says', async () => {
    const sharing = { content: toContentPolicy('none'), redact: [{ name: 'own', pattern: 'codex|usual' }] };
    const stage = openStage([destinationOf('a', { ...PHOENIX, sharing, rules: [{ agents: ['codex'], project: 'codex' }] })]);
    put(stage);
    await stage.flush();
    assert.deepEqual(stage.requests.map(({ batch, spanIds }) => [batch.headers, spanIds.length]), [[{ 'x-project-name': '[redacted:own]' }, 6]]);
  });

  it('is told where it is shown, unless the person configured one', () => {
    const redact = { content: toContentPolicy('none'), redact: [{ name: 'own', pattern: 'otter' }] };
    const contexts = [{ project: 'otters', sharing: redact }, { project: 'otters', sharing: redact }, { sharing: redact }, { project: 'Größe', sharing: redact }];
    assert.deepEqual(listProjectHeaders(contexts, destinationOf('a', PHOENIX)), ['x-project-name: [redacted:own]s']);
    assert.deepEqual(listProjectHeaders(contexts, destinationOf('a', { ...PHOENIX, headers: { 'x-project-name': 'mine' } })), []);
    assert.deepEqual(listProjectHeaders(contexts, destinationOf('a')), []);
  });

  it('reaches the backend, and one that the person configured wins', async () => {
    const backend = await startOtlpBackend();
    backends.push(backend);
    const stage = openStage([destinationOf('a', { ...PHOENIX, url: backend.url, rules: [] })], { createExporter });
    put(stage);
    await stage.flush();
    const batch = withProjectHeader({ resourceSpans: [] }, 'p', PHOENIX);
    const own = createExporter(destinationOf('b', { ...PHOENIX, url: backend.url, headers: { 'X-Project-Name': 'mine' } }));
    await own.export(batch);
    await own.close();
    assert.deepEqual(backend.requests.map(({ headers }) => headers['x-project-name']), ['usual', 'mine']);
  });

  it('a part that is refused for now waits with those behind it, and nothing is sent twice', async () => {
    const stage = openStage([destinationOf('a', PHOENIX)]);
    stage.backends.answer('a', (_ids, batch) => (batch.headers?.['x-project-name'] === 'codex work' ? busy : success));
    put(stage);
    await stage.flush();
    assert.deepEqual([stage.backends.taken().length, stage.status().waiting], [3, 3]);
    stage.backends.answer('a', () => success);
    await stage.flush(true);
    assert.deepEqual([new Set(stage.backends.taken()).size, stage.backends.taken().length, stage.status().waiting], [6, 6, 0]);
  });
});

describe('an attribute of its own', () => {
  it('stands on the resource and on every span, with the service where no project is said', async () => {
    const stage = openStage([destinationOf('a', { projectAttribute: 'arize.project.name', rules: [{ agents: ['codex'], project: 'work' }] })]);
    put(stage);
    await stage.flush();
    assert.equal(stage.requests.length, 1);
    for (const { resource, spans } of stage.requests[0]?.batch.resourceSpans ?? []) {
      const expected = resource['service.name'] === 'codex' ? 'work' : resource['service.name'];
      assert.deepEqual([resource['arize.project.name'], resource['openinference.project.name']], [expected, expected]);
      for (const span of spans) assert.equal(span.attributes['arize.project.name'], expected);
    }
  });
});

describe('the service', () => {
  it('is the project where the backend knows no projects and nothing else names it', async () => {
    const servicesOf = async (settings: Partial<Destination>): Promise<unknown[]> => {
      const stage = openStage([destinationOf('a', settings)]);
      put(stage);
      await stage.flush();
      return [...new Set(stage.requests[0]?.batch.resourceSpans.map(({ resource }) => String(resource['service.name'])))].sort((a, b) => (a < b ? -1 : 1));
    };
    assert.deepEqual(await servicesOf({ project: 'work', projectAsService: true }), ['work']);
    assert.deepEqual(await servicesOf({ project: 'work', projectAsService: true, rules: [{ agents: ['codex'], serviceName: 'mine' }] }), ['mine', 'work']);
    assert.deepEqual(await servicesOf({ projectAsService: true }), ['codex', 'gemini', 'kiro']);
    assert.deepEqual(await servicesOf({ project: 'work' }), ['codex', 'gemini', 'kiro']);
  });
});
