/** Lists of what was received go on where the page before ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ForeignTraceAnswer, ForeignTracesAnswer } from '#spoor/query/api/telemetry.ts';
import type { TelemetryReader } from '#spoor/receiver/read-telemetry.ts';
import { createSources, openTestServer } from '../support/server-sources.ts';

test('the place that a page of traces ends with is one that the next begins with', async (t) => {
  const pages: unknown[] = [];
  const trace = { id: 7, traceId: 'ab'.repeat(16), startUnixNano: 1_790_000_000_000_000_000n, endUnixNano: 1_790_000_000_100_000_000n, spans: 1, errors: 0 };
  const reader = { readTraces: (page: unknown) => (pages.push(page), [trace]) } as unknown as TelemetryReader;
  const server = await openTestServer(t, { ...createSources(t), readTelemetry: (look) => look(reader) });
  const ask = async (query: string): Promise<Response> => fetch(`${server.url}/api/telemetry/traces?limit=1${query}`);
  const { next } = (await (await ask('')).json()) as { next: string };
  assert.equal((await ask(`&after=${next}`)).status, 200);
  assert.deepEqual(pages.at(-1), { limit: 1, before: { startUnixNano: trace.startUnixNano, id: trace.id } });
  assert.equal((await ask('&after=9999999999999999999_1')).status, 400);
});

test('a time that nobody told is absent, and so is what cannot be reckoned without it', async (t) => {
  const row = { id: 1, traceId: 'ab'.repeat(16), spans: 1, errors: 0 };
  const span = { id: 1, traceId: row.traceId, spanId: '01'.repeat(8), name: 'x', kind: 2, status: 0, attributes: {}, resource: {}, events: [], links: [] };
  const moment = 1_790_000_000_000_000_000n;
  const reader = {
    readTraces: () => [{ ...row, startUnixNano: 0n, endUnixNano: 0n }],
    readTrace: () => [{ ...span, startUnixNano: 0n, endUnixNano: moment }, { ...span, startUnixNano: moment, endUnixNano: 0n }, { ...span, startUnixNano: moment, endUnixNano: moment + 5_000_000n }],
  } as unknown as TelemetryReader;
  const server = await openTestServer(t, { ...createSources(t), readTelemetry: (look) => look(reader) });
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${server.url}/api/telemetry/traces${path}`)).json()) as T;
  const { items } = await ask<ForeignTracesAnswer>('');
  assert.deepEqual(items, [{ traceId: row.traceId, spans: 1, errors: 0 }]);
  const { spans } = await ask<ForeignTraceAnswer>(`/${row.traceId}`);
  assert.deepEqual(spans.map(({ startMillis, durationMillis }) => [startMillis, durationMillis]), [[undefined, undefined], [1_790_000_000_000, undefined], [1_790_000_000_000, 5]]);
});
