/** What OTLP prescribes for each request, over real HTTP. https://opentelemetry.io/docs/specs/otlp/#otlphttp-response */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { parseErrorStatus, parsePartialSuccess } from '#spoor/otlp/parse-response.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { logsFromJson, metricsFromJson } from '../otlp/official.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { sampleLogs, sampleMetrics } from '../otlp/sample-signals.ts';
import { startReceiving } from '../support/receiving.ts';

test('all signals in both encodings are taken, packed or not, with a typed empty answer', async (t) => {
  const { send, read } = await startReceiving(t);
  const bodies = [
    ['/v1/traces', toOtlpJson(sampleBatch), toProtobuf(sampleBatch)],
    ['/v1/logs', JSON.stringify(sampleLogs), logsFromJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x' }] }] }] })],
    ['/v1/metrics', JSON.stringify(sampleMetrics), metricsFromJson(sampleMetrics)],
  ] as const;
  for (const [path, json, bytes] of bodies) {
    for (const [encoding, pack] of [[undefined, (body: Buffer) => body], ['identity', (body: Buffer) => body], ['gzip', gzipSync], ['deflate', deflateSync]] as const) {
      const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
      const asJson = await send(path, pack(Buffer.from(json)), { headers: { ...headers, 'content-type': 'application/json; charset=utf-8' } });
      assert.deepEqual([asJson.status, asJson.headers['content-type'], String(asJson.body)], [200, 'application/json', '{}'], `${path} ${encoding}`);
      const asBytes = await send(path, pack(Buffer.from(bytes)), { headers });
      assert.deepEqual([asBytes.status, asBytes.headers['content-type'], asBytes.body.length], [200, 'application/x-protobuf', 0], `${path} ${encoding}`);
    }
  }
  const counts = read((reader) => reader.readServices());
  assert.deepEqual(counts.map(({ signal, service, records, merged, kept }) => [signal, service, records, merged, kept]), [
    ['logs', '', 4, 0, 4],
    // The same two spans, eight times.
    ['traces', 'kiro', 16, 0, 2],
    ['logs', 'shop', 12, 0, 12],
    ['metrics', 'shop', 48, 0, 48],
  ]);
});

test('an empty request is a success', async (t) => {
  const { send } = await startReceiving(t);
  for (const path of ['/v1/traces', '/v1/logs', '/v1/metrics']) {
    assert.equal((await send(path, '{}')).status, 200);
    assert.equal((await send(path, new Uint8Array())).status, 200);
  }
});

test('what is wrong is told with its status and a google.rpc.Status in the encoding of the request', async (t) => {
  const { send, receiver } = await startReceiving(t);
  const span = toProtobuf(sampleBatch);
  const cases: [name: string, status: number, answer: ReturnType<typeof send>][] = [
    ['no JSON', 400, send('/v1/traces', 'resourceSpans')],
    ['a list', 400, send('/v1/logs', '[]')],
    ['nothing', 400, send('/v1/metrics', '')],
    ['no protobuf', 400, send('/v1/traces', Buffer.from('\u00ff\u00ff'))],
    ['half of it', 400, send('/v1/traces', span.subarray(0, span.length - 7))],
    ['not packed', 400, send('/v1/traces', span, { headers: { 'content-encoding': 'gzip' } })],
    ['half of the packed', 400, send('/v1/traces', gzipSync(span).subarray(0, 60), { headers: { 'content-encoding': 'gzip' } })],
    ['no such path', 404, send('/v1/profiles', span)],
    ['a name of every object', 404, send('/v1/constructor', span)],
    ['GET', 405, send('/v1/traces', '', { method: 'GET' })],
    ['PUT', 405, send('/v1/logs', span, { method: 'PUT' })],
    ['a form', 415, send('/v1/traces', span, { headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
    ['brotli', 415, send('/v1/traces', span, { headers: { 'content-encoding': 'br' } })],
    ['another host', 403, send('/v1/traces', span, { headers: { host: 'rebound.example:4318' } })],
    ['a name that every object has', 415, send('/v1/traces', span, { headers: { 'content-type': 'constructor' } })],
    ['such a name from another host', 403, send('/v1/traces', span, { headers: { host: 'rebound.example:4318', 'content-type': 'constructor' } })],
    ['another origin', 403, send('/v1/traces', span, { headers: { origin: 'https://page.example' } })],
  ];
  for (const [name, status, answer] of cases) {
    const { status: got, headers, body } = await answer;
    assert.equal(got, status, name);
    const encoding = headers['content-type'] === 'application/x-protobuf' ? 'protobuf' : 'json';
    assert.ok((parseErrorStatus(body, encoding) ?? '').length > 10, `${name}: ${String(body)}`);
    assert.equal(headers.allow, status === 405 ? 'POST' : undefined, name);
  }
  await receiver.close();
  const late = await send('/v1/traces', span);
  assert.deepEqual([late.status, late.headers['retry-after']], [503, '1']);
});

test('spans that cannot be are left out and told as a partial success; the rest is kept', async (t) => {
  const { send, read } = await startReceiving(t);
  const [group] = structuredClone(sampleBatch).resourceSpans;
  const [span] = group?.spans ?? [];
  assert.ok(group && span);
  const json = toOtlpJson({ resourceSpans: [{ ...group, spans: [span, { ...span, traceId: '' }, { ...span, spanId: '0000000000000000' }] }] });
  const { status, body } = await send('/v1/traces', json);
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(String(body)).partialSuccess.rejectedSpans, '2');
  assert.equal(parsePartialSuccess(body, 'json')?.rejectedSpans, 2);
  const inBytes = await send('/v1/traces', toProtobuf({ resourceSpans: [{ ...group, spans: [{ ...span, traceId: '' }] }] }));
  assert.equal(parsePartialSuccess(inBytes.body, 'protobuf')?.rejectedSpans, 1);
  assert.equal(read((reader) => reader.readTrace(span.traceId, 10)).length, 1);
});

test('with a token only who names it is taken', async (t) => {
  const { send } = await startReceiving(t, { token: 'correct horse' });
  const statusOf = async (headers: Record<string, string>): Promise<number> => (await send('/v1/logs', '{}', { headers })).status;
  assert.equal(await statusOf({}), 401);
  assert.equal(await statusOf({ authorization: 'Bearer wrong' }), 401);
  assert.equal(await statusOf({ authorization: 'Basic correct horse' }), 401);
  assert.equal(await statusOf({ 'x-spoor-token': '' }), 401);
  assert.equal(await statusOf({ authorization: 'Bearer correct horse' }), 200);
  assert.equal(await statusOf({ 'x-spoor-token': 'correct horse' }), 200);
  assert.equal((await send('/v1/logs', '{}')).headers['www-authenticate'], 'Bearer');
});

test('what is not below /v1/ is the app\'s', async (t) => {
  const { send } = await startReceiving(t);
  assert.equal((await send('/metrics', '', { method: 'GET' })).status, 418);
});
