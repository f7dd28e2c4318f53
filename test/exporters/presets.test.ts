/** Every preset against what the backend's own documentation says of a request: the address, the headers, the body. Requests go to a loopback server. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '#spoor/config/config.ts';
import type { DestinationSetting } from '#spoor/config/destination/destination-setting.ts';
import { homeAt } from '#spoor/config/home.ts';
import { listReferences, resolveDestination, findReferencedVariables } from '#spoor/config/resolve-destination.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { findPreset, presets } from '#spoor/exporters/presets/index.ts';
import { completeUrl, toPresetUrl } from '#spoor/exporters/presets/preset-url.ts';
import fc from 'fast-check';
import { fillTemplate } from '#spoor/exporters/presets/fill-template.ts';
import { sampleBatch, withoutAbsent } from '../otlp/sample-batch.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';

interface Documented {
  /** Keys of the destination, beside its preset. */
  keys?: string;
  url: string;
  /** Those that say to whom it belongs. */
  headers: Record<string, string>;
}

const ENV = { PHOENIX_API_KEY: 'px', ARIZE_API_KEY: 'ax', ARIZE_SPACE_ID: 'U3BhY2U6MQ==', HONEYCOMB_API_KEY: 'hc', GRAFANA_CLOUD_API_KEY: 'glc_x', DD_API_KEY: 'dd', LANGFUSE_PUBLIC_KEY: 'pk-lf-1', LANGFUSE_SECRET_KEY: 'sk-lf-2', MINE: 'm' };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** From the pages that each preset names under `docs`. */
const CASES: Record<string, Documented[]> = {
  phoenix: [
    { url: 'http://localhost:6006/v1/traces', headers: {} },
    { keys: 'url: https://app.phoenix.arize.com/s/me, apiKey: env:PHOENIX_API_KEY', url: 'https://app.phoenix.arize.com/s/me/v1/traces', headers: { authorization: 'Bearer px' } },
  ],
  'arize-ax': [
    { url: 'https://otlp.arize.com/v1/traces', headers: { authorization: 'Bearer ax', api_key: 'ax', space_id: 'U3BhY2U6MQ==' } },
    { keys: 'region: eu, apiKey: env:MINE, spaceId: s', url: 'https://otlp.eu-west-1a.arize.com/v1/traces', headers: { authorization: 'Bearer m', api_key: 'm', space_id: 's' } },
    { keys: 'url: https://otlp.onprem.example/v1', url: 'https://otlp.onprem.example/v1/traces', headers: { authorization: 'Bearer ax', api_key: 'ax', space_id: 'U3BhY2U6MQ==' } },
  ],
  xray: [{ keys: 'region: us-west-2', url: 'https://xray.us-west-2.amazonaws.com/v1/traces', headers: {} }],
  otlp: [{ url: 'http://localhost:4318/v1/traces', headers: {} }],
  'otel-collector': [
    { url: 'http://localhost:4318/v1/traces', headers: {} },
    { keys: 'url: https://collector.example/otel, headers: {authorization: Bearer env:MINE}', url: 'https://collector.example/otel/v1/traces', headers: { authorization: 'Bearer m' } },
  ],
  jaeger: [{ url: 'http://localhost:4318/v1/traces', headers: {} }],
  tempo: [
    { url: 'http://localhost:4318/v1/traces', headers: {} },
    { keys: 'spaceId: team-a', url: 'http://localhost:4318/v1/traces', headers: { 'x-scope-orgid': 'team-a' } },
  ],
  honeycomb: [
    { url: 'https://api.honeycomb.io/v1/traces', headers: { 'x-honeycomb-team': 'hc' } },
    { keys: 'region: eu', url: 'https://api.eu1.honeycomb.io/v1/traces', headers: { 'x-honeycomb-team': 'hc' } },
  ],
  'grafana-cloud': [{ keys: 'region: prod-us-east-0, keyId: 123456', url: 'https://otlp-gateway-prod-us-east-0.grafana.net/otlp/v1/traces', headers: { authorization: basic('123456:glc_x') } }],
  datadog: [
    { url: 'https://otlp.datadoghq.com/v1/traces', headers: { 'dd-api-key': 'dd', 'dd-otlp-source': 'llmobs' } },
    { keys: 'region: eu1', url: 'https://otlp.datadoghq.eu/v1/traces', headers: { 'dd-api-key': 'dd', 'dd-otlp-source': 'llmobs' } },
  ],
  langfuse: [
    { url: 'https://cloud.langfuse.com/api/public/otel/v1/traces', headers: { authorization: basic('pk-lf-1:sk-lf-2'), 'x-langfuse-ingestion-version': '4' } },
    { keys: 'url: http://localhost:3000', url: 'http://localhost:3000/api/public/otel/v1/traces', headers: { authorization: basic('pk-lf-1:sk-lf-2'), 'x-langfuse-ingestion-version': '4' } },
  ],
};

