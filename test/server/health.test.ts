/** How the tracing is: gathered from a home, and judged. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { createHome, homeAt, type Home } from '#spoor/config/home.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { createHealth, type HealthOptions } from '#spoor/server/health/create-health.ts';
import { judgeHealth, type HealthFacts } from '#spoor/server/health/judge.ts';
import { readSettings } from '#spoor/server/settings/create-settings.ts';
import { openMemoryStore } from '#spoor/store/memory.ts';
import { buildSession, buildSpan, buildTurn } from '../store/builders.ts';

const NOW = 1_800_000_000_000;

interface Stage {
  home: Home;
  store: ReturnType<typeof openMemoryStore>;
  outbox: ReturnType<typeof createOutbox>;
  options: HealthOptions;
  clock: { millis: number };
}

function openStage(t: TestContext, env: Record<string, string> = {}): Stage {
  const root = mkdtempSync(join(tmpdir(), 'spoor-health-'));
  const home = homeAt(join(root, '.spoor'));
  createHome(home);
  const store = openMemoryStore();
  t.after(() => {
    store.close();
    rmSync(root, { recursive: true, force: true });
  });
  const clock = { millis: NOW };
  const outbox = createOutbox(store.database);
  const options: HealthOptions = { home, environment: { home: root, env, platform: 'linux' }, agents, hookCommandOf: () => 'hook', store, outbox, version: '9.9.9', nowMillis: () => clock.millis, importing: () => undefined };
  return { home, store, outbox, options, clock };
}

test('a home without anything: no agent is traced, and that is all that is said', (t) => {
  const { options } = openStage(t);
  const health = createHealth(options)();
  assert.deepEqual([health.state, health.notes.length, health.destinations, health.problems, health.spool], ['attention', 1, [], [], { waiting: 0 }]);
  assert.equal(health.agents.length, agents.length);
  assert.deepEqual(health.agents[0], { agent: 'kiro', title: 'Kiro', installed: false, hooksSeen: 0, hook: { count: 0 } });
});

test('hooks, destinations, problems, errors and imports are told as they stand', (t) => {
  const { home, store, outbox, options, clock } = openStage(t);
  const secret = 'sk-very-secret';
  writeFileSync(home.configFile, `destinations:\n  phoenix:\n    preset: phoenix\n    url: http://127.0.0.1:6006\n  ax:\n    url: https://otlp.example.test/v1/traces?key=${secret}\n    headers: { authorization: "env:NOT_THERE" }\n`);
  store.noteHooks('kiro', [{ atMillis: 5, tookMillis: 2 }, { atMillis: 9, tookMillis: 4 }, { atMillis: 7 }]);
  store.addProblems('kiro', [{ code: 'bad-json', detail: 'line 3' }]);
  store.saveSession(buildSession());
  store.saveTurn(buildTurn(1), [buildSpan(1)]);
  outbox.addDestination({ name: 'phoenix', fingerprint: 'x' }, 1000);
  outbox.enqueue([buildSpan(1).spanId], 'phoenix', NOW - 120_000);
  outbox.saveBackoff('phoenix', { failures: 3, nextAttemptMillis: NOW + 1000, error: 'connection refused' });
  writeFileSync(join(home.logs, 'spoor.log'), `${new Date(NOW - 60_000).toISOString()} error 12 the disk is full\n`);
  const read = createHealth({ ...options, importing: () => ({ done: 1, total: 4, leftMillis: 900 }) });
  const health = read();
  assert.deepEqual(health.agents.find(({ agent }) => agent === 'kiro'), { agent: 'kiro', title: 'Kiro', installed: false, hooksSeen: 3, lastHookMillis: 9, hook: { count: 2, p50: 3, p95: 3.9, max: 4, sum: 6 } });
  const [phoenix, ax] = health.destinations;
  assert.deepEqual(phoenix, { name: 'phoenix', type: 'phoenix', endpoint: 'http://127.0.0.1:6006/v1/traces', sent: 0, waiting: 1, setAside: 0, held: 0, oldestWaitingMillis: NOW - 120_000, lastError: 'connection refused', nextAttemptMillis: NOW + 1000 });
  assert.equal(ax?.endpoint, 'https://otlp.example.test/v1/traces');
  assert.deepEqual([health.problems.length, health.problems[0]?.code, health.importing], [1, 'bad-json', { done: 1, total: 4, leftMillis: 900 }]);
  assert.deepEqual(health.lastError, { atMillis: NOW - 60_000, text: 'the disk is full' });
  assert.equal(health.state, 'bad');
  assert.ok(health.notes.some((note) => note.includes('"ax" gets nothing: NOT_THERE')) && health.notes.some((note) => note.includes('connection refused')), health.notes.join('\n'));
  assert.ok(!JSON.stringify(health).includes(secret));
  store.noteHooks('kiro', [{ atMillis: 11 }]);
  assert.equal(read().agents[0]?.hooksSeen, 3, 'what was told a moment ago');
  clock.millis += 1000;
  assert.equal(read().agents[0]?.hooksSeen, 4);
});

test('how it is, from good to bad', () => {
  const good: HealthFacts = { nowMillis: NOW, agents: [{ agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 3, hook: { count: 0 } }], spool: { waiting: 0 }, destinations: [], configProblems: [], missingSecrets: [] };
  assert.deepEqual(judgeHealth(good), { state: 'good', notes: [] });
  assert.equal(judgeHealth({ ...good, agents: [{ agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 0, hook: { count: 0 } }] }).state, 'attention');
  assert.equal(judgeHealth({ ...good, spool: { waiting: 2 }, oldestSpooledMillis: NOW - 1000 }).state, 'good');
  assert.equal(judgeHealth({ ...good, spool: { waiting: 2 }, oldestSpooledMillis: NOW - 60_000 }).state, 'bad');
  const slow = judgeHealth({ ...good, agents: [{ agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 9, hook: { count: 9, p95: 180 } }] });
  assert.deepEqual(slow, { state: 'attention', notes: ['Hooks of Kiro take 180 ms (p95).'] });
  const both = judgeHealth({ ...good, lastError: { atMillis: NOW - 5, text: 'x' }, configProblems: [{ code: 'config-syntax', detail: 'config.yaml:3: not valid YAML' }] });
  assert.deepEqual(both, { state: 'bad', notes: ['config.yaml:3: not valid YAML.', 'Last error: x'] });
  const logged = judgeHealth({ ...good, lastError: { atMillis: NOW - 5, text: 'config.yaml:3: unknown key "x"' }, configProblems: [{ code: 'config-unknown-key', detail: 'config.yaml:3: unknown key "x"' }] });
  assert.deepEqual(logged.notes, ['config.yaml:3: unknown key "x".'], 'told once');
});

test('a destination that takes what it gets is not down, whatever it refused once', () => {
  const destination = { name: 'phoenix', type: 'phoenix', sent: 900, waiting: 40, setAside: 2, held: 0, oldestWaitingMillis: NOW - 600_000, lastError: 'a span was refused' };
  const facts: HealthFacts = { nowMillis: NOW, agents: [{ agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 3, hook: { count: 0 } }], spool: { waiting: 0 }, destinations: [], configProblems: [], missingSecrets: [] };
  const judge = (given: object): ReturnType<typeof judgeHealth> => judgeHealth({ ...facts, destinations: [{ ...destination, ...given }] });
  assert.deepEqual(judge({ acceptedAtMillis: NOW - 1000 }), { state: 'attention', notes: ['"phoenix" refused 2 spans for good: a span was refused. See: spoor status'] });
  assert.equal(judge({ acceptedAtMillis: NOW - 700_000 }).state, 'bad', 'accepted something before what waits now, and nothing since');
  assert.equal(judge({ acceptedAtMillis: NOW - 300_000 }).state, 'bad', 'nothing for minutes while something waits');
  assert.equal(judge({}).state, 'bad');
  assert.equal(judge({ oldestWaitingMillis: NOW - 30_000 }).state, 'attention');
});

test('the settings that hold, with where each comes from and without secrets', (t) => {
  const { home, options } = openStage(t, { SPOOR_PROJECT: 'from the shell', SPOOR_HOME: '/somewhere' });
  const secret = 'sk-very-secret';
  writeFileSync(home.configFile, `userId: ada\nproject: from the file\nstore: { keep: { content: 30d } }\nattributes: { team: ${secret} }\ndestinations:\n  ax: { url: "https://otlp.example.test/v1/traces?k=${secret}", headers: { x-key: ${secret} } }\nodd: 1\n`);
  mkdirSync(join(home.root, '..', '.kiro'), { recursive: true });
  const { hookCommandOf, environment } = options;
  const answer = readSettings({ home, environment, agents, hookCommandOf, version: '9.9.9', flags: [{ name: 'port', value: '9', source: 'flag' }] });
  const of = (name: string): object | undefined => answer.settings.find((one) => one.name === name);
  assert.deepEqual(of('userId'), { name: 'userId', value: 'ada', source: 'file', from: 'config.yaml' });
  assert.deepEqual(of('project'), { name: 'project', value: 'from the shell', source: 'env', from: 'SPOOR_PROJECT' });
  assert.deepEqual(of('store.keep.content'), { name: 'store.keep.content', value: '30 days', source: 'file', from: 'config.yaml' });
  assert.deepEqual(of('store.keep.spans'), { name: 'store.keep.spans', value: 'forever', source: 'default' });
  assert.deepEqual([of('exclude'), of('port')], [{ name: 'exclude', source: 'default' }, { name: 'port', value: '9', source: 'flag' }]);
  assert.deepEqual(answer.destinations.map(({ name, endpoint, headers }) => ({ name, endpoint, headers })), [{ name: 'ax', endpoint: 'https://otlp.example.test/v1/traces', headers: ['x-key'] }]);
  assert.ok(answer.problems.some(({ detail }) => detail.includes('odd')) && answer.agents.length === agents.length);
  assert.ok(!JSON.stringify(answer).includes(secret));
});
