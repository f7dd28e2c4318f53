/** Reading spans back out of a real Phoenix, and comparing them with what was sent. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes } from '#spoor/core/attributes.ts';
import { parseRfc3339 } from '#spoor/core/time.ts';
import type { WireSpan } from '#spoor/otlp/trace.ts';

/** A few spans were readable within 4 s; a busy machine takes longer. */
const READ_DEADLINE_MILLIS = 120_000;

/** What Phoenix adds when it reads the GenAI conventions. */
const CONVERTED = /^(llm|tool|input|output)\./;

export interface PhoenixSpan {
  name: string;
  context: { trace_id: string; span_id: string };
  span_kind: string;
  parent_id: string | null;
  start_time: string;
  end_time: string;
  status_code: string;
  status_message: string;
  attributes: Record<string, unknown>;
  events: { name: string; timestamp: string; attributes: Record<string, unknown> }[];
}

export interface PhoenixOtlpSpan {
  span_id: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** Reads a list of Phoenix' REST API again and again until it is whole. Throws at the deadline. */
export async function readUntil<T>(url: string, isWhole: (data: T[]) => boolean): Promise<T[]> {
  const deadline = Date.now() + READ_DEADLINE_MILLIS;
  for (;;) {
    const answer = await fetch(url);
    const data = answer.ok ? ((await answer.json()) as { data: T[] }).data : [];
    if (isWhole(data)) return data;
    if (Date.now() > deadline) throw new Error(`Phoenix had ${data.length} spans to read after ${READ_DEADLINE_MILLIS} ms.`);
    await sleep(200);
  }
}

/** One question to Phoenix' GraphQL. */
export async function askPhoenix<T>(url: string, query: string): Promise<T> {
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data, errors } = (await answer.json()) as { data?: T; errors?: unknown };
  assert.ok(data !== undefined && data !== null && errors === undefined, JSON.stringify(errors));
  return data;
}

/** Phoenix takes our nanoseconds through a float of seconds and keeps the nearest microsecond. */
function assertEqualTime(found: string, sentUnixNano: bigint): void {
  const difference = (parseRfc3339(found) ?? 0n) - sentUnixNano;
  assert.ok(difference >= -1000n && difference <= 1000n, `${found} is not ${sentUnixNano}`);
}

function toPlain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]));
}

/** Throws unless Phoenix has the span as it was sent: ids, parent, name, status, times, attributes, events. What it adds itself does not count. */
export function assertEqualSpan(found: PhoenixSpan, sent: WireSpan): void {
  const own = Object.entries(found.attributes).filter(([key]) => !CONVERTED.test(key));
  assertSent({ ...found, attributes: Object.fromEntries(own) }, sent);
}

/** The same of a span in the words of OpenInference, to which Phoenix adds nothing. It takes the span's kind out of the attributes, and some out of their JSON. */
export function assertSameSpan(found: PhoenixSpan, sent: WireSpan): void {
  const attributes = Object.fromEntries(Object.entries(sent.attributes).flatMap(([name, value]) => (LOADED.has(name) ? flatten(name, JSON.parse(String(value))) : [[name, value] as const])));
  assertSent({ ...found, attributes: { ...found.attributes, 'openinference.span.kind': found.span_kind } }, { ...sent, attributes });
}

/** What Phoenix reads as JSON and gives back as a name for each leaf. */
const LOADED: ReadonlySet<string> = new Set(['metadata', 'tool.parameters']);

function flatten(name: string, value: unknown): [string, Attributes[string]][] {
  const isNested = typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some((item) => typeof item === 'object' && item !== null));
  return isNested ? Object.entries(value).flatMap(([key, item]) => flatten(`${name}.${key}`, item)) : [[name, value as Attributes[string]]];
}

function assertSent(found: PhoenixSpan, sent: WireSpan): void {
  assert.deepEqual(
    [found.context.trace_id, found.context.span_id, found.parent_id, found.name, found.status_code, found.status_message],
    [sent.traceId, sent.spanId, sent.parentSpanId ?? null, sent.name, ['UNSET', 'OK', 'ERROR'][sent.status.code], sent.status.message ?? ''],
  );
  assertEqualTime(found.start_time, sent.startUnixNano);
  assertEqualTime(found.end_time, sent.endUnixNano);
  assert.deepEqual(found.attributes, toPlain(sent.attributes));
  assert.deepEqual(
    found.events.map((event) => [event.name, event.attributes]),
    sent.events.map((event) => [event.name, toPlain(event.attributes)]),
  );
  found.events.forEach((event, index) => assertEqualTime(event.timestamp, sent.events[index]?.unixNano ?? 0n));
}

/** Throws unless the types came through: `int_value` for an int, `double_value` for a double, even a whole one. */
export function assertEqualTypes(found: PhoenixOtlpSpan, sent: WireSpan): void {
  const types = { bigint: 'int_value', number: 'double_value', string: 'string_value', boolean: 'bool_value', object: 'array_value' } as Record<string, string>;
  for (const { key, value } of found.attributes) {
    const own = sent.attributes[key];
    if (own === undefined) continue;
    const type = Object.entries(value).find(([, item]) => item !== null)?.[0];
    assert.equal(type, types[typeof own], key);
  }
}
