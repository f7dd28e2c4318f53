/** Requests that were made to break the receiver: answered, bounded, and the next one is taken. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { decodeRequest } from '#spoor/receiver/decode-request.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { sampleLogs, sampleMetrics } from '../otlp/sample-signals.ts';
import { startReceiving } from '../support/receiving.ts';

const span = toProtobuf(sampleBatch);
const gzip = { headers: { 'content-encoding': 'gzip' } };

/** Fields with these bytes inside each other, the innermost first. */
function wrap(bytes: Uint8Array, ...fields: number[]): Uint8Array {
  return fields.reduce<Uint8Array>((inside, field) => new BinaryWriter().uint32((field << 3) | 2).bytes(inside).finish(), bytes);
}

test('ids and bytes of 60 MB are no more memory than they are', async (t) => {
  const { send, read, troubles } = await startReceiving(t);
  const long = Buffer.alloc(60 << 20, 0xab);
  const told = await send('/v1/traces', gzipSync(wrap(long, 1, 2, 2, 1)), gzip);
  assert.equal(told.status, 200);
  assert.ok(told.body.length > 0, 'it tells that it was left out');
  // A log whose body is bytes.
  assert.equal((await send('/v1/logs', gzipSync(wrap(long.subarray(0, 30 << 20), 7, 5, 2, 2, 1)), gzip)).status, 200);
  assert.equal((await send('/v1/traces', span)).status, 200);
  assert.equal(read((reader) => reader.readTraces({ limit: 9 })).length, 1);
  assert.deepEqual(troubles, []);
});

test('groups inside each other a million times are no message', async (t) => {
  const { send, troubles } = await startReceiving(t);
  assert.equal((await send('/v1/traces', Buffer.alloc(1_000_000, (15 << 3) | 3))).status, 400);
  assert.equal((await send('/v1/traces', span)).status, 200);
  assert.deepEqual(troubles, []);
});

test('a span with two hundred thousand attributes is kept, names that every object has among them', async (t) => {
  const { send, read } = await startReceiving(t);
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', ''];
  const attributes = [...names, ...Array.from({ length: 200_000 }, (_, index) => `k${index}`)].map((key) => ({ key, value: { stringValue: 'v' } }));
  const body = JSON.stringify({ resourceSpans: [{ resource: { attributes: names.map((key) => ({ key, value: { stringValue: 'r' } })) }, scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x', attributes }] }] }] });
  assert.equal((await send('/v1/traces', body)).status, 200);
  const [kept] = read((reader) => reader.readTrace('a'.repeat(32), 9));
  assert.equal(Object.keys(kept?.attributes ?? {}).length, 200_005);
  for (const name of names) assert.deepEqual([Object.hasOwn(kept?.attributes ?? {}, name), Object.hasOwn(kept?.resource ?? {}, name)], [true, true], name);
  assert.equal(({} as Record<string, unknown>).v, undefined);
});

test('partial success counts every span that was left out, whatever else is wrong', async (t) => {
  const { send, read } = await startReceiving(t);
  // Sixty unknown fields come before: a list of problems has an end.
  const unknown = new BinaryWriter();
  for (let field = 100; field < 160; field += 1) unknown.uint32(field << 3).uint32(1);
  const bad = wrap(Buffer.from([1, 2, 3]), 1);
  const spans = Buffer.concat([unknown.finish(), wrap(bad, 2), wrap(bad, 2)]);
  const answer = await send('/v1/traces', Buffer.concat([wrap(spans, 2, 1), span]));
  assert.equal(answer.status, 200);
  // ExportTraceServiceResponse.partial_success.rejected_spans
  assert.deepEqual([...answer.body.subarray(3, 5)], [(1 << 3) | 0, 2]);
  assert.match(answer.body.toString('latin1'), /^.{8}A span without a valid trace id and span id was left out \(2 times\)/s);
  assert.equal(read((reader) => reader.readTraces({ limit: 9 })).length, 1);
});

test('records that are no objects are left out and told, of each signal', async (t) => {
  const { send, read } = await startReceiving(t);
  const wrong = [1, 'x', null, [], true];
  const logs = await send('/v1/logs', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [...wrong, { body: { stringValue: 'right' } }] }] }] }));
  assert.deepEqual([logs.status, (JSON.parse(logs.body.toString()) as { partialSuccess?: { rejectedLogRecords?: string } }).partialSuccess?.rejectedLogRecords], [200, '5']);
  const metrics = await send('/v1/metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [...wrong, { asInt: '3' }] } }] }] }] }));
  assert.deepEqual([metrics.status, (JSON.parse(metrics.body.toString()) as { partialSuccess?: { rejectedDataPoints?: string } }).partialSuccess?.rejectedDataPoints], [200, '5']);
  assert.deepEqual(read((reader) => [reader.readLogs({ limit: 9 }).length, reader.readMetrics({ limit: 9 }).length]), [1, 1]);
});

test('any value of any type at any place is decoded or refused, never thrown at', () => {
  const bodies = { traces: JSON.parse(toOtlpJson(sampleBatch)) as unknown, logs: sampleLogs as unknown, metrics: sampleMetrics as unknown };
  const anything = fc.anything({ values: [fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant('__proto__'), fc.constant('NaN'), fc.constant('-1')], maxDepth: 2 });
  fc.assert(
    fc.property(fc.constantFrom('traces', 'logs', 'metrics'), fc.nat(), anything, (signal, place, value) => {
      const places: { holder: Record<string, unknown>; key: string }[] = [];
      const copy: unknown = structuredClone(bodies[signal]);
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const key of Object.keys(node)) {
          places.push({ holder: node as Record<string, unknown>, key });
          walk((node as Record<string, unknown>)[key]);
        }
      };
      walk(copy);
      const chosen = places[place % places.length] ?? assert.fail();
      chosen.holder[chosen.key] = value;
      const decoded = decodeRequest({ signal, encoding: 'json', compression: 'identity', body: Buffer.from(JSON.stringify(copy)), maxBytes: 1 << 20 });
      assert.ok('groups' in decoded);
    }),
    { numRuns: 2000 },
  );
});

test('a thousand that send a byte now and then keep nobody else from sending', async (t) => {
  const { send, port } = await startReceiving(t);
  const sockets: Socket[] = await Promise.all(
    Array.from({ length: 1000 }, () => new Promise<Socket>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', () => undefined);
      socket.write(`POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`);
    })),
  );
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (let turn = 0; turn < 3; turn += 1) {
    for (const socket of sockets) socket.write(' ');
    assert.equal((await send('/v1/traces', span)).status, 200);
  }
});

test('a request that its thread dies of is not asked for again; the others are, and are taken', async (t) => {
  const { send, read, troubles } = await startReceiving(t, { limits: { heapMegabytes: 48 } });
  assert.equal((await send('/v1/traces', span)).status, 200);
  const poison = gzipSync(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{"attributes":[]},'.repeat(1_300_000)}{}]}]}]}`);
  const { status, headers } = await send('/v1/logs', poison, { headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' } });
  assert.deepEqual([status, headers['retry-after']], [413, undefined]);
  assert.equal(troubles.length, 1);
  assert.equal((await send('/v1/logs', JSON.stringify(sampleLogs))).status, 200);
  assert.ok(read((reader) => reader.readLogs({ limit: 9 })).length > 0);
});
