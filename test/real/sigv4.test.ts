/**
 * Signatures of ours, and those of the real OpenTelemetry Collector, before the same judge: botocore, AWS's own library for Python. Not part of
 * `npm test`: see scripts/backends/botocore.ts and scripts/backends/otel-collector.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { checkXray } from '#spoor/exporters/aws/check-xray.ts';
import type { Exporter } from '#spoor/exporters/exporter.ts';
import { createOtlpHttpExporter } from '#spoor/exporters/otlp-http.ts';
import { installBotocore, startJudge, type Judge, type SignedRequest } from '../../scripts/backends/botocore.ts';
import { findCollectorFault, startSigningCollector } from '../../scripts/backends/otel-collector.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { anyBatch, sampleBatch } from '../otlp/sample-batch.ts';
import { startRawServer, type RawServer } from '../support/raw-server.ts';
import { removeFolder } from '../support/remove-folder.ts';

const SIGNER = { accessKeyId: 'AKIAGOSHAWKQQQQQQQQQ', secretAccessKey: 'goshawk/secret+of40characters/nobodys/', region: 'ap-southeast-2', service: 'xray' };
const TOKEN = 'goshawk//token+of/a/session==';
const HEADERS = { 'x-aws-log-group': '/aws/odd   group/with  blanks', 'x-aws-log-stream': 'runtime-logs', 'x-aws-metric-namespace': '=;,"%/~' };
const DEADLINE_MILLIS = 30_000;

let botocoreFault: string | undefined;
await installBotocore().catch((error: Error) => (botocoreFault = error.message));
const skip = botocoreFault ?? false;

let judge: Judge;
let backend: RawServer;

function useKeys(token?: string): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: SIGNER.accessKeyId, AWS_SECRET_ACCESS_KEY: SIGNER.secretAccessKey });
  if (token === undefined) delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = token;
}

function exporterOf(some: Parameters<typeof destinationOf>[0] | Record<string, unknown> = {}): Exporter {
  return createOtlpHttpExporter(destinationOf({ exporter: 'otlp-http', url: `${backend.url}/v1/traces`, auth: 'sigv4', region: SIGNER.region, headers: HEADERS, ...some }));
}

function lastRequest(): SignedRequest {
  const { method = '', path = '', headers = {}, body = Buffer.alloc(0) } = backend.requests.at(-1) ?? {};
  return { method, path, headers: Object.entries(headers), body };
}

function withHeader({ headers, ...rest }: SignedRequest, name: string, value: string): SignedRequest {
  return { ...rest, headers: headers.map(([key, old]): [string, string] => [key, key === name ? value : old]) };
}

/** What may be done to a request on its way, or be expected of it, and must not verify. */
const TAMPERINGS: Readonly<Record<string, (request: SignedRequest) => [SignedRequest, Partial<typeof SIGNER>?]>> = {
  'a bit of the body': (request) => [{ ...request, body: Buffer.concat([request.body.subarray(0, -1), Buffer.from([(request.body.at(-1) ?? 0) ^ 1])]) }],
  'no body': (request) => [{ ...request, body: Buffer.alloc(0) }],
  'another path': (request) => [{ ...request, path: '/v1/metrics' }],
  'a query': (request) => [{ ...request, path: `${request.path}?a=b` }],
  'another method': (request) => [{ ...request, method: 'PUT' }],
  'another host': (request) => [withHeader(request, 'host', 'xray.example.org')],
  'another type': (request) => [withHeader(request, 'content-type', 'text/plain')],
  'another moment': (request) => [withHeader(request, 'x-amz-date', (request.headers.find(([name]) => name === 'x-amz-date')?.[1] ?? '').replace(/(\d)Z$/, (_, digit: string) => `${(Number(digit) + 1) % 10}Z`))],
  'another region': (request) => [request, { region: 'us-east-1' }],
  'another service': (request) => [request, { service: 'logs' }],
  'another secret': (request) => [request, { secretAccessKey: 'another' }],
  'another key': (request) => [request, { accessKeyId: 'AKIAANOTHER' }],
};

