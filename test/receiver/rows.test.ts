/** What is kept: the same from JSON and from protobuf, without secrets, each span once, until it is old. */
import assert from 'node:assert/strict';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { JsonValue } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { scrubValue } from '#spoor/processors/scrub.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import { toProtobuf } from '#spoor/otlp/to-protobuf.ts';
import type { Signal } from '#spoor/otlp/to-response.ts';
import { decodeRequest } from '#spoor/receiver/decode-request.ts';
import { dropOldTelemetry } from '#spoor/receiver/drop-old-telemetry.ts';
import { openTelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { openTelemetryDatabase } from '#spoor/receiver/telemetry-database.ts';
import { createTelemetryWriter } from '#spoor/receiver/telemetry-writer.ts';
import type { TelemetryGroup } from '#spoor/receiver/telemetry-group.ts';
import { toAttributeJson } from '#spoor/receiver/to-attribute-json.ts';
import { hexIdsToBase64, logsFromJson, metricsFromJson } from '../otlp/official.ts';
import { anyBatch, sampleBatch } from '../otlp/sample-batch.ts';
import { anyLogs, anyMetrics, sampleLogs, sampleMetrics } from '../otlp/sample-signals.ts';
import { removeFolder } from '../support/remove-folder.ts';

const TABLES = ['telemetry_source', 'foreign_span', 'foreign_trace', 'telemetry_log', 'telemetry_metric', 'telemetry_count'];

function openTestDatabase(t: TestContext): { db: DatabaseSync; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-rows-'));
  const path = join(folder, 'telemetry.db');
  const db = openTelemetryDatabase(path);
  t.after(() => {
    db.close();
    removeFolder(folder);
  });
  return { db, path };
}

/** Everything in it, then nothing. */
function takeRows(db: DatabaseSync): unknown {
  return TABLES.map((table) => {
    const all = db.prepare(`SELECT * FROM ${table}`);
    all.setReadBigInts(true);
    const rows = all.all().map((row) => ({ ...row }));
    db.exec(`DELETE FROM ${table}`);
    return rows;
  });
}

function put(db: DatabaseSync, signal: Signal, body: Uint8Array | string, nowMillis = 5): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const decoded = decodeRequest({ signal, encoding: typeof body === 'string' ? 'json' : 'protobuf', compression: 'identity', body: bytes, maxBytes: 1 << 20 });
  if ('status' in decoded) assert.fail(decoded.message);
  // As many writers as requests: none remembers rows that were taken away.
  createTelemetryWriter(db).write([{ signal, groups: decoded.groups }], nowMillis);
}

test('any request: JSON and protobuf give the same rows', (t) => {
  const { db } = openTestDatabase(t);
  // Hundreds of commits, none of which has to outlive anything.
  db.exec('PRAGMA synchronous = OFF');
  const same = (signal: Signal, json: string, bytes: Uint8Array): void => {
    put(db, signal, json);
    const fromJson = takeRows(db);
    put(db, signal, bytes);
    assert.deepEqual(takeRows(db), fromJson);
  };
  fc.assert(fc.property(anyBatch, (batch) => same('traces', toOtlpJson(batch), toProtobuf(batch))));
  fc.assert(fc.property(anyLogs, (json: JsonValue) => same('logs', JSON.stringify(json), logsFromJson(hexIdsToBase64(structuredClone(json))))));
  fc.assert(fc.property(anyMetrics, (json: JsonValue) => same('metrics', JSON.stringify(json), metricsFromJson(json))));
});

test('attributes are kept as the JSON that the scrubber would give', () => {
  const plain = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('hunter2-99x', 'Bearer abcdef0123456789', 'token=ghp_0123456789abcdefghijABCDEFGHIJ012345'), fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('password', 'db.password1', 'api_key', 'auth', 'session.token', 'client_secret', 'Passphrase', 'aws.credentials', 'max_tokens'));
  fc.assert(
    fc.property(fc.dictionary(key, plain, { maxKeys: 6 }), (attributes) => {
      // Twice: what is remembered must say the same.
      for (let turn = 0; turn < 2; turn += 1) assert.deepEqual(JSON.parse(toAttributeJson(attributes)), JSON.parse(JSON.stringify(scrubValue(attributes).value)));
    }),
    { numRuns: 1000 },
  );
  assert.equal(toAttributeJson({ small: 3n, large: 2n ** 60n, nan: Number.NaN, list: ['a', 'b'], 'db.password': ['hunter2-99x'] }), '{"small":3,"large":"1152921504606846976","nan":"NaN","list":["a","b"],"db.password":["[redacted:password]"]}');
});

