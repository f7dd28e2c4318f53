/**
 * The contract of an agent's room, run over the list: an agent is tested by being listed. Its fixtures stand in
 * `test/fixtures/agents/<id>/<case>/`: `home/` is a home with its history in it, `payloads.jsonl` hook payloads of every event
 * (one JSON object a line), `tree.txt` the reviewed spans of the home (`SPOOR_UPDATE_GOLDEN=1` rewrites it).
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Agent, AgentEnvironment, HookEvent } from '#spoor/agents/agent.ts';
import { importHistory } from '#spoor/collector/import-history.ts';
import { scrubOutline } from '#spoor/collector/import/scrub-outline.ts';
import { scrubFact } from '#spoor/collector/scrub-fact.ts';
import type { Fact } from '#spoor/core/fact.ts';
import { toJson } from '#spoor/core/json.ts';
import { toRunNano } from '#spoor/core/run-time.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { toTreeText } from '../golden/tree-text.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'agents');
const HOSTILE_IDS = ['', '.', '..', '../../etc/passwd', '/etc/passwd', 'a/b', 'a\\b', 'a\0b', '%2e%2e', 'x'.repeat(5000), '🦊', '-rf', '__proto__', 'constructor'];

function environmentAt(home: string): AgentEnvironment {
  return { home, env: {}, platform: process.platform };
}

function eventOf(agent: Agent, payload: string): HookEvent {
  return { agent: agent.id, key: `k-${payload.length}`, payload, truncated: false, at: { unixNano: 1_780_000_000_000_000_000n, source: 'hook' }, order: 1, env: {} };
}

async function importHome(agent: Agent, home: string, store: SqliteStore): Promise<number> {
  const report = await importHistory({ store, environment: environmentAt(home), agents: [agent], scrub: scrubFact, nowMillis: () => Date.now() + 86_400_000 });
  assert.deepEqual(report.problems, []);
  return report.agents[0]?.spansWritten ?? 0;
}

/** Defines the tests of one agent. */
export function testAgent(agent: Agent): void {
  const folder = join(FIXTURES, agent.id);
  const cases = existsSync(folder) ? readdirSync(folder) : [];

  test(`${agent.id}: has an id for paths and commands, a title and a fixture`, () => {
    assert.match(agent.id, /^[a-z][a-z0-9-]*$/);
    assert.notEqual(agent.title, '');
    assert.ok(cases.length > 0, `no fixture in ${folder}: put a home with a session into <case>/home/, hook payloads into <case>/payloads.jsonl (docs/add-an-agent.md)`);
    assert.ok(!agent.installer || cases.some((name) => readPayloads(join(folder, name)).length > 0), `no hook payloads: put one of every event into ${folder}/<case>/payloads.jsonl, one JSON object a line`);
    assert.ok(agent.variables.every((name) => /^[A-Z][A-Z0-9_]*$/.test(name)), 'a name of a variable that no shell has');
    assert.ok(agent.traits.historyWaitMillis > 0);
  });

  test(`${agent.id}: an empty home has no history and no installation, and looking changes nothing`, (t) => {
    const home = mkdtempSync(join(tmpdir(), 'spoor-agent-'));
    t.after(() => rmSync(home, { recursive: true }));
    for (const environment of [environmentAt(home), { env: {}, platform: process.platform }]) {
      assert.deepEqual(agent.history?.discover(environment), agent.history && { sources: [], problems: [] });
      for (const id of HOSTILE_IDS) assert.equal(agent.history?.find(environment, id), undefined, id);
      assert.deepEqual(agent.installer?.installedIn(environment, 'true'), agent.installer && []);
      assert.deepEqual(agent.installer?.readCommands?.(environment, 'true') ?? [], []);
      for (const { check, seen } of agent.installer?.diagnose?.({ environment, hookCommand: 'true', installCommand: 'spoor install x', ask: () => undefined }) ?? []) assert.ok(check !== '' && seen !== '');
    }
    assert.deepEqual(readdirSync(home), []);
  });

  test(`${agent.id}: no payload makes it throw; facts are its own, with a key and a time`, () => {
    const payloads = cases.flatMap((name) => readPayloads(join(folder, name)));
    const mutated = fc.constantFrom(...payloads, '{}').chain((payload) => fc.tuple(fc.constant(payload), fc.nat(payload.length), fc.nat(40), fc.string({ maxLength: 20 })));
    fc.assert(
      fc.property(mutated, fc.json(), ([payload, at, length, text], json) => {
        for (const one of [payload, payload.slice(0, at), payload.slice(0, at) + text + payload.slice(at + length), json, text]) {
          for (const fact of agent.parsePayload(eventOf(agent, one)).value ?? []) {
            assert.equal(fact.agent, agent.id);
            assert.ok(fact.key !== '' && fact.sessionId !== '');
            assert.equal(fact.source, 'hook');
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  testFixtures(agent, folder, cases);

  test(`${agent.id}: a probe of the doctor tells of its session, and opens no turn`, () => {
    const id = 'spoor-doctor-1-x';
    const probe = agent.toProbe?.(id, '/');
    if (!probe) return;
    const { value = [], problems } = agent.parsePayload({ ...eventOf(agent, probe.payload), env: { ...probe.env } });
    assert.deepEqual(problems, []);
    assert.deepEqual([...new Set(value.map(({ type, sessionId }) => `${type} ${sessionId}`))], [`session.seen ${id}`]);
    assert.ok(value.every((fact) => fact.type !== 'session.seen' || fact.parent === undefined));
  });

  for (const name of cases) testCase(agent, folder, name);
}

/** What a room of which the fixtures show too little lacks. */
function testFixtures(agent: Agent, folder: string, cases: readonly string[]): void {
  test(`${agent.id}: its fixtures hold a prompt, an answer, a call and a verdict, of both sources`, () => {
    const told = { history: new Set<string>(), hook: new Set<string>() };
    for (const name of cases) {
      const environment = environmentAt(join(folder, name, 'home'));
      for (const source of agent.history?.discover(environment).sources ?? []) for (const { type } of agent.history?.read(source).facts ?? []) told.history.add(type);
      for (const payload of readPayloads(join(folder, name))) for (const { type } of agent.parsePayload(eventOf(agent, payload)).value ?? []) told.hook.add(type);
    }
    const lacks = (have: ReadonlySet<string>, wanted: readonly string[]): string[] => wanted.filter((type) => !have.has(type));
    if (agent.history) assert.deepEqual(lacks(told.history, ['turn.started', 'model.answered', 'tool.called', 'tool.ended']), [], 'no record in a fixture of the history tells these');
    if (agent.installer) assert.deepEqual(lacks(told.hook, ['session.seen', 'tool.started', 'turn.ended']), [], 'no payload in a fixture tells these');
  });
}

function toOutlineJson(facts: readonly Fact[] = []): string {
  return toJson(facts.map((fact) => scrubOutline(fact, { scrub: scrubFact, areCallsNamed: false })));
}

function testCase(agent: Agent, folder: string, name: string): void {
  test(`${agent.id}: ${name} is read whole, twice the same, with keys that differ, and gives the reviewed tree`, async (t) => {
    const home = join(folder, name, 'home');
    for (const payload of readPayloads(join(folder, name))) {
      const { value = [], problems } = agent.parsePayload(eventOf(agent, payload));
      assert.deepEqual(problems, [], payload);
      assert.ok(value.length > 0, payload);
    }
    const { sources = [], problems } = agent.history?.discover(environmentAt(home)) ?? {};
    assert.deepEqual(problems, []);
    for (const source of sources) {
      const first = agent.history?.read(source);
      assert.equal(toJson(agent.history?.read(source)), toJson(first));
      assert.equal(toOutlineJson(agent.history?.read(source, { outlineOnly: true }).facts), toOutlineJson(first?.facts), 'the same outline without the long texts');
      const keys = first?.facts.map((fact) => fact.key) ?? [];
      assert.equal(new Set(keys).size, keys.length, 'two facts of one session share a key');
      assert.equal(agent.history?.find(environmentAt(home), source.sessionId)?.sessionId, source.sessionId);
    }
    const store = openStore(':memory:');
    t.after(() => store.close());
    assert.ok((await importHome(agent, home, store)) > 0);
    assert.equal(await importHome(agent, home, store), 0, 'a re-import changes nothing');
    checkCosts(store);
    for (const session of store.listSessions({})) {
      const turns = store.readSpans(session.agent, session.sessionId).filter((span) => span.kind === 'agent' && span.sessionId === session.sessionId && span.endUnixNano !== undefined);
      const told = turns.flatMap((turn) => toRunNano(turn) ?? []);
      assert.equal(session.activeNano, told.length === 0 ? undefined : told.reduce((sum, nano) => sum + (nano / 1000n) * 1000n, 0n), 'the list says how long the turns took');
    }
    const path = join(folder, name, 'tree.txt');
    const text = toTreeText(store, { clocks: true });
    if (process.env.SPOOR_UPDATE_GOLDEN) writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });
}

/** Every answer that was counted has its price, or says what it is charged in, or why nobody knows; a turn's sums are over its own chats. */
function checkCosts(store: SqliteStore): void {
  const spans = store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
  for (const { kind, values, provenance, spanId } of spans) {
    const { cost, equivalentCost, unpriced, billing, usage } = values;
    assert.ok(kind === 'chat' || (cost === undefined && equivalentCost === undefined), 'only requests cost');
    if (kind !== 'chat') continue;
    const isOtherwise = billing === 'credits' || billing === 'premium-requests';
    const said = [cost, equivalentCost, unpriced].filter((one) => one !== undefined).length;
    assert.ok(isOtherwise ? said === 0 : said === 1 || (usage === undefined && said === 0), `${spanId}: ${said} of cost, equivalent, reason`);
    assert.equal(provenance.cost !== undefined, cost !== undefined || equivalentCost !== undefined);
    assert.ok(cost === undefined || billing !== 'subscription', 'no dollars under a subscription');
  }
  for (const turn of spans.filter(({ kind }) => kind === 'agent')) {
    const own = spans.filter((span) => span.kind === 'chat' && span.parentSpanId === turn.spanId);
    const sum = (of: 'cost' | 'equivalentCost'): string => own.reduce((total, { values }) => total + (values[of]?.usd ?? 0), 0).toFixed(9);
    assert.deepEqual([turn.values.turnCost?.usd ?? 0, turn.values.turnCost?.equivalentUsd ?? 0].map((usd) => usd.toFixed(9)), [sum('cost'), sum('equivalentCost')]);
  }
}

function readPayloads(folder: string): string[] {
  const path = join(folder, 'payloads.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}
