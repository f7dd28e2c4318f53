/** What stands on the resource: the tree that a turn worked in, and the user's own attributes. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { collectOnce } from '#spoor/collector/collect-once.ts';
import { createLog } from '#spoor/config/log.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { answerRecord, history, nowSeconds, openTraced, prompt, promptRecord, sidecarOf, spool, stop, turnMetadata } from '../support/spooled.ts';

const COMMIT = 'a'.repeat(40);

function layRepository(traced: TracedHome): string {
  const folder = join(traced.root, 'pond');
  mkdirSync(join(folder, '.git', 'refs', 'heads'), { recursive: true });
  writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(folder, '.git', 'refs', 'heads', 'main'), `${COMMIT}\n`);
  writeFileSync(join(folder, '.git', 'config'), '[remote "origin"]\n\turl = https://ann:hush@host.example/ann/pond.git\n');
  return folder;
}

async function collect(t: TestContext, config: string): Promise<{ traced: TracedHome; spans: ReturnType<Awaited<ReturnType<typeof startOtlpBackend>>['spans']> }> {
  const traced = openTraced(t);
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  writeFileSync(traced.home.configFile, `${config}destinations:\n  here: { url: '${backend.url}', addedAt: '2026-01-01T00:00:00Z' }\n`);
  const folder = layRepository(traced);
  spool(traced, { ...prompt('s', 'hi'), cwd: folder });
  spool(traced, { ...stop('s'), cwd: folder });
  const sidecar = sidecarOf('s', [turnMetadata(['p', 'a'], { endSeconds: nowSeconds, seconds: 2, credits: [0.5] })]);
  history(traced, 's', [promptRecord('p', 'hi', nowSeconds - 2), answerRecord('a', 'done')], sidecar);
  const log = createLog(traced.home, { name: 'spoor', verbose: true });
  await collectOnce({ home: traced.home, version: '0.1.0', environment: { ...traced.environment, env: {} }, agents, log, signal: new AbortController().signal });
  return { traced, spans: backend.spans() };
}

test('branch, commit and repository stand on the resource of a live turn, without the password of the remote', async (t) => {
  const { spans } = await collect(t, '');
  assert.equal(spans.length, 2);
  for (const { resource } of spans) {
    const told = Object.fromEntries(Object.entries(resource).filter(([name]) => name.startsWith('vcs.')));
    assert.deepEqual(told, {
      'vcs.repository.url.full': 'https://host.example/ann/pond', 'vcs.repository.name': 'pond',
      'vcs.ref.head.name': 'main', 'vcs.ref.head.revision': COMMIT, 'vcs.ref.head.type': 'branch',
    });
  }
});

test('what the user configured stands on the resource, and on the turn for those who show no resource', async (t) => {
  const { spans } = await collect(t, "userId: ann\nattributes: { team: blue, floor: 3, share: 0.5, trial: true, 'service.name': mine }\n");
  const custom = { team: 'blue', floor: 3n, share: 0.5, trial: true };
  for (const { resource, attributes, name } of spans) {
    assert.deepEqual({ ...resource, ...custom }, resource);
    assert.equal(resource['service.name'], 'kiro');
    assert.equal(attributes['user.id'], 'ann');
    assert.equal(attributes.team, name.startsWith('invoke_agent') ? 'blue' : undefined);
  }
});
