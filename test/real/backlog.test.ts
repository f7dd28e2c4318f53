/**
 * Very many spans for a backend that is down: what they take of disk and memory, that a backend that is well notices nothing, and that all
 * of them go out when the other is there again. A fifth of a million takes a minute; a million, and the rates: `npm run bench outbox`, or
 * SPOOR_BACKLOG_SPANS.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DrainFigures, FillFigures, QueueOrder } from '../../bench/outbox/queue.ts';

const SPANS = Number(process.env.SPOOR_BACKLOG_SPANS ?? 200_000);
/** Measured: 60 bytes, and 350 MB in either process, with a million as with a hundredth of them. */
const MOST_BYTES_A_ROW = 100;
const MOST_MEMORY_BYTES = 600e6;

const QUEUE = join(import.meta.dirname, '..', '..', 'bench', 'outbox', 'queue.ts');

async function work<T>(order: QueueOrder): Promise<T> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--conditions=spoor-source', QUEUE, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return JSON.parse(out) as T;
}

test('a long backlog is bounded, holds nobody up, and goes out', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-backlog-'));
  const sink = createServer((request, response) => void request.resume().on('end', () => response.end())).listen(0, '127.0.0.1');
  t.after(() => {
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await once(sink, 'listening');
  const well = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/v1/traces`;
  const order: QueueOrder = { mode: 'fill', path: join(folder, 'spoor.db'), spans: SPANS, urls: { dead: 'http://127.0.0.1:1/v1/traces', well }, compression: 'gzip' };
  // It ends only when the one that is well took everything, each commit before the next.
  const filled = await work<FillFigures>(order);
  assert.equal(filled.waiting, SPANS);
  assert.ok(filled.outboxBytesARow < MOST_BYTES_A_ROW, `${filled.outboxBytesARow} bytes a row`);
  assert.ok(filled.rssBytes < MOST_MEMORY_BYTES, `${filled.rssBytes} bytes of memory`);
  const drained = await work<DrainFigures>({ ...order, mode: 'drain', urls: { dead: well } });
  assert.equal(drained.sent, SPANS);
  assert.ok(drained.rssBytes < MOST_MEMORY_BYTES, `${drained.rssBytes} bytes of memory`);
  t.diagnostic(`${Math.round(drained.sent / drained.seconds)} spans/s, ${Math.round(drained.sent / drained.cpuSeconds)} a second of CPU, ${Math.round(drained.rssBytes / 1e6)} MB`);
});
