import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Destination, Exporter, ExportResult } from '#spoor/exporters/exporter.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { sampleBatch, withoutAbsent } from '../otlp/sample-batch.ts';
import { type BackendMode, type OtlpBackend, startOtlpBackend } from '../support/otlp-backend.ts';

type Settings = Partial<Destination>;

function openExporter(t: TestContext, settings: Settings): Exporter {
  const exporter = createExporter(destinationOf({ exporter: 'otlp-http', ...settings }));
  t.after(() => exporter.close());
  return exporter;
}

async function open(t: TestContext, mode: BackendMode, settings: Settings = {}): Promise<{ backend: OtlpBackend; exporter: Exporter }> {
  const backend = await startOtlpBackend({ mode });
  t.after(() => backend.stop());
  return { backend, exporter: openExporter(t, { url: backend.url, ...settings }) };
}

/** A server that does with a request what a test says; gives its URL. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

/** What the exporter makes of one answer. */
async function answerOf(t: TestContext, status: number, more: { headers?: Record<string, string>; message?: string; body?: string } = {}): Promise<ExportResult> {
  const { exporter, backend } = await open(t, { type: 'status', status, ...more });
  const result = await exporter.export(sampleBatch);
  assert.equal(backend.requests.length, 1, 'it tries once, whatever the answer');
  return result;
}

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  for (const compression of ['gzip', 'none'] as const) {
    test(`${protocol} with compression ${compression} arrives equal`, async (t) => {
      const { backend, exporter } = await open(t, { type: 'ok' }, { protocol, compression, headers: { 'X-Project-Name': 'tracks' } });
      assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
      const [request] = backend.requests;
      assert.deepEqual(withoutAbsent(request?.batch), sampleBatch);
      assert.deepEqual(backend.problems, []);
      assert.equal(request?.path, '/v1/traces');
      assert.equal(request?.headers['content-type'], protocol === 'http/json' ? 'application/json' : 'application/x-protobuf');
      assert.equal(request?.headers['content-encoding'], compression === 'gzip' ? 'gzip' : undefined);
      assert.equal(request?.headers['x-project-name'], 'tracks');
      assert.match(String(request?.headers['user-agent']), /^spoor\//);
    });
  }
}

test('configured headers cannot change how the body is declared', async (t) => {
  const headers = { 'Content-Type': 'application/x-protobuf; charset=utf-8', 'Content-Length': '3', 'transfer-encoding': 'chunked', authorization: 'Bearer k' };
  const { backend, exporter } = await open(t, { type: 'ok' }, { headers });
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
  assert.equal(backend.requests[0]?.headers['content-type'], 'application/x-protobuf');
  assert.equal(backend.requests[0]?.headers.authorization, 'Bearer k');
});

test('one connection serves many batches', async (t) => {
  const ports = new Set<number | undefined>();
  const url = await serve(t, (request, response) => {
    ports.add(request.socket.remotePort);
    request.resume().on('end', () => response.end());
  });
  const exporter = openExporter(t, { url });
  for (let i = 0; i < 5; i += 1) assert.equal((await exporter.export(sampleBatch)).status, 'success');
  assert.equal(ports.size, 1);
});

test('a connection that the server closed while it was idle costs nothing', async (t) => {
  const { backend, exporter } = await open(t, { type: 'ok' });
  assert.equal((await exporter.export(sampleBatch)).status, 'success');
  await backend.become({ type: 'refuse' });
  await backend.heal();
  assert.equal((await exporter.export(sampleBatch)).status, 'success');
});

test('partial success: what was refused is told and not sent again', async (t) => {
  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    const { exporter } = await open(t, { type: 'partial', rejectedSpans: 1, message: 'too old' }, { protocol });
    const result = await exporter.export(sampleBatch);
    assert.ok(result.status === 'success');
    assert.equal(result.rejectedSpans, 1);
    assert.match(result.message ?? '', /refused 1 spans for good: "too old"/);
  }
  const { exporter } = await open(t, { type: 'partial', rejectedSpans: 0, message: 'use TLS' });
  const warned = await exporter.export(sampleBatch);
  assert.ok(warned.status === 'success' && warned.rejectedSpans === undefined);
  assert.match(warned.message ?? '', /warning: "use TLS"/);
});

test('what time or a person can heal is retryable', async (t) => {
  for (const status of [301, 302, 307, 401, 402, 403, 404, 405, 407, 408, 425, 429, 500, 501, 502, 503, 504, 507]) {
    const result = await answerOf(t, status);
    assert.equal(result.status, 'retryable', String(status));
    assert.match(result.message ?? '', new RegExp(` answered ${status}\\b`));
  }
});

