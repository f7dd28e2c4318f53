/**
 * A service that is traced with the real OpenTelemetry SDK for JavaScript and sends to our receiver, by nothing but the usual variables: what it
 * sends is kept and told as it is. Not part of `npm test`: see scripts/backends/otel-js.ts.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { installOtelJs } from '../../scripts/backends/otel-js.ts';
import { startReceiving } from '../support/receiving.ts';

interface SentSpan {
  traceId: string;
  spanId: string;
  name: string;
  attributes: Record<string, unknown>;
  /** Seconds and nanoseconds. */
  startTime: [number, number];
  endTime: [number, number];
}

const toNano = ([seconds, nanos]: [number, number]): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);

const TOKEN = 'a-token-of-the-bakery';

for (const encoding of ['proto', 'http'] as const) {
  test(`the OpenTelemetry SDK sends spans, a log and a metric (${encoding}), and they are kept as it has them`, async (t) => {
    const program = await installOtelJs();
    const { url, read, troubles } = await startReceiving(t, { token: TOKEN });
    const env = {
      PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: `x-spoor-token=${TOKEN}`,
      ...(encoding === 'proto' ? { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' } : {}),
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, encoding], { cwd: dirname(program), env });
    assert.equal(stderr, '');
    const told = JSON.parse(stdout) as { traces: number; first: [SentSpan, SentSpan] };
    const [root, child] = told.first;

    assert.equal(read((reader) => reader.readTraces({ limit: 5000 })).length, told.traces);
    const spans = read((reader) => reader.readTrace(root.traceId, 10));
    assert.deepEqual(
      spans.map(({ spanId, parentSpanId, name, kind, status, statusMessage, service, scope }) => ({ spanId, parentSpanId, name, kind, status, statusMessage, service, scope })),
      [
        { spanId: root.spanId, parentSpanId: undefined, name: 'POST /bread', kind: 2, status: 0, statusMessage: undefined, service: 'bakery', scope: 'bakery.oven' },
        { spanId: child.spanId, parentSpanId: root.spanId, name: 'knead', kind: 1, status: 2, statusMessage: 'too wet', service: 'bakery', scope: 'bakery.oven' },
      ],
    );
    assert.deepEqual(spans.map(({ startUnixNano, endUnixNano }) => [startUnixNano, endUnixNano]), told.first.map(({ startTime, endTime }) => [toNano(startTime), toNano(endTime)]));
    // A list of texts stays one; what else it can send is the same.
    assert.deepEqual(spans[0]?.attributes, root.attributes);
    assert.deepEqual(spans[1]?.links, [{ traceId: root.traceId, spanId: root.spanId, attributes: { why: 'test' } }]);
    assert.deepEqual(spans[1]?.events.map((event) => ({ ...(event as object), unixNano: undefined })), [{ name: 'flour', attributes: { grams: 500 }, unixNano: undefined }]);

    const [log, ...otherLogs] = read((reader) => reader.readLogs({ limit: 9 }));
    assert.deepEqual([log?.body, log?.severity, log?.severityText, log?.attributes, log?.traceId, log?.spanId, otherLogs.length], ['the oven is hot', 9, 'INFO', { degrees: 230 }, root.traceId, root.spanId, 0]);
    const metric = read((reader) => reader.readMetrics({ limit: 9 })).find(({ name }) => name === 'loaves');
    assert.deepEqual([metric?.value, metric?.unit, metric?.kind, metric?.temporality, metric?.attributes], [24, '{loaf}', 'sum', 'cumulative', { kind: 'rye' }]);
    assert.deepEqual(troubles, []);
  });
}