test('a span that comes again counts once, and a trace is what came of it', (t) => {
  const { db, path } = openTestDatabase(t);
  const [group] = sampleBatch.resourceSpans;
  assert.ok(group);
  const [root, child] = group.spans;
  assert.ok(root && child);
  put(db, 'traces', toProtobuf({ resourceSpans: [{ ...group, spans: [child] }] }));
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  const [line] = reader.readTraces({ limit: 5 });
  assert.deepEqual([line?.spans, line?.errors, line?.rootName], [1, 1, undefined]);
  put(db, 'traces', toProtobuf(sampleBatch));
  put(db, 'traces', toOtlpJson(sampleBatch));
  const [whole, ...others] = reader.readTraces({ limit: 5 });
  assert.deepEqual(others, []);
  assert.deepEqual({ ...whole, id: 0 }, { id: 0, traceId: root.traceId, startUnixNano: root.startUnixNano, endUnixNano: root.endUnixNano, spans: 2, errors: 1, rootName: root.name, service: 'kiro' });
  const spans = reader.readTrace(root.traceId, 10);
  assert.deepEqual(spans.map(({ spanId, parentSpanId, name, kind, status, statusMessage }) => [spanId, parentSpanId, name, kind, status, statusMessage]), [[root.spanId, undefined, root.name, 1, 0, undefined], [child.spanId, root.spanId, child.name, 3, 2, 'throttled']]);
  assert.deepEqual(spans[0]?.events, [{ name: 'compaction', unixNano: '1763730001000000000', attributes: { reason: 'limit' } }]);
  assert.deepEqual(spans[0]?.links, [{ traceId: 'f'.repeat(32), spanId: '00000000000000aa', attributes: { relation: 'fork' } }]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(reader.readTrace('../../etc/passwd', 10), []);
});

test('of logs and metrics no more is kept than may be, the newest', (t) => {
  const { db, path } = openTestDatabase(t);
  const mostBytes = 20_000;
  const log = (body: string): TelemetryGroup => ({ source: { service: 's', resource: {} }, spans: [], logs: [{ attributes: {}, body }], metrics: [], merged: 0 });
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  const bodies = (): string[] => reader.readLogs({ limit: 500 }).map(({ body }) => (body ?? '').slice(0, 4));
  let writer = createTelemetryWriter(db, mostBytes);
  for (let turn = 1000; turn < 1100; turn += 1) {
    // Another process goes on with what it finds.
    if (turn === 1050) writer = createTelemetryWriter(db, mostBytes);
    writer.write([{ signal: 'logs', groups: [log(`${turn}${'é'.repeat(500)}`)] }], turn);
  }
  // Of 1,070 bytes each: 1,004 of the body, 2 of the attributes, 64 beside.
  assert.deepEqual(bodies(), Array.from({ length: 18 }, (_, index) => String(1099 - index)));
  writer.write([{ signal: 'logs', groups: [log('x'.repeat(30_000))] }], 2000);
  assert.deepEqual(bodies(), [], 'what alone is more than may be goes, too');
  writer.write([{ signal: 'logs', groups: [log('1200')] }], 2001);
  assert.deepEqual(bodies(), ['1200']);
  // The oldest of both.
  writer.write([{ signal: 'metrics', groups: [{ ...log(''), logs: [], metrics: [{ name: 'm', kind: 'gauge', points: [{ attributes: { text: 'y'.repeat(19_850) } }] }] }] }], 2002);
  assert.deepEqual([bodies(), reader.readMetrics({ limit: 9 }).length], [['1200'], 1]);
  writer.write([{ signal: 'logs', groups: [log('1201')] }], 2003);
  assert.deepEqual([bodies(), reader.readMetrics({ limit: 9 }).length], [['1201'], 1]);
});

test('while old rows go, new ones push out none; afterwards what is there is counted', async (t) => {
  const { db, path } = openTestDatabase(t);
  const log = (body: string): TelemetryGroup => ({ source: { service: 's', resource: {} }, spans: [], logs: [{ attributes: {}, body: body.padEnd(1000, '.') }], metrics: [], merged: 0 });
  const writer = createTelemetryWriter(db, 4000);
  const write = (body: string, nowMillis: number): void => writer.write([{ signal: 'logs', groups: [log(body)] }], nowMillis);
  const day = 86_400_000;
  for (const body of ['a', 'b', 'c']) write(body, 0);
  await writer.letGo(async () => {
    await dropOldTelemetry(db, {}, 8 * day);
    for (const body of ['d', 'e']) write(body, 8 * day);
  });
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  const bodies = (): string => reader.readLogs({ limit: 9 }).map(({ body }) => body?.[0]).join('');
  assert.equal(bodies(), 'ed');
  for (const body of ['f', 'g']) write(body, 8 * day);
  assert.equal(bodies(), 'gfe');
  await assert.rejects(writer.letGo(() => Promise.reject(new Error('the disk is full'))), /full/);
  write('h', 8 * day);
  assert.equal(bodies(), 'hgf');
});

test('a sender of whom nothing is left is forgotten, and may come again', async (t) => {
  const { db, path } = openTestDatabase(t);
  const writer = createTelemetryWriter(db);
  const sources = (): number => Number(db.prepare('SELECT count(*) AS count FROM telemetry_source').get()?.count);
  const log = (service: string): TelemetryGroup => ({ source: { service, resource: { 'service.name': service } }, spans: [], logs: [{ attributes: {}, body: 'b' }], metrics: [], merged: 0 });
  const day = 86_400_000;
  for (let index = 0; index < 5; index += 1) writer.write([{ signal: 'logs', groups: [log(`old ${index}`)] }], 0);
  put(db, 'traces', toProtobuf(sampleBatch));
  assert.equal(sources(), 6);
  await writer.letGo(() => dropOldTelemetry(db, {}, 8 * day));
  assert.equal(sources(), 1);
  writer.write([{ signal: 'logs', groups: [log('old 3')] }], 8 * day);
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  assert.deepEqual([reader.readLogs({ limit: 9 }).map(({ service }) => service), reader.readTraces({ limit: 9 }).length], [['old 3'], 1]);
});

test('a time that is not told is no moment of a trace', (t) => {
  const { db, path } = openTestDatabase(t);
  const [group] = sampleBatch.resourceSpans;
  const [span] = group?.spans ?? [];
  assert.ok(group && span);
  const told = 1_790_000_000_000_000_000n;
  const one = (spanId: string, startUnixNano: bigint, endUnixNano: bigint): typeof span => ({ ...span, spanId: spanId.repeat(16), startUnixNano, endUnixNano });
  const spans = [one('1', 0n, told + 2n), one('2', 0n, 0n), one('3', told, told + 1n), one('4', told + 5n, 0n)];
  const orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]].map((order) => order.map((place) => spans[place] ?? assert.fail()));
  orders.forEach((order, index) => {
    const traceId = String(index + 1).repeat(32);
    // Half of them in one request, half in another.
    for (const half of [order.slice(0, 2), order.slice(2)]) put(db, 'traces', toProtobuf({ resourceSpans: [{ ...group, spans: half.map((item) => ({ ...item, traceId })) }] }));
  });
  put(db, 'traces', toProtobuf({ resourceSpans: [{ ...group, spans: [{ ...one('2', 0n, 0n), traceId: '9'.repeat(32) }] }] }));
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  assert.deepEqual(
    reader.readTraces({ limit: 9 }).map(({ traceId, startUnixNano, endUnixNano, spans: count }) => [traceId[0], startUnixNano, endUnixNano, count]),
    [['3', told, told + 5n, 4], ['2', told, told + 5n, 4], ['1', told, told + 5n, 4], ['9', 0n, 0n, 1]],
  );
});