async function assertVerdicts(request: SignedRequest): Promise<void> {
  assert.equal(await judge.findFault(request, SIGNER), undefined, JSON.stringify(request.headers));
  for (const [what, tamper] of Object.entries(TAMPERINGS)) {
    const [tampered, expected] = tamper(request);
    assert.notEqual(await judge.findFault(tampered, { ...SIGNER, ...expected }), undefined, what);
  }
}

describe('signatures before botocore', { skip }, () => {
  before(async () => {
    [judge, backend] = await Promise.all([startJudge(), startRawServer()]);
  });
  after(async () => {
    await Promise.all([judge.stop(), backend.stop()]);
  });

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    for (const compression of ['gzip', 'none'] as const) {
      for (const token of [undefined, TOKEN]) {
        test(`ours: ${protocol}, ${compression}, ${token ? 'with' : 'without'} a session token`, async () => {
          useKeys(token);
          const exporter = exporterOf({ protocol, compression });
          assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
          await exporter.close();
          await assertVerdicts(lastRequest());
          if (token !== undefined) assert.notEqual(await judge.findFault(withHeader(lastRequest(), 'x-amz-security-token', 'another'), SIGNER), undefined);
          assert.notEqual(await judge.findFault(withHeader(lastRequest(), 'x-aws-log-group', 'another'), SIGNER), undefined);
        });
      }
    }
  }

  test('ours: any batch, with any header that HTTP can carry, on any path', async () => {
    useKeys(TOKEN);
    const value = fc.string({ unit: fc.constantFrom(...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), '\t', '  ') }).filter((text) => text.trim() !== '');
    const path = fc.constantFrom('/v1/traces', '/a%20b/v1/traces', '/v1/traces/', '/v1/traces?z=1&a=two%20words&b=', '/v1/traces?a=%2F%3D&a=1');
    await fc.assert(fc.asyncProperty(anyBatch, value, path, fc.constantFrom('gzip', 'none'), async (batch, text, at, compression) => {
      const exporter = exporterOf({ url: `${backend.url}${at}`, compression, headers: { 'x-aws-log-group': text, 'x-own': `${text}é` } });
      assert.equal((await exporter.export(batch)).status, 'success');
      await exporter.close();
      assert.equal(await judge.findFault(lastRequest(), SIGNER), undefined, JSON.stringify(lastRequest().headers));
    }), { numRuns: 300 });
  });

  test('ours: the questions that a check asks', async () => {
    useKeys(TOKEN);
    const asked = await startRawServer();
    asked.answer(() => ({ status: 200, body: '<Arn>arn:aws:sts::210987654321:assumed-role/a/b</Arn>' }));
    await checkXray({ region: SIGNER.region }, { endpoints: { sts: asked.url, xray: asked.url, logs: asked.url } });
    assert.equal(asked.requests.length, 4);
    for (const { method, path, headers, body } of asked.requests) {
      const service = headers['x-amz-target'] ? 'logs' : path === '/' ? 'sts' : 'xray';
      assert.equal(await judge.findFault({ method, path, headers: Object.entries(headers), body }, { ...SIGNER, service }), undefined, path);
    }
    await asked.stop();
  });

  test("the Collector's sigv4auth gets the same verdicts", { skip: findCollectorFault() ?? false }, async () => {
    for (const [compression, token] of [['gzip', TOKEN], ['none', undefined]] as const) {
      const folder = mkdtempSync(join(tmpdir(), 'spoor-sigv4-'));
      const env = { AWS_ACCESS_KEY_ID: SIGNER.accessKeyId, AWS_SECRET_ACCESS_KEY: SIGNER.secretAccessKey, ...(token ? { AWS_SESSION_TOKEN: token } : {}) };
      const { region, service } = SIGNER;
      const collector = await startSigningCollector(folder, { target: `${backend.url}/v1/traces`, region, service, compression, headers: HEADERS, env });
      const count = backend.requests.length;
      const exporter = exporterOf({ url: `${collector.url}/v1/traces`, auth: undefined, headers: {} });
      assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
      for (const end = performance.now() + DEADLINE_MILLIS; backend.requests.length === count && performance.now() < end; ) await sleep(50);
      await Promise.all([exporter.close(), collector.stop()]);
      removeFolder(folder);
      assert.equal(backend.requests.length, count + 1);
      await assertVerdicts(lastRequest());
    }
  });
});
