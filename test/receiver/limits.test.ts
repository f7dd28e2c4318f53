/** Bombs, sluggards and crowds: bounded, and the next one is taken. */
import assert from 'node:assert/strict';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';
import { startReceiving } from '../support/receiving.ts';

const DEADLINE_MILLIS = 20_000;

const span = toProtobuf(sampleBatch);

test('a body that is too large is refused: by its length, as it comes, and unpacked', async (t) => {
  const { send, port } = await startReceiving(t, { limits: { maxBytes: 10_000 } });
  assert.equal((await send('/v1/traces', Buffer.alloc(10_001))).status, 413);
  const chunked = await new Promise<number>((resolve, reject) => {
    const request = httpRequest({ port, path: '/v1/traces', method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    for (let part = 0; part < 20; part += 1) request.write(' '.repeat(1000));
    request.end();
  });
  assert.equal(chunked, 413);
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  assert.ok(bomb.length < 10_000);
  assert.equal((await send('/v1/logs', bomb, { headers: { 'content-encoding': 'gzip' } })).status, 413);
  assert.equal((await send('/v1/traces', span)).status, 200);
});

test('a quarter of a gigabyte in little gzip is not unpacked', async (t) => {
  const { send } = await startReceiving(t);
  const bomb = gzipSync(Buffer.alloc(256 << 20));
  const before = process.memoryUsage.rss();
  for (let turn = 0; turn < 3; turn += 1) assert.equal((await send('/v1/traces', bomb, { headers: { 'content-encoding': 'gzip' } })).status, 413);
  assert.ok(process.memoryUsage.rss() - before < 300 << 20, 'bounded by the limit, not by what was packed');
});

test('a request of nothing but empty messages does not fill the memory', async (t) => {
  const { send, troubles } = await startReceiving(t);
  // Events of a span: two bytes each on the wire, an object each in memory.
  const events = Buffer.alloc(24 << 20);
  for (let at = 0; at < events.length; at += 2) events[at] = (11 << 3) | 2;
  const inside = new BinaryWriter().uint32((2 << 3) | 2).bytes(new BinaryWriter().uint32((2 << 3) | 2).bytes(events).finish()).finish();
  const bomb = gzipSync(new BinaryWriter().uint32((1 << 3) | 2).bytes(inside).finish());
  assert.equal((await send('/v1/traces', bomb, { headers: { 'content-encoding': 'gzip' } })).status, 400);
  assert.equal((await send('/v1/logs', gzipSync(`{"resourceLogs":[${'{},'.repeat(4_100_000)}{}]}`), { headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' } })).status, 400);
  assert.equal((await send('/v1/metrics', `{"resourceMetrics":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).status, 200, 'nothing of it is a metric');
  assert.equal((await send('/v1/traces', span)).status, 200);
  assert.deepEqual(troubles, []);
});

test('a body that does not come is given up, and its connection with it', async (t) => {
  const { port } = await startReceiving(t, { limits: { timeoutMillis: 100 } });
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write(`POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`);
  let told = '';
  socket.setEncoding('utf8').on('data', (text: string) => (told += text));
  await once(socket, 'end');
  assert.match(told, /^HTTP\/1\.1 408 [\s\S]*connection: close/i);
});

test('more than may wait is turned away with when to come again, and taken then', async (t) => {
  const { send, port, read } = await startReceiving(t, { limits: { maxHeldBytes: 5000 } });
  const hold = (): ClientRequest => {
    const holder = httpRequest({ port, path: '/v1/traces', method: 'POST', headers: { 'content-type': 'application/x-protobuf' } });
    holder.on('error', () => undefined);
    holder.on('response', () => void (isRefused = true));
    holder.write(Buffer.alloc(4500));
    return holder;
  };
  let isRefused = false;
  let holder = hold();
  t.after(() => void holder.destroy());
  // Whichever of the two comes second is refused: again, until the one that does not end is in.
  const large = Buffer.alloc(1000);
  let answer = await send('/v1/traces', large);
  for (const deadline = Date.now() + DEADLINE_MILLIS; answer.status !== 503 && Date.now() < deadline; ) {
    if (isRefused) holder = hold();
    isRefused = false;
    answer = await send('/v1/traces', large);
  }
  assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '1']);
  holder.destroy();
  for (const deadline = Date.now() + DEADLINE_MILLIS; answer.status !== 200 && Date.now() < deadline; ) answer = await send('/v1/traces', span);
  assert.equal(answer.status, 200);
  assert.equal(read((reader) => reader.readTraces({ limit: 10 })).length, 1);
});

test('a hundred that send at once all are taken, each once', async (t) => {
  const { send, read } = await startReceiving(t);
  const [group] = sampleBatch.resourceSpans;
  const [first] = group?.spans ?? [];
  assert.ok(group && first);
  const idOf = (index: number): string => (index + 1).toString(16).padStart(32, '0');
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => send('/v1/traces', toProtobuf({ resourceSpans: [{ ...group, spans: [{ ...first, traceId: idOf(index) }] }] }))));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(read((reader) => reader.readTraces({ limit: 1000 })).length, 100);
});