test('what can never succeed is a failure', async (t) => {
  for (const status of [400, 406, 409, 410, 415, 422]) {
    const result = await answerOf(t, status);
    assert.ok(result.status === 'failure', String(status));
    assert.equal(result.tooLarge, undefined);
  }
  const tooLarge = await answerOf(t, 413);
  assert.ok(tooLarge.status === 'failure' && tooLarge.tooLarge === true);
});

test('every other 2xx is a success, but a web page is none', async (t) => {
  for (const status of [202, 204]) assert.equal((await answerOf(t, status, { body: '' })).status, 'success');
  const page = await answerOf(t, 200, { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Sign in</html>' });
  assert.equal(page.status, 'retryable');
  assert.match(page.message ?? '', /web page/);
});

test('Retry-After is read as seconds or as a date, and capped at an hour', async (t) => {
  const retryAfter = async (value: string, date = 'Sun, 06 Nov 1994 08:49:37 GMT'): Promise<number | undefined> => {
    const result = await answerOf(t, 429, { headers: { 'retry-after': value, date } });
    assert.ok(result.status === 'retryable');
    return result.retryAfterMillis;
  };
  assert.equal(await retryAfter('7'), 7000);
  assert.equal(await retryAfter('0'), 0);
  assert.equal(await retryAfter('Sun, 06 Nov 1994 08:50:07 GMT'), 30_000);
  assert.equal(await retryAfter('Sun, 06 Nov 1994 08:00:00 GMT'), 0);
  assert.equal(await retryAfter('999999999'), 3_600_000);
  assert.equal(await retryAfter('Tue, 06 Nov 2094 08:49:37 GMT'), 3_600_000);
  assert.equal(await retryAfter('soon'), undefined);
  assert.equal(await retryAfter('-5'), undefined);
});

test('an error says what the server said', async (t) => {
  const status = await answerOf(t, 400, { message: 'unknown project tracks' });
  assert.match(status.message ?? '', /^127\.0\.0\.1:\d+ answered 400: "unknown project tracks"\.$/);
  const text = await answerOf(t, 415, { headers: { 'content-type': 'text/plain' }, body: 'Unsupported\r\ncontent \u001b[31mtype' });
  assert.match(text.message ?? '', /: "Unsupported content \[31mtype"\.$/);
  const long = await answerOf(t, 400, { message: '👋'.repeat(5000) });
  assert.match(long.message ?? '', /: "(👋){200}…"\.$/u);
});

test('no message repeats a header or what the spans say', async (t) => {
  const secret = 'sk-0123456789abcdef';
  const prompt = 'please rename the secret project';
  const batch: TraceBatch = structuredClone(sampleBatch);
  const span = batch.resourceSpans[0]?.spans[0];
  assert.ok(span);
  span.attributes['gen_ai.input.messages'] = prompt;
  for (const message of [`bad key ${secret}`, 'bad key 0123456789…', `bad key ${secret.toUpperCase()}`, `cannot index "${prompt}"`, `cannot index ${prompt.slice(7)}`]) {
    for (const mode of [{ type: 'status', status: 400, message }, { type: 'partial', rejectedSpans: 1, message }] as const) {
      const { exporter } = await open(t, mode, { headers: { authorization: `Bearer ${secret}` } });
      const told = JSON.stringify(await exporter.export(batch));
      assert.match(told, /its words repeat what was sent/);
      for (const word of ['0123', 'rename', 'index']) assert.ok(!told.includes(word), told);
    }
  }
  const { backend } = await open(t, { type: 'status', status: 401, message: 'no' });
  const exporter = openExporter(t, { url: backend.url.replace('//', '//user:hidden@').concat('?key=hidden') });
  assert.ok(!JSON.stringify(await exporter.export(batch)).includes('hidden'));
  assert.match(backend.requests[0]?.headers.authorization ?? '', /^Basic /);
});

test('a redirect is not followed', async (t) => {
  let seen = 0;
  const target = await serve(t, (_request, response) => {
    seen += 1;
    response.end();
  });
  const result = await answerOf(t, 307, { headers: { location: target } });
  assert.match(result.message ?? '', /redirect/);
  assert.equal(seen, 0);
});

test('a closed port, an unknown host and a connection that breaks are retryable', async (t) => {
  for (const mode of [{ type: 'refuse' }, { type: 'reset' }] as const) {
    const { exporter } = await open(t, mode);
    assert.equal((await exporter.export(sampleBatch)).status, 'retryable');
  }
  const unknown = await openExporter(t, { url: 'http://host.invalid/v1/traces' }).export(sampleBatch);
  assert.equal(unknown.status, 'retryable');
  const { backend } = await open(t, { type: 'ok' });
  const secure = await openExporter(t, { url: backend.url.replace('http:', 'https:') }).export(sampleBatch);
  assert.match(secure.message ?? '', /does not speak TLS there/, 'nothing is said of a TLS error but what it means');
  assert.equal(secure.status, 'retryable');
  const cut = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  assert.equal((await openExporter(t, { url: cut }).export(sampleBatch)).status, 'retryable');
});

test('neither silence nor a slow drip outlives the timeout', async (t) => {
  for (const mode of [{ type: 'hang' }, { type: 'drip', everyMillis: 5 }] as const) {
    const { backend, exporter } = await open(t, mode, { timeoutMillis: 200 });
    const result = await exporter.export(sampleBatch);
    assert.equal(result.status, 'retryable');
    assert.match(result.message ?? '', /no whole answer within 200 ms/);
    await backend.heal();
    assert.equal((await exporter.export(sampleBatch)).status, 'success', 'the exporter works on');
  }
});

test('a server that never reads does not outlive the timeout either', async (t) => {
  const url = await serve(t, (request) => void request.pause());
  const large: TraceBatch = structuredClone(sampleBatch);
  Object.assign(large.resourceSpans[0]?.spans[0]?.attributes ?? {}, { large: 'x'.repeat(20_000_000) });
  const result = await openExporter(t, { url, timeoutMillis: 500 }).export(large);
  assert.equal(result.status, 'retryable');
});

test('an early refusal of a large body is understood', async (t) => {
  const url = await serve(t, (_request, response) => void response.writeHead(413, { connection: 'close' }).end());
  const large: TraceBatch = structuredClone(sampleBatch);
  Object.assign(large.resourceSpans[0]?.spans[0]?.attributes ?? {}, { large: 'x'.repeat(20_000_000) });
  const result = await openExporter(t, { url }).export(large);
  assert.ok(result.status === 'failure' && result.tooLarge, JSON.stringify(result));
});

test('of an endless answer only 4 MiB are read', async (t) => {
  for (const status of [200, 503]) {
    let isClosed: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (isClosed = resolve));
    const url = await serve(t, (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/x-protobuf' });
      const more = (): void => void response.write(Buffer.alloc(100_000), (error) => error || more());
      more();
      response.on('close', () => isClosed());
    });
    const result = await openExporter(t, { url }).export(sampleBatch);
    assert.equal(result.status, status === 200 ? 'success' : 'retryable');
    await closed;
  }
});

test('closing ends an export that is under way', async (t) => {
  const { backend, exporter } = await open(t, { type: 'hang' }, { timeoutMillis: 60_000 });
  const exported = exporter.export(sampleBatch);
  await backend.waitUntil(() => backend.requests.length === 1);
  await exporter.close();
  assert.equal((await exported).status, 'retryable');
});

test('headers that HTTP does not allow are told without their value', async (t) => {
  for (const headers of [{ 'x-key': 'line\nbreak-secret' }, { 'bad name': 'break-secret' }]) {
    const { exporter } = await open(t, { type: 'ok' }, { headers: headers as unknown as Record<string, string> });
    const result = await exporter.export(sampleBatch);
    assert.equal(result.status, 'retryable');
    assert.match(result.message ?? '', /configured header/);
    assert.ok(!JSON.stringify(result).includes('secret'));
  }
});

test('a destination without a usable URL is refused with a sentence', () => {
  for (const url of [undefined, '', 'localhost:4318', 'ftp://x', 'http://']) {
    assert.throws(() => createExporter(destinationOf({ exporter: 'otlp-http', url })), /no http or https URL/);
  }
});

test('an answer that repeats a password which was sent encoded is not shown', async (t) => {
  const authorization = `Basic ${Buffer.from('pk-user:sk-password').toString('base64')}`;
  for (const word of ['sk-password', 'pk-user']) {
    const { exporter } = await open(t, { type: 'status', status: 401, message: `no such key: ${word}` }, { headers: { authorization } });
    const result = await exporter.export(sampleBatch);
    assert.ok(result.status !== 'success' && !result.message.includes(word), JSON.stringify(result));
  }
});
