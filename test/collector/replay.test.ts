/** `spoor send` as people type it: real processes, a real store, a backend on loopback. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readCollector } from '#spoor/collector/lifecycle/pid-file.ts';
import { createFeeder } from '#spoor/collector/replay/feeder.ts';
import type { ReplayReport } from '#spoor/collector/replay/replay-report.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { nanoToMillis } from '#spoor/core/time.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { buildSpan, buildTurn, idOf, START, traceOf } from '../store/builders.ts';
import { destinationOf } from './delivery-stage.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnSpoor, startSpoor } from '../support/spawn-spoor.ts';

interface Past {
  home: Home;
  backend: OtlpBackend;
  env: Record<string, string>;
  /** Runs `spoor send sink …` to its end. */
  send(...words: string[]): Promise<{ code: number | null; report: ReplayReport; err: string }>;
}

const MINUTE = 60_000_000_000n;

/** Turns of three spans each, two a session, as an import leaves them; their destination is younger. */
async function openPast(t: TestContext, { turns = 6, settings = '' }: { turns?: number; settings?: string } = {}): Promise<Past> {
  const root = mkdtempSync(join(tmpdir(), 'spoor-send-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const backend = await startOtlpBackend();
  writeFileSync(home.configFile, `destinations:\n  sink: { url: '${backend.url}'${settings} }\nstore: { keep: { content: forever } }\n`, { mode: 0o600 });
  const store = openStore(home.database);
  store.transaction(() => {
    for (let turn = 0; turn < turns; turn += 1) saveTurn(store, turn);
  });
  store.close();
  t.after(async () => {
    const collector = readCollector(home);
    if (collector?.alive) process.kill(collector.pid, 'SIGKILL');
    await backend.stop();
    removeFolder(root);
  });
  const env = { PATH: process.env.PATH ?? '', HOME: root, SPOOR_HOME: home.root };
  const send: Past['send'] = async (...words) => {
    const { code, out, err } = await spawnSpoor(['send', 'sink', '--json', ...words], { env });
    return { code, report: (out === '' ? {} : JSON.parse(out)) as ReplayReport, err };
  };
  return { home, backend, env, send };
}

function saveTurn(store: ReturnType<typeof openStore>, turn: number, answer = 'Done'): void {
  const number = 1 + turn * 3;
  const sessionId = `session-${Math.floor(turn / 2)}`;
  const times = { startUnixNano: START + BigInt(turn) * MINUTE, endUnixNano: START + BigInt(turn) * MINUTE + 30_000_000_000n };
  const own = { sessionId, traceId: traceOf(1000 + turn), turnIndex: turn % 2, ...times };
  store.saveSession({ agent: 'kiro', sessionId, startUnixNano: START });
  store.saveTurn(buildTurn(number, { sessionId, live: false, turnIndex: turn % 2, ...times }), [
    buildSpan(number, { kind: 'agent', values: {}, content: { prompt: 'Do' }, ...own }),
    buildSpan(number + 1, { kind: 'chat', parentSpanId: idOf(number), values: {}, content: { answer }, ...own }),
    buildSpan(number + 2, { parentSpanId: idOf(number), ...own }),
  ]);
}

/** Every parent and every trace is as in the store, whatever the ids. */
function assertTrees(backend: OtlpBackend, turns: number): void {
  assert.deepEqual(backend.problems, []);
  const spans = backend.spansById();
  const byTrace = Map.groupBy([...spans.values()].filter(({ name }) => !name.startsWith('agent_session')), ({ traceId }) => traceId);
  assert.equal([...byTrace.values()].flat().length, turns * 3);
  for (const span of spans.values()) {
    const parent = span.parentSpanId === undefined ? undefined : spans.get(span.parentSpanId);
    assert.equal(parent === undefined, span.parentSpanId === undefined);
    if (parent) assert.equal(parent.traceId, span.traceId);
  }
}

describe('spoor send', () => {
  it('sends the past once, the oldest first, with no collector about', async (t) => {
    const { backend, send } = await openPast(t);
    const first = await send();
    assert.equal(first.code, 0, first.err);
    assert.deepEqual([first.report.sessions, first.report.turns, first.report.put, first.report.sent, first.report.alreadyThere, first.report.waiting], [3, 6, 18, 18, 0, 0]);
    assert.deepEqual(backend.spans().filter(({ name }) => name.startsWith('invoke_agent')).map(({ spanId }) => spanId), [1, 4, 7, 10, 13, 16].map(idOf));
    assertTrees(backend, 6);
    const again = await send();
    assert.deepEqual([again.report.put, again.report.alreadyThere, again.report.sent], [0, 18, 0]);
    assert.equal(backend.spans().length, 18);
  });

  it('says what it would send, and sends nothing', async (t) => {
    const { backend, send } = await openPast(t);
    const { report } = await send('--dry-run', '--session', 'session-1');
    assert.deepEqual([report.put, report.alreadyThere, report.sessions], [6, 0, 1]);
    assert.equal(backend.requests.length, 0);
    await send('--session', 'session-1');
    assert.deepEqual([...backend.spansById().keys()].sort(), [7, 8, 9, 10, 11, 12].map(idOf));
    assert.equal((await send('--dry-run')).report.put, 12);
    assert.equal((await send('--dry-run', '--agent', 'codex')).report.spans, 0);
    assert.equal((await send('--dry-run', '--since', '2026-01-01T00:02:00Z', '--until', '2026-01-01T00:04:00Z')).report.turns, 2);
  });

  it('leaves what the destination does not get, and says why', async (t) => {
    const { backend, env, home, send } = await openPast(t, { settings: ', agents: [codex]' });
    for (const words of [['--dry-run'], []]) {
      const { code, report, err } = await send(...words);
      assert.equal(code, 0, err);
      assert.deepEqual([report.put, report.alreadyThere, report.sent, report.setAside], [0, 0, 0, 0]);
      assert.deepEqual(report.kept, [{ reason: 'its agent is not among the "agents" of this destination', spans: 18 }]);
    }
    assert.match((await spawnSpoor(['send', 'sink'], { env })).err, /18 spans kept here: its agent is not among/);
    assert.equal(backend.spans().length, 0);
    const store = openStore(home.database);
    t.after(() => store.close());
    assert.equal(store.database.sql('SELECT count(*) AS count FROM outbox').get()?.count, 0);
    // Out of the configuration's own folders, and too old.
    store.saveSession({ agent: 'kiro', sessionId: 'session-0', cwd: '/home/ada/own/notes', startUnixNano: START });
    const destination = destinationOf('sink', { limits: { oldestMillis: 86_400_000 } });
    const request = { filter: {}, asNew: false, changed: false, dryRun: true };
    const feeder = createFeeder({ store, outbox: createOutbox(store.database), destination, request, copy: 0, exclude: ['/home/ada/own'], nowMillis: () => nanoToMillis(START + 5n * MINUTE) + 86_400_000 });
    while (feeder.feed(1));
    assert.deepEqual([feeder.counts.put, ...[...feeder.counts.kept].map(([reason, spans]) => `${reason.slice(0, 20)} ${spans}`)], [0, 'the configuration ke 6', 'the folder of its se 12']);
    const old = createFeeder({ store, outbox: createOutbox(store.database), destination, request, copy: 0, nowMillis: () => nanoToMillis(START + 5n * MINUTE) + 86_400_000 });
    while (old.feed(1));
    assert.deepEqual([old.counts.put, [...old.counts.kept]], [3, [['it is older than 1 days, and this destination takes nothing that old', 15]]]);
  });

  it('is gone on with where it was killed', async (t) => {
    const { backend, env, home, send } = await openPast(t, { turns: 400 });
    const child = startSpoor(['send', 'sink', '--rate', '300'], { env });
    await backend.waitUntil(() => backend.spansById().size > 200);
    child.kill('SIGKILL');
    const before = backend.spans().length;
    assert.ok(before < 1200);
    const { code, report, err } = await send('--rate', '100000');
    assert.equal(code, 0, err);
    assertTrees(backend, 400);
    assert.ok(report.alreadyThere > 0);
    // At least once: what was under way when it was killed may come twice, and no more.
    assert.ok(backend.spans().length - 1200 <= 512);
    const store = openStore(home.database);
    assert.equal(store.database.sql(`SELECT count(*) AS count FROM outbox WHERE state = 'sent'`).get()?.count, 1200);
    store.close();
  });

  it('sends all again under ids of its own, and keeps them when it was cut off', async (t) => {
    const { backend, env, send } = await openPast(t, { turns: 400 });
    await send('--rate', '100000');
    const old = new Set(backend.spansById().keys());
    const child = startSpoor(['send', 'sink', '--as-new', '--rate', '300'], { env });
    await backend.waitUntil(() => backend.spansById().size > 1400);
    child.kill('SIGKILL');
    const { code, report, err } = await send('--as-new', '--rate', '100000');
    assert.equal(code, 0, err);
    assert.equal(report.isResumed, true);
    const fresh = [...backend.spansById().keys()].filter((id) => !old.has(id));
    assert.equal(fresh.length, 1200);
    assertTrees(backend, 800);
    const third = await send('--as-new', '--session', 'session-0');
    assert.equal(third.report.isResumed, false);
    assert.equal(backend.spansById().size, 2406);
  });

  it('leaves the sending to a collector that runs', async (t) => {
    const { backend, env, home, send } = await openPast(t, { turns: 40 });
    const collector = startSpoor(['collect'], { env });
    t.after(() => collector.kill('SIGKILL'));
    for (const deadline = Date.now() + 20_000; readCollector(home)?.alive !== true; ) {
      assert.ok(Date.now() < deadline, 'the collector did not start');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { code, report, err } = await send();
    assert.equal(code, 0, err);
    assert.equal(report.sent, 120);
    assertTrees(backend, 40);
    assert.equal(readCollector(home)?.pid, collector.pid);
  });

  it('puts the turns of a session below one envelope, of a copy too', async (t) => {
    const { backend, send } = await openPast(t, { settings: ', trace: session' });
    for (const words of [[], ['--as-new']]) {
      const { code, err } = await send(...words);
      assert.equal(code, 0, err);
    }
    const envelopes = [...backend.spansById().values()].filter(({ name }) => name.startsWith('agent_session'));
    assert.equal(envelopes.length, 6);
    assert.equal(new Set(envelopes.map(({ traceId }) => traceId)).size, 6);
    const spans = [...backend.spansById().values()];
    for (const { spanId, traceId } of envelopes) {
      assert.equal(spans.filter((span) => span.traceId === traceId).length, 7);
      assert.equal(spans.filter((span) => span.parentSpanId === spanId).length, 2);
    }
    assert.equal((await send()).report.put, 0);
  });

  it('sends what changed since, and not again', async (t) => {
    const { backend, home, send } = await openPast(t, { settings: ', content: full' });
    await send();
    const store = openStore(home.database);
    saveTurn(store, 2, 'Done, and better');
    store.close();
    assert.equal((await send('--changed', '--dry-run')).report.put, 1);
    assert.equal((await send('--changed')).report.sent, 1);
    const [changed] = backend.spans().slice(18);
    assert.equal(changed?.spanId, idOf(8));
    assert.match(JSON.stringify(changed.attributes, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)), /and better/);
    assert.equal((await send('--changed')).report.put, 0);
    const other = openStore(home.database);
    saveTurn(other, 2, 'Done once more');
    other.close();
    assert.equal((await send('--changed', '--as-new')).report.sent, 3);
    assert.equal(new Set(backend.spans().slice(19).map(({ spanId }) => spanId)).size, 3);
    assert.equal((await send('--changed', '--as-new')).report.put, 0);
  });

  it('says why it cannot', async (t) => {
    const { env, send } = await openPast(t);
    const { code, err } = await spawnSpoor(['send', 'nobody'], { env });
    assert.equal(code, 1);
    assert.match(err, /no destination called nobody\. There are: sink/);
    assert.equal((await send('--rate', '0')).code, 2);
  });
});
