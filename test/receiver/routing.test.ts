/** An agent's own telemetry goes to its room, becomes facts in the store, and is kept nowhere twice. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Agent, Telemetry } from '#spoor/agents/agent.ts';
import { takeTelemetry } from '#spoor/collector/take-telemetry.ts';
import type { Fact } from '#spoor/core/fact.ts';
import type { TelemetryRecord, TelemetrySource } from '#spoor/core/telemetry.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { startReceiving } from '../support/receiving.ts';

interface StandIn {
  agent: Pick<Agent, 'id' | 'telemetry'>;
  seen: { source: TelemetrySource; records: readonly TelemetryRecord[] }[];
}

/** A room that makes a fact of every log `app.skill`, and fails on `app.bug`. */
function standIn(): StandIn {
  const seen: StandIn['seen'] = [];
  const telemetry: Telemetry = {
    isOwn: ({ service }) => service === 'stand-in',
    parse(source, records) {
      seen.push({ source, records });
      const used: number[] = [];
      const facts: Fact[] = [];
      records.forEach((record, place) => {
        if (record.signal === 'log' && record.name === 'app.bug') throw new TypeError('a bug of the room');
        if (record.signal !== 'log' || record.name !== 'app.skill') return;
        used.push(place);
        facts.push({ type: 'session.seen', agent: 'gemini', sessionId: String(record.attributes['session.id']), source: 'native', key: String(record.attributes.key), order: place, title: String(record.body) });
      });
      return { value: facts, problems: [], used };
    },
  };
  return { agent: { id: 'gemini', telemetry }, seen };
}

function openTestStore(t: TestContext): SqliteStore {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-routing-'));
  const store = openStore(join(folder, 'spoor.db'));
  t.after(() => {
    store.close();
    removeFolder(folder);
  });
  return store;
}

const value = (text: string): object => ({ stringValue: text });
const skill = (key: string): object => ({ eventName: 'app.skill', timeUnixNano: '1790000000000000001', body: value('the password: hunter2-99x'), attributes: [{ key: 'session.id', value: value('s1') }, { key: 'key', value: value(key) }] });
const other = { eventName: 'app.heartbeat', attributes: [{ key: 'session.id', value: value('s1') }] };
const request = (service: string, logRecords: object[]): string => JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: value(service) }] }, scopeLogs: [{ scope: { name: 'app' }, logRecords }] }] });

test('what the room takes becomes facts, is counted as merged, and only the rest is kept raw', async (t) => {
  const store = openTestStore(t);
  const { agent, seen } = standIn();
  const { send, read } = await startReceiving(t, { agents: [agent], takeFacts: (id, facts, problems) => takeTelemetry({ agent: id, facts, problems }, { store, nowMillis: () => 7 }) });
  assert.equal((await send('/v1/logs', request('stand-in', [other, skill('a'), skill('b')]))).status, 200);
  assert.equal((await send('/v1/logs', request('shop', [skill('c')]))).status, 200);
  assert.deepEqual(seen.map(({ source, records }) => [source.service, source.scope, records.length]), [['stand-in', 'app', 3]], 'what others send is shown to no room');
  assert.deepEqual(seen[0]?.records[1], { signal: 'log', name: 'app.skill', body: 'the password: hunter2-99x', atUnixNano: 1_790_000_000_000_000_001n, attributes: { 'session.id': 's1', key: 'a' } });
  const facts = store.readFacts('gemini', ['s1']);
  assert.deepEqual(facts.map(({ key, source }) => [key, source]), [['a', 'native'], ['b', 'native']]);
  assert.ok(!JSON.stringify(facts.map((fact) => ({ ...fact }))).includes('hunter2'), 'secrets do not come into the store');
  assert.deepEqual(store.readDue(10).map(({ sessionId }) => sessionId), ['s1']);
  const counts = read((reader) => reader.readServices());
  assert.deepEqual(counts.map(({ service, records, merged, kept }) => [service, records, merged, kept]), [['shop', 1, 0, 1], ['stand-in', 3, 2, 1]]);
  const kept = read((reader) => reader.readLogs({ limit: 10 }));
  assert.deepEqual(kept.map(({ service, agent: owner, name }) => [service, owner, name]), [['shop', undefined, 'app.skill'], ['stand-in', 'gemini', 'app.heartbeat']]);
});

test('a record that is sent again is the same fact, and makes nothing due', async (t) => {
  const store = openTestStore(t);
  const { agent } = standIn();
  const { send } = await startReceiving(t, { agents: [agent], takeFacts: (id, facts, problems) => takeTelemetry({ agent: id, facts, problems }, { store, nowMillis: () => 7 }) });
  await send('/v1/logs', request('stand-in', [skill('a')]));
  store.clearDue('gemini', 's1');
  assert.equal((await send('/v1/logs', request('stand-in', [skill('a')]))).status, 200);
  assert.equal(store.readFacts('gemini', ['s1']).length, 1);
  assert.deepEqual(store.readDue(10), []);
});

test('where the store cannot keep them now, the sender is asked to send again, and nothing is counted', async (t) => {
  const { agent } = standIn();
  let isHeld = true;
  const { send, read, troubles } = await startReceiving(t, {
    agents: [agent],
    takeFacts() {
      if (isHeld) throw new Error('database is locked');
    },
  });
  const first = await send('/v1/logs', request('stand-in', [skill('a'), other]));
  assert.deepEqual([first.status, first.headers['retry-after']], [503, '1']);
  assert.deepEqual(troubles, ['database is locked']);
  isHeld = false;
  assert.equal((await send('/v1/logs', request('stand-in', [skill('a'), other]))).status, 200);
  assert.deepEqual(read((reader) => reader.readServices()).map(({ records, merged, kept }) => [records, merged, kept]), [[2, 1, 1]]);
});

test('a room that fails keeps nobody from sending: what it sent is kept raw', async (t) => {
  const { agent } = standIn();
  const problems: string[] = [];
  const { send, read } = await startReceiving(t, { agents: [agent], takeFacts: (_id, _facts, told) => problems.push(...told.map(({ code }) => code)) });
  assert.equal((await send('/v1/logs', request('stand-in', [{ ...other, eventName: 'app.bug' }]))).status, 200);
  assert.deepEqual(problems, ['telemetry-failed']);
  assert.equal(read((reader) => reader.readLogs({ limit: 10 })).length, 1);
});

test('spans of an agent that add nothing are in no list of foreign traces', async (t) => {
  const { agent } = standIn();
  const { send, read } = await startReceiving(t, { agents: [agent] });
  const traces = (service: string, traceId: string): string => JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: value(service) }] }, scopeSpans: [{ spans: [{ traceId, spanId: 'b7ad6b7169203331', name: 'x', startTimeUnixNano: '5', endTimeUnixNano: '9' }] }] }] });
  await send('/v1/traces', traces('stand-in', 'a'.repeat(32)));
  await send('/v1/traces', traces('shop', 'b'.repeat(32)));
  assert.deepEqual(read((reader) => reader.readTraces({ limit: 10 })).map(({ traceId }) => traceId), ['b'.repeat(32)]);
  assert.equal(read((reader) => reader.readTrace('a'.repeat(32), 10)).length, 1);
});
