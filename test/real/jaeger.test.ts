/**
 * Sessions of every agent, delivered to a real Jaeger and read back through its own API as they were sent. Not part of `npm test`: see
 * scripts/backends/jaeger.ts.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import type { Attributes } from '#spoor/core/attributes.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { findJaegerFault, startJaeger, type JaegerStorage, type RunningJaeger } from '../../scripts/backends/jaeger.ts';
import type { SpanInPlace } from './otlp-lines.ts';
import { agentSamples } from '../support/agent-stores.ts';
import { sendSample, type SentSample } from './sent-samples.ts';

/** It stores a moment after it has answered; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 60_000;

/** Every span of a trace as Jaeger gives it, one that it has twice twice. */
async function readTrace({ queryUrl }: RunningJaeger, traceId: string): Promise<SpanInPlace[]> {
  const response = await fetch(`${queryUrl}/api/v3/traces/${traceId}`, { headers: { connection: 'close' } });
  if (response.status === 404) return [];
  assert.equal(response.status, 200, await response.clone().text());
  const { result } = (await response.json()) as { result: object };
  const { value, problems } = parseOtlpJson(JSON.stringify(result));
  assert.deepEqual(problems, []);
  return (value?.resourceSpans ?? []).flatMap(({ resource, scope, spans }) => spans.map((span) => ({ ...span, resource, scope })));
}

async function readAll(jaeger: RunningJaeger, { spans }: SentSample): Promise<SpanInPlace[]> {
  const all = [...spans.values()];
  const traceIds = [...new Set(all.map(({ traceId }) => traceId))];
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const read = (await Promise.all(traceIds.map((traceId) => readTrace(jaeger, traceId)))).flat();
    if (read.length >= all.length || Date.now() > deadline) return read;
    await sleep(100);
  }
}

const inOrder = (spans: Iterable<SpanInPlace>): SpanInPlace[] => [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));

const WARNINGS = '@jaeger@warnings';

/** What Jaeger makes of a span: one without any duration gets a nanosecond and a warning; events come in another order; badger keeps lists as their JSON. */
function toExpected(span: SpanInPlace, storage: JaegerStorage): SpanInPlace {
  const { parentSpanId, ...rest } = span;
  const isEmpty = span.endUnixNano <= span.startUnixNano;
  return {
    ...rest,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    events: sortEvents(span.events),
    endUnixNano: isEmpty ? span.startUnixNano + 1n : span.endUnixNano,
    attributes: storage === 'badger' ? withListsAsText(span.attributes) : span.attributes,
    resource: storage === 'badger' ? withListsAsText(span.resource) : span.resource,
  };
}

const sortEvents = (events: SpanInPlace['events']): SpanInPlace['events'] => [...events].sort((a, b) => (a.unixNano === b.unixNano ? (a.name < b.name ? -1 : 1) : a.unixNano < b.unixNano ? -1 : 1));

function withListsAsText(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, Array.isArray(value) ? JSON.stringify(value) : value]));
}

/** Badger says of a link what OpenTracing called it. */
function withoutRefType({ attributes: { 'opentracing.ref_type': _type, ...attributes }, ...link }: SpanInPlace['links'][number]): SpanInPlace['links'][number] {
  return { ...link, attributes };
}

/** Without Jaeger's own words, which may be about nothing else than these. */
function withoutWarnings({ attributes: { [WARNINGS]: warnings = [], ...attributes }, ...span }: SpanInPlace): SpanInPlace {
  for (const warning of [warnings].flat()) assert.match(String(warning), /Negative duration detected, sanitizing end timestamp|duplicate span IDs; skipping clock skew adjustment|clock skew adjustment disabled/);
  return { ...span, attributes, events: sortEvents(span.events), links: span.links.map(withoutRefType) };
}

for (const storage of ['memory', 'badger'] as const satisfies readonly JaegerStorage[]) {
  test(`${storage}: what a real Jaeger gives back is what was sent, of every agent; sent again ${storage === 'badger' ? 'it is there once' : 'nothing of it is another'}`, { skip: findJaegerFault() }, async (t) => {
    const counts = new Map<string, number>();
    for (const [number, sample] of agentSamples.entries()) {
      const folder = mkdtempSync(join(tmpdir(), 'spoor-jaeger-'));
      // One each: hand-made sessions of two agents may have the same id.
      const jaeger = await startJaeger(folder, storage);
      try {
        // Protobuf and JSON in turn.
        const sent = await sendSample(t, sample, { url: `${jaeger.url}/v1/traces`, protocol: number % 2 === 0 ? 'http/protobuf' : 'http/json', compression: 'gzip' });
        const expected = inOrder([...sent.spans.values()].map((span) => toExpected(span, storage)));
        const read = async (): Promise<SpanInPlace[]> => inOrder((await readAll(jaeger, sent)).map(withoutWarnings));
        assert.deepEqual(await read(), expected, `${sample.agent}: ${sample.name}`);
        await sent.resend();
        const again = await read();
        // The memory store keeps every copy: https://www.jaegertracing.io/docs/latest/storage/memory/
        assert.deepEqual(storage === 'badger' ? again : inOrder(new Map(again.map((span) => [span.spanId, span])).values()), expected, `${sample.agent}: ${sample.name}, sent again`);
        counts.set(sample.agent, (counts.get(sample.agent) ?? 0) + expected.length);
      } finally {
        await jaeger.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }
    t.diagnostic(`${storage}: spans of ${[...counts].map(([agent, count]) => `${agent} ${count}`).join(', ')}`);
  });
}
