/** Every request to AWS carries a signature of what is sent, as an own verifier sees it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleBatch } from '../../otlp/sample-batch.ts';
import { findSignatureFault, type RawRequest, type Verifying } from '../../support/sigv4.ts';
import { keysOf, openAwsStage, REGION, type AwsStage, type Keys } from './aws-stage.ts';

const ODD_HEADERS = { 'x-aws-log-group': ' /aws/odd   group/with  blanks ', 'x-aws-log-stream': 'a\tb', 'x-aws-metric-namespace': '=;,"%/~', 'x-own': 'naïve £' };

function setKeys({ set }: AwsStage, { id, secret, token }: Keys): Verifying {
  set('AWS_ACCESS_KEY_ID', id);
  set('AWS_SECRET_ACCESS_KEY', secret);
  if (token !== undefined) set('AWS_SESSION_TOKEN', token);
  return { secretAccessKey: secret, region: REGION, service: 'xray' };
}

test('a request verifies in every encoding, with and without a session token', async () => {
  for (const token of ['otter//token==', undefined]) {
    const stage = await openAwsStage();
    const verifying = setKeys(stage, { ...keysOf('otter'), token });
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      for (const compression of ['gzip', 'none'] as const) {
        const result = await stage.exporter({ protocol, compression, headers: ODD_HEADERS }).export(sampleBatch);
        assert.deepEqual(result, { status: 'success' });
        const request = stage.backend.requests.at(-1) as RawRequest;
        assert.equal(findSignatureFault(request, verifying), undefined, `${protocol} ${compression}`);
        assert.equal(request.headers['x-amz-security-token'], token);
        assert.match(request.headers['x-amz-content-sha256'] ?? '', /^[0-9a-f]{64}$/);
      }
    }
  }
});

test('an address with a path and a query of its own verifies', async () => {
  const stage = await openAwsStage();
  const verifying = setKeys(stage, keysOf('heron'));
  await stage.exporter({ url: `${stage.backend.url}/a%20b/v1/traces?z=1&a=two%20words&b=` }).export(sampleBatch);
  assert.equal(findSignatureFault(stage.backend.requests[0] as RawRequest, verifying), undefined);
});

test('what was tampered with does not verify', async () => {
  const stage = await openAwsStage();
  const verifying = setKeys(stage, keysOf('lynx'));
  await stage.exporter({ headers: ODD_HEADERS }).export(sampleBatch);
  const [request] = stage.backend.requests as [RawRequest];
  assert.equal(findSignatureFault(request, verifying), undefined);
  const tampered: Record<string, RawRequest> = {
    body: { ...request, body: Buffer.concat([request.body, Buffer.from([0])]) },
    path: { ...request, path: '/v1/metrics' },
    method: { ...request, method: 'PUT' },
    host: { ...request, headers: { ...request.headers, host: 'example.org' } },
    type: { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } },
    group: { ...request, headers: { ...request.headers, 'x-aws-log-group': 'another' } },
    token: { ...request, headers: { ...request.headers, 'x-amz-security-token': 'another' } },
  };
  for (const [what, one] of Object.entries(tampered)) assert.notEqual(findSignatureFault(one, verifying), undefined, what);
  for (const other of [{ region: 'us-east-1' }, { service: 'logs' }, { secretAccessKey: 'another' }]) assert.notEqual(findSignatureFault(request, { ...verifying, ...other }), undefined);
});

test('a destination without a region is told of', async () => {
  const stage = await openAwsStage();
  assert.throws(() => stage.exporter({ region: undefined }), /"auth: sigv4" and no region/);
});

test('a destination that is not signed carries nothing of AWS', async () => {
  const stage = await openAwsStage();
  setKeys(stage, keysOf('crow'));
  await stage.exporter({ auth: undefined }).export(sampleBatch);
  const names = Object.keys(stage.backend.requests[0]?.headers ?? {});
  assert.deepEqual(names.filter((name) => name.startsWith('x-amz') || name === 'authorization'), []);
});
