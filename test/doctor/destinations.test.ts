/** What each destination thinks of one marked span: real HTTP backends in every mood. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { saveServerFile } from '#spoor/collector/lifecycle/server-file.ts';
import { startOtlpBackend, type BackendMode, type OtlpBackend } from '../support/otlp-backend.ts';
import { createDoctorHome, type DoctorHome } from './doctor-home.ts';

const SECRET = 'Bearer dGhpcy1pcy1hLXNlY3JldA';

const MOODS: readonly { name: string; mode: BackendMode; seen: RegExp; next: RegExp }[] = [
  { name: 'refused', mode: { type: 'refuse' }, seen: /refused the connection: nothing listens there$/, next: /^start the backend, or mend "url" of .*config\.yaml$/ },
  { name: 'hung', mode: { type: 'hang' }, seen: /gave no whole answer within 400 ms$/, next: /^look whether the backend works/ },
  { name: 'endless', mode: { type: 'drip' }, seen: /gave no whole answer within 400 ms$/, next: /^look whether the backend works/ },
  { name: 'keyless', mode: { type: 'status', status: 401, message: `no: ${SECRET}` }, seen: /answered 401 \(the key is missing or wrong\)/, next: /put a key that may write there into "headers"/ },
  { name: 'elsewhere', mode: { type: 'status', status: 404 }, seen: /answered 404 \(there is no such address\)/, next: /put the address of its OTLP traces endpoint into "url"/ },
  { name: 'page', mode: { type: 'status', status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, seen: /with a web page/, next: /OTLP traces endpoint/ },
  { name: 'narrow', mode: { type: 'limit', maxSpans: 0 }, seen: /answered 413/, next: /larger requests/ },
  { name: 'picky', mode: { type: 'partial', rejectedSpans: 1, message: 'no spans today' }, seen: /refused 1 spans for good: "no spans today"$/, next: /mend/ },
  { name: 'sick', mode: { type: 'status', status: 503 }, seen: /answered 503/, next: /^curl -sv -X POST http:/ },
];

async function startMoods(stage: DoctorHome, close: (work: () => Promise<void>) => void): Promise<Map<string, OtlpBackend>> {
  const backends = new Map<string, OtlpBackend>();
  for (const { name, mode } of MOODS) backends.set(name, await startOtlpBackend({ mode }));
  close(async () => {
    for (const backend of backends.values()) await backend.stop();
  });
  const entries = [...backends].map(([name, { url }]) => `  ${name}: {url: "${url}", timeoutMillis: 400, headers: {authorization: "env:MY_KEY"}}`);
  stage.configure(`destinations:\n${entries.join('\n')}\n`);
  return backends;
}

test('each is named with what it answered and the step that mends it; no secret is shown', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const backends = await startMoods(stage, (work) => t.after(work));
  const report = await stage.examine({ MY_KEY: SECRET });
  assert.equal(report.code, 1);
  for (const { name, seen, next } of MOODS) {
    const link = report.link('destination', name);
    assert.equal(link?.state, 'broken', name);
    assert.match(link?.seen ?? '', seen);
    assert.match(link?.next ?? '', next);
  }
  assert.equal(backends.get('keyless')?.requests[0]?.headers.authorization, SECRET, 'the key was used');
  const texts = report.text + (await stage.run(['doctor'], { MY_KEY: SECRET })).out;
  assert.ok(!texts.includes('dGhpcy1pcy1hLXNlY3JldA'), 'and is not shown');
});

test('an unknown host, and a server without TLS', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  stage.configure(`destinations:\n  lost: {url: "http://host.invalid"}\n  plain: {url: "${backend.url.replace('http:', 'https:')}"}\n`);
  const report = await stage.examine();
  assert.match(report.link('destination', 'lost')?.seen ?? '', /is not a known host name|could not be looked up now/);
  assert.match(report.link('destination', 'lost')?.next ?? '', /^mend the host name/);
  assert.match(report.link('destination', 'plain')?.seen ?? '', /does not speak TLS there/);
  assert.match(report.link('destination', 'plain')?.next ?? '', /mend "url"/);
});

test('a key that is not set is named by its variable, and nothing is sent without it', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const backends = await startMoods(stage, (work) => t.after(work));
  const report = await stage.examine();
  assert.match(report.link('destination', 'keyless')?.seen ?? '', /refers to env:MY_KEY, which is not set/);
  assert.ok([...backends.values()].every(({ requests }) => requests.length === 0));
});

test('in a dry run nothing is sent, and that is said', async (t) => {
  const stage = await createDoctorHome(t);
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  stage.configure(`destinations:\n  web: {url: "${backend.url}"}\n`);
  const report = await stage.examine({ SPOOR_DRY_RUN: 'true' });
  assert.equal(report.code, 0, report.text);
  assert.deepEqual([report.link('destination')?.state, report.link('destination')?.next], ['attention', 'unset SPOOR_DRY_RUN']);
  assert.equal(report.finding('dry-run')?.state, 'attention');
  assert.equal(backend.requests.length, 0);
});

test('a file that cannot be written is a destination that is broken', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  stage.configure(`destinations:\n  disk: {path: "${join(stage.user, 'bin', 'kiro-cli', 'traces.jsonl')}"}\n  screen: {exporter: console}\n`);
  const report = await stage.examine();
  const disk = report.link('destination', 'disk');
  assert.deepEqual([report.code, disk?.state], [1, 'broken'], disk?.seen);
  assert.match(disk?.seen ?? '', /could not be written/);
  assert.match(report.link('destination', 'screen')?.seen ?? '', /inside the collector/);
  assert.equal(report.link('destination', 'screen')?.durationMillis, undefined);
});

test('one that leads to where this home is served is not asked: it would only talk to itself', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  stage.configure(`destinations:\n  back: {url: "${backend.url}"}\n`);
  saveServerFile(stage.home, new URL(backend.url).origin);
  const report = await stage.examine({ OTEL_EXPORTER_OTLP_ENDPOINT: new URL(backend.url).origin.replace('127.0.0.1', 'localhost') });
  assert.equal(backend.requests.length, 0);
  for (const [name, next] of [['back', /^spoor serve --port PORT, or name another address in "url" of .*config\.yaml$/], ['this-shell', /name another address in OTEL_EXPORTER_OTLP_ENDPOINT$/]] as const) {
    const link = report.link('destination', name);
    assert.equal(link?.state, 'broken', report.text);
    assert.match(link?.seen ?? '', /spoor serve itself takes telemetry in/);
    assert.match(link?.next ?? '', next);
  }
});
