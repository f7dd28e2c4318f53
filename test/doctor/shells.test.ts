/** A doctor called in a shell that says where its sessions go: what counts there, and nothing of it stays. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { assertNothingLeft, createDoctorHome } from './doctor-home.ts';

const SECRET = 'c2VjcmV0LW9mLXRoaXMtc2hlbGw';

test('environment-only: without an endpoint the hook leaves, as it should; with one the whole chain holds', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  assert.equal((await stage.run(['install', 'kiro', '--yes', '--env-only'])).code, 0);
  const without = await stage.examine();
  assert.equal(without.code, 0, without.text);
  assert.deepEqual([without.link('spool')?.state, without.link('spool')?.next], ['attention', 'export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318']);
  assert.ok(!existsSync(stage.home.database), 'nothing was made');
  assert.match(without.finding('shim')?.seen ?? '', /acts only where a shell names an OTLP endpoint/);

  assert.equal(without.finding('default-agent')?.state, 'ok');
  writeFileSync(stage.hookFile, '{"version": "v1", "hooks": []}');
  assert.equal((await stage.examine()).finding('hooks')?.next, 'spoor install kiro --env-only', 'what mends it keeps it environment-only');

  const backend = await startOtlpBackend();
  t.after(() => backend.stop());
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: backend.url, OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`, OTEL_RESOURCE_ATTRIBUTES: 'team=blue', SPOOR_USER_ID: 'ada', SPOOR_VERBOSE: 'true' };
  const report = await stage.examine(env);
  assert.equal(report.code, 0, report.text);
  assert.deepEqual([report.link('store')?.state, report.link('destination', 'this-shell')?.state], ['ok', 'ok']);
  const [span, ...others] = backend.spans();
  assert.deepEqual([others.length, span?.resource.team, span?.resource['service.name'], span?.attributes['user.id']], [0, 'blue', 'kiro-cli', 'ada']);
  assert.equal(backend.requests[0]?.headers['api-key'], SECRET);
  assert.ok(!report.text.includes(SECRET));
  await stage.stopCollector();
  assertNothingLeft(stage);
  assert.deepEqual(readdirSync(stage.home.secrets), [], 'no secret stays');
  assert.deepEqual(readdirSync(stage.home.logs), [], 'no line of a probe stays');
});

test('the endpoint of this shell is proved beside those of config.yaml, once for each address', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const backend = await startOtlpBackend({ mode: { type: 'status', status: 401 } });
  t.after(() => backend.stop());
  stage.configure(`destinations:\n  web: {url: "${backend.url}"}\n`);
  const same = await stage.examine({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: backend.url });
  assert.deepEqual(same.chain.filter(({ link }) => link === 'destination').map(({ subject }) => subject), ['web']);
  const other = await stage.examine({ OTEL_EXPORTER_OTLP_ENDPOINT: `${new URL(backend.url).origin}/other` });
  assert.equal(other.link('destination', 'this-shell')?.next, 'put a key that may write there into OTEL_EXPORTER_OTLP_HEADERS');
});

test('variables that cannot be meant are named', async (t) => {
  const stage = await createDoctorHome(t, { hooks: false });
  const report = await stage.examine({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  assert.equal(report.code, 1);
  assert.deepEqual([report.finding('environment')?.state, report.finding('environment')?.next], ['broken', 'unset OTEL_EXPORTER_OTLP_PROTOCOL']);
  assert.match(report.finding('environment')?.seen ?? '', /gRPC is not spoken here/);
});