test('lists are paged by their keys', (t) => {
  const { db, path } = openTestDatabase(t);
  for (let turn = 0; turn < 3; turn += 1) put(db, 'logs', JSON.stringify(sampleLogs));
  put(db, 'metrics', JSON.stringify(sampleMetrics));
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  const first = reader.readLogs({ limit: 5 });
  const rest = reader.readLogs({ limit: 5, beforeId: first.at(-1)?.id });
  assert.deepEqual([...first, ...rest].map(({ id }) => id), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.deepEqual(reader.readLogs({ limit: 5, service: 'nobody' }), []);
  assert.deepEqual(reader.readMetrics({ limit: 10, service: 'shop' }).map(({ name, kind, value, count }) => [name, kind, value, count]), [['old', 'summary', 6.5, 3], ['size', 'exponential-histogram', 3.5, 9], ['duration', 'histogram', 40.25, 5], ['requests', 'sum', 12, undefined], ['temperature', 'gauge', -3, undefined], ['temperature', 'gauge', 21.5, undefined]]);
  const [group] = sampleBatch.resourceSpans;
  const [span] = group?.spans ?? [];
  assert.ok(group && span);
  for (let turn = 1; turn <= 5; turn += 1) put(db, 'traces', toProtobuf({ resourceSpans: [{ ...group, spans: [{ ...span, traceId: String(turn).repeat(32), startUnixNano: BigInt(1 + (turn >> 1)), endUnixNano: 9n }] }] }));
  const ids: string[] = [];
  for (let page = reader.readTraces({ limit: 2 }); page.length > 0; page = reader.readTraces({ limit: 2, before: page.at(-1) })) ids.push(...page.map(({ traceId }) => traceId.charAt(0)));
  assert.deepEqual(ids, ['5', '4', '3', '2', '1']);
});

test('logs and metrics go after seven days, foreign traces when texts or spans do', async (t) => {
  const { db, path } = openTestDatabase(t);
  const day = 86_400_000;
  const nowMillis = 1_790_000_000_000;
  put(db, 'logs', JSON.stringify(sampleLogs), nowMillis - 8 * day);
  put(db, 'logs', JSON.stringify(sampleLogs), nowMillis - 6 * day);
  put(db, 'metrics', JSON.stringify(sampleMetrics), nowMillis - 8 * day);
  put(db, 'traces', toProtobuf(sampleBatch), nowMillis);
  const reader = openTelemetryReader(path) ?? assert.fail();
  t.after(() => reader.close());
  assert.deepEqual(await dropOldTelemetry(db, {}, nowMillis), { records: 9, traces: 0 });
  assert.deepEqual([reader.readLogs({ limit: 99 }).length, reader.readMetrics({ limit: 99 }).length, reader.readTraces({ limit: 9 }).length], [3, 0, 1]);
  const ageDays = (nowMillis - 1_763_730_004_000) / day;
  assert.deepEqual(await dropOldTelemetry(db, { contentMillis: (ageDays + 1) * day }, nowMillis), { records: 0, traces: 0 });
  assert.deepEqual(await dropOldTelemetry(db, { contentMillis: (ageDays + 1) * day, spansMillis: (ageDays - 1) * day }, nowMillis), { records: 0, traces: 1 });
  assert.deepEqual([reader.readTraces({ limit: 9 }), reader.readTrace('0af7651916cd43dd8448eb211c80319c', 9)], [[], []]);
  const [group] = sampleBatch.resourceSpans;
  put(db, 'traces', toProtobuf({ resourceSpans: group ? [{ ...group, spans: group.spans.map((span) => ({ ...span, startUnixNano: 0n, endUnixNano: 0n })) }] : [] }), nowMillis);
  assert.deepEqual(await dropOldTelemetry(db, { contentMillis: day }, nowMillis), { records: 0, traces: 0 }, 'nobody knows how old it is');
  assert.equal(reader.readServices().length, 3, 'what came in stays counted');
});
