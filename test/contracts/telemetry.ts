/**
 * The contract of an agent's telemetry, run over the list: beside its history, whole or in any part and order, it changes no span's identity, no
 * token and no cost, and doubles nothing; alone it tells of the same requests; and nothing in it makes its reader throw.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Agent, Telemetry } from '#spoor/agents/agent.ts';
import { assemble } from '#spoor/assembly/assemble.ts';
import { addCosts } from '#spoor/core/cost.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { Span } from '#spoor/core/span.ts';
import type { TelemetryRecord } from '#spoor/core/telemetry.ts';
import { addUsage } from '#spoor/core/usage.ts';
import { priceTurn } from '#spoor/processors/price.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import { speak, type Spoken } from '../support/telemetry-speakers.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents');
const GOLDEN = join(import.meta.dirname, '..', 'fixtures', 'telemetry');

/** Defines the tests of one agent. */
export function testTelemetry(agent: Agent, telemetry: Telemetry): void {
  const cases = readdirSync(join(FIXTURES, agent.id)).map((name) => ({ name, history: readHistory(agent, join(FIXTURES, agent.id, name, 'home')) })).filter(({ history }) => history.length > 0);

  for (const { name, history } of cases) {
    const spoken = speak(agent.id, history);
    const native = parse(telemetry, spoken, spoken.records);
    test(`${agent.id}: ${name}: telemetry in any part and order, beside the history, is one tree with the same ids, tokens and costs`, () => {
      assert.ok(native.length > 0, 'no record gave a fact');
      const plain = toShape(assembleAll(agent, history));
      fc.assert(
        fc.property(fc.shuffledSubarray(native), fc.nat(history.length), (some, at) => {
          assert.deepEqual(toShape(assembleAll(agent, [...history.slice(at), ...some, ...some, ...history.slice(0, at)])), plain);
        }),
        { numRuns: 25 },
      );
    });
    test(`${agent.id}: ${name}: telemetry alone tells of the requests that it told of, each once`, () => {
      const spans = assembleAll(agent, native);
      const told = new Set(native.flatMap((fact) => (fact.type === 'model.answered' ? [`${fact.sessionId} ${fact.messageId}`] : [])));
      assert.equal(spans.filter(({ kind }) => kind === 'chat').length, told.size);
      assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
    });
  }

  test(`${agent.id}: knows its own telemetry; what stands in it twice is one fact, and what was used is said`, () => {
    const spoken = speak(agent.id, cases[0]?.history ?? []);
    assert.equal(telemetry.isOwn(spoken.source), true);
    assert.equal(telemetry.isOwn({ service: 'somebody-else', scope: 'another', resource: {} }), false);
    assert.equal(telemetry.isOwn({ resource: {} }), false);
    const { value = [], problems, used } = telemetry.parse(spoken.source, [...spoken.records, ...spoken.records]);
    assert.deepEqual(problems, []);
    const kinds = new Map(value.map(({ key, type }) => [key, type]));
    assert.equal(kinds.size, new Set(telemetry.parse(spoken.source, spoken.records).value?.map(({ key }) => key)).size, 'a record that comes again is the same facts');
    for (const { key, type } of value) assert.equal(type, kinds.get(key), 'no two facts share a key');
    assert.ok(used.length > 0 && used.every((index) => index < 2 * spoken.records.length));
    for (const fact of value) assert.deepEqual([fact.agent, fact.source], [agent.id, 'native']);
  });

  testHostile(agent, telemetry, cases[0]?.history ?? []);
  testGolden(agent, telemetry, cases);
}

function testHostile(agent: Agent, telemetry: Telemetry, history: readonly Fact[]): void {
  test(`${agent.id}: no record of telemetry makes it throw`, () => {
    const known = speak(agent.id, history).records;
    const value = fc.oneof(fc.string(), fc.boolean(), fc.double(), fc.bigInt(), fc.array(fc.string()), fc.constantFrom('1e999', '-5', '../../etc/passwd', '__proto__', 'x'.repeat(5000), null, {}, [], undefined));
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.array(fc.tuple(fc.nat(30), value)), fc.bigInt({ min: -(1n << 65n), max: 1n << 65n }), (record, changes, moment) => {
        const names = Object.keys(record.attributes);
        const attributes = { ...record.attributes, ...Object.fromEntries(changes.map(([at, changed]) => [names[at % names.length] ?? 'x', changed])) } as TelemetryRecord['attributes'];
        const moments = record.signal === 'span' ? { startUnixNano: moment, endUnixNano: moment + 1n } : { atUnixNano: moment };
        for (const one of [{ ...record, attributes }, { ...record, attributes, ...moments }] as TelemetryRecord[]) {
          const { value: facts = [] } = telemetry.parse({ resource: {} }, [one]);
          for (const fact of facts) assert.ok(fact.key !== '' && fact.sessionId !== '' && fact.sessionId.length <= 200);
          assembleAll(agent, facts.map(scrubFact));
        }
      }),
      { numRuns: 300 },
    );
  });
}

