/** TLS files of a destination: read when a connection is wanted, told when they are missing. The keys in fixtures/tls belong to no machine. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';

const FILES = join(import.meta.dirname, '..', 'fixtures', 'tls');

async function serve(t: TestContext, options: { requestCert?: boolean } = {}): Promise<{ url: string; subjects: string[] }> {
  const subjects: string[] = [];
  const read = (name: string): Buffer => readFileSync(join(FILES, name));
  const wantsClient = options.requestCert === true;
  const server = createServer({ cert: read('server.pem'), key: read('server-key.pem'), ca: read('ca.pem'), requestCert: wantsClient, rejectUnauthorized: wantsClient }, (request, response) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    request.resume().on('end', () => {
      subjects.push(String(peer.subject?.CN ?? ''));
      response.writeHead(200).end();
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, subjects };
}

function open(t: TestContext, settings: Partial<Destination>): ReturnType<typeof createExporter> {
  const exporter = createExporter(destinationOf({ exporter: 'otlp-http', ...settings }));
  t.after(() => exporter.close());
  return exporter;
}

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('an authority of its own is trusted, for this destination alone', async (t) => {
  const { url } = await serve(t);
  assert.deepEqual(await open(t, { url, tls: { ca: join(FILES, 'ca.pem') } }).export(sampleBatch), { status: 'success' });
  const result = await open(t, { url }).export(sampleBatch);
  assert.equal(result.status, 'retryable');
  assert.match(result.message ?? '', /certificate whose issuer this machine does not know|certificate that this machine does not trust/);
});

test('a client certificate is shown to who asks for it', async (t) => {
  const { url, subjects } = await serve(t, { requestCert: true });
  const ca = join(FILES, 'ca.pem');
  assert.deepEqual(await open(t, { url, tls: { ca, cert: join(FILES, 'client.pem'), key: join(FILES, 'client-key.pem') } }).export(sampleBatch), { status: 'success' });
  assert.deepEqual(subjects, ['client']);
  assert.equal((await open(t, { url, tls: { ca } }).export(sampleBatch)).status, 'retryable');
  const mismatched = await open(t, { url, tls: { ca, cert: join(FILES, 'client.pem'), key: join(FILES, 'server-key.pem') } }).export(sampleBatch);
  assert.match(mismatched.message ?? '', /the client key does not belong to the client certificate/);
});

test('a file that is missing is told, and read once it is there; a changed one is read again', async (t) => {
  const { url } = await serve(t);
  const folder = createFolder(t);
  const ca = join(folder, 'ca.pem');
  const exporter = open(t, { url, tls: { ca } });
  const missing = await exporter.export(sampleBatch);
  assert.equal(missing.status, 'retryable');
  assert.ok(missing.message?.includes(`the authorities file ${ca} cannot be read (ENOENT)`), missing.message);
  copyFileSync(join(FILES, 'ca.pem'), ca);
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
  copyFileSync(join(FILES, 'client-key.pem'), ca);
  assert.equal((await exporter.export(sampleBatch)).status, 'retryable');
  copyFileSync(join(FILES, 'ca.pem'), ca);
  assert.deepEqual(await exporter.export(sampleBatch), { status: 'success' });
});

test('where nothing is encrypted no file is asked for', async (t) => {
  const result = await open(t, { url: 'http://127.0.0.1:1/v1/traces', tls: { ca: '/nowhere/ca.pem' } }).export(sampleBatch);
  assert.match(result.message ?? '', /refused the connection/);
});