function load(t: TestContext, yaml: string): { settings: DestinationSetting[]; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'spoor-presets-'));
  t.after(() => rmSync(root, { recursive: true }));
  const home = homeAt(root);
  mkdirSync(root, { recursive: true });
  writeFileSync(home.configFile, yaml);
  const { value, problems } = loadConfig(home, { env: {}, platform: 'linux' });
  return { settings: value.destinations, problems: problems.map(({ detail }) => detail) };
}

test('every preset is documented here, and says where its own documentation is', () => {
  assert.deepEqual(Object.keys(CASES).sort(), presets.map(({ id }) => id).sort());
  for (const { docs } of presets) assert.match(docs, /^https:\/\//);
});

for (const [id, documented] of Object.entries(CASES)) {
  for (const { keys, url, headers } of documented) {
    test(`${id}${keys ? ` (${keys})` : ''}: the request is the documented one`, async (t) => {
      const { settings: [setting = assert.fail()], problems } = load(t, `destinations: {d: {preset: ${id}${keys ? `, ${keys}` : ''}}}`);
      assert.deepEqual(problems, []);
      const { value: destination = assert.fail(), problems: missing } = resolveDestination(setting, { env: ENV, platform: 'linux' });
      assert.deepEqual([missing, destination.url], [[], url]);
      const backend = await startOtlpBackend();
      t.after(() => backend.stop());
      const { pathname } = new URL(url);
      // Signing is tested where it is done: the request itself is the same without.
      const { auth: _auth, ...unsigned } = destination;
      const exporter = createExporter({ ...unsigned, url: `http://127.0.0.1:${backend.port}${pathname}` });
      t.after(() => exporter.close());
      assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
      const [request = assert.fail()] = backend.requests;
      assert.deepEqual([request.method, request.path, backend.problems], ['POST', pathname, []]);
      const { host: _host, connection: _connection, 'content-length': _length, 'user-agent': agent, ...sent } = request.headers;
      assert.deepEqual(sent, { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip', ...headers });
      assert.match(agent ?? '', /^spoor\//);
      assert.deepEqual(request.batch, withoutAbsent(sampleBatch));
    });
  }
}

test('what a preset needs and nobody told is a problem that says what to do', async (t) => {
  const { settings, problems } = load(t, `destinations:
  a: {preset: nobody}
  b: {preset: xray}
  c: {preset: grafana-cloud, region: prod-us-east-0}
  d: {preset: datadog, region: mars}
  e: {preset: honeycomb}
  f: {url: http://localhost, apiKey: env:X}
  g: {preset: xray, region: "a.example/#"}
`);
  assert.deepEqual(problems.map((text) => text.replace(/^config.yaml:/, '')), [
    `2: destination "a": there is no preset "nobody"; known are ${presets.map(({ id }) => id).join(', ')}`,
    '3: destination "b": the preset "xray" needs "region", the AWS region; or a "url"',
    '4: destination "c": the preset "grafana-cloud" needs "keyId": the instance id',
    '5: destination "d": the preset "datadog" needs "region", the region: us1, us3, us5, eu1, ap1, ap2; or a "url"',
    '7: destination "f": "apiKey" counts only with a "preset"; put it into "headers" (authorization: Bearer env:NAME)',
    '8: destination "g": the preset "xray" needs "region", the AWS region; or a "url"',
  ]);
  assert.deepEqual(settings.map(({ name }) => name), ['e', 'f']);
  const [honeycomb = assert.fail()] = settings;
  assert.deepEqual(findReferencedVariables([honeycomb]), ['HONEYCOMB_API_KEY']);
  assert.deepEqual(resolveDestination(honeycomb, { env: {}, platform: 'linux' }).problems.map(({ detail }) => detail), ['destination "e": "apiKey" is env:HONEYCOMB_API_KEY, which is not set']);
});

test('keys of the destination win over its preset, and a header that it says itself needs no key', (t) => {
  const { settings: [ax = assert.fail(), grafana = assert.fail()], problems } = load(t, `destinations:
  ax: {preset: arize-ax, dialect: gen-ai, trace: session, protocol: http/json, headers: {Authorization: env:MINE, API_KEY: x, space_id: "2"}}
  grafana: {preset: grafana-cloud, url: https://gw.example/otlp, headers: {authorization: Basic env:MINE}}
`);
  assert.deepEqual(problems, []);
  assert.deepEqual([ax.dialect, ax.trace, ax.protocol, listReferences(ax).filter((text) => text.startsWith('env:'))], ['gen-ai', 'session', 'http/json', ['env:MINE']]);
  const environment = { env: { MINE: 'm' }, platform: 'linux' as const };
  assert.deepEqual(resolveDestination(ax, environment).value?.headers, { authorization: 'm', api_key: 'x', space_id: '2' });
  assert.deepEqual(resolveDestination(grafana, environment).value?.headers, { authorization: 'Basic m' });
});

test('one Phoenix is one destination: a second one at its address is refused, and why', (t) => {
  const { settings, problems } = load(t, 'destinations: {a: {url: http://localhost:6006}, b: {preset: phoenix, project: other}, c: {preset: phoenix, url: http://localhost:6007}}');
  assert.deepEqual(settings.map(({ name }) => name), ['a', 'c']);
  assert.match(problems.join(), /destination "b" is the same Phoenix as "a", and gets nothing: Phoenix keeps one span of an id/);
});

test('an address is completed to that of the traces endpoint, and never twice', () => {
  const langfuse = findPreset('langfuse') ?? assert.fail();
  const cases = [['https://h', '/api/public/otel/v1/traces'], ['https://h/', '/api/public/otel/v1/traces'], ['https://h/api/public/otel', '/api/public/otel/v1/traces'], ['https://h/api/public/otel/v1/traces/', '/api/public/otel/v1/traces'], ['https://h/x', '/x/api/public/otel/v1/traces']];
  for (const [base = '', path] of cases) assert.equal(completeUrl(langfuse, base), `https://h${path}`);
  assert.equal(completeUrl(langfuse, 'no address'), 'no address');
  const xray = findPreset('xray') ?? assert.fail();
  assert.deepEqual([toPresetUrl(xray, 'EU-west-1'), toPresetUrl(xray, 'evil.example/'), toPresetUrl(xray)], ['https://xray.eu-west-1.amazonaws.com/v1/traces', undefined, undefined]);
});

test('whatever a key is, it goes into the header as it is: no part of it is taken for a template', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (keyId, apiKey) => {
    const values: Record<string, string> = { keyId, apiKey };
    const valueOf = (key: string): string => values[key] ?? assert.fail(key);
    assert.equal(fillTemplate('Bearer {apiKey}', valueOf), `Bearer ${apiKey}`);
    assert.equal(fillTemplate('Basic base64({keyId}:{apiKey})', valueOf), basic(`${keyId}:${apiKey}`));
  }));
});

test('completing an address twice changes nothing more', () => {
  fc.assert(fc.property(fc.constantFrom(...presets), fc.webUrl({ withQueryParameters: true }), (preset, url) => {
    const once = completeUrl(preset, url);
    assert.equal(completeUrl(preset, once), once);
    assert.ok(new URL(once).pathname.endsWith('/v1/traces'));
  }));
});