function testGolden(agent: Agent, telemetry: Telemetry, cases: readonly { name: string; history: Fact[] }[]): void {
  test(`${agent.id}: what its telemetry adds to a tree is what was reviewed`, () => {
    // The case of which most is told.
    const [{ name, history } = { name: '', history: [] }] = cases.toSorted((a, b) => speak(agent.id, b.history).records.length - speak(agent.id, a.history).records.length);
    const spoken = speak(agent.id, history);
    const native = parse(telemetry, spoken, spoken.records);
    const text = [`${name}, with its history:`, ...toLines(assembleAll(agent, [...history, ...native])), '', 'alone:', ...toLines(assembleAll(agent, native)), ''].join('\n');
    const path = join(GOLDEN, `${agent.id}.txt`);
    if (process.env.SPOOR_UPDATE_GOLDEN) writeFileSync(path, text);
    assert.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : 'no golden: SPOOR_UPDATE_GOLDEN=1 writes it');
  });
}

function readHistory(agent: Agent, home: string): Fact[] {
  const environment = { home, env: {}, platform: process.platform };
  return agent.history?.discover(environment).sources.flatMap((source) => agent.history?.read(source).facts ?? []).map(scrubFact) ?? [];
}

function parse(telemetry: Telemetry, { source }: Spoken, records: readonly TelemetryRecord[]): Fact[] {
  const { value = [], problems } = telemetry.parse(source, records);
  assert.deepEqual(problems, []);
  return value.map(scrubFact);
}

function assembleAll(agent: Agent, facts: readonly Fact[]): Span[] {
  return assemble({ agent: agent.id, traits: agent.traits, facts, lookup: () => undefined, isExpired: () => true, price: priceTurn }).turns.flatMap(({ spans }) => spans);
}

/** All that telemetry may not change. */
function toShape(spans: readonly Span[]): unknown {
  const tree = spans.map(({ spanId, parentSpanId, traceId, kind, outcome, values, content, sessionId, turnIndex }) => ({
    place: `${sessionId} ${turnIndex} ${kind} ${traceId} ${spanId} < ${parentSpanId}`, outcome, content, usage: values.usage, chats: values.chatCount, sum: values.turnUsage, tool: values.toolName, call: values.toolCallId, answer: values.responseId,
    costs: [values.cost, values.equivalentCost, values.turnCost],
  }));
  return { tree: tree.sort((a, b) => (a.place < b.place ? -1 : 1)), tokens: addUsage(spans.flatMap(({ kind, values }) => (kind === 'chat' && values.usage ? [values.usage] : []))), costs: addCosts(spans.flatMap(({ values }) => values.turnCost ?? [])) };
}

function toLines(spans: readonly Span[]): string[] {
  const depth = new Map<string, number>();
  return spans.map(({ spanId, parentSpanId, kind, outcome, values, provenance, extra, startUnixNano, endUnixNano }) => {
    const at = parentSpanId === undefined ? 0 : (depth.get(parentSpanId) ?? 0) + 1;
    depth.set(spanId, at);
    const took = endUnixNano === undefined ? 'open' : `${Number((endUnixNano - startUnixNano) / 1_000_000n)} ms`;
    const numbers = values.usage ? ` in ${values.usage.inputTokens} out ${values.usage.outputTokens} (${provenance.usage})` : '';
    const cost = values.cost ? ` $${values.cost.usd} (${provenance.cost})` : '';
    const first = values.timeToFirstChunkNano === undefined ? '' : ` first after ${Number(values.timeToFirstChunkNano) / 1e6} ms`;
    const more = Object.entries(extra).flatMap(([key, told]) => (/decision|attempts|skill/.test(key) ? [` ${key}=${String(told)}`] : [])).join('');
    return `${'  '.repeat(at)}${kind} ${values.toolName ?? values.requestModel ?? ''} ${outcome} ${took} (${provenance.times})${numbers}${cost}${first}${more}`;
  });
}
