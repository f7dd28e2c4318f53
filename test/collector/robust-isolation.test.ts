import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Agent } from '#spoor/agents/agent.ts';
import { agents } from '#spoor/agents/index.ts';
import { createPipeline } from '#spoor/collector/pipeline.ts';
import { canonicalJson } from '#spoor/core/ids.ts';
import { isTooDeep } from '#spoor/core/json.ts';
import { earliest, earliestOf, latest, latestOf } from '#spoor/core/time.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { answerRecord, finish, history, importAll, nowSeconds, openTraced, prompt, promptRecord, sidecarOf, spool, step, turnMetadata } from '../support/spooled.ts';

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const use = (input: string): string => `{"version":"v1","kind":"AssistantMessage","data":{"message_id":"a1","content":[{"kind":"toolUse","data":{"toolUseId":"c1","name":"x","input":${input}}}]}}`;

const poisons: Record<string, (traced: TracedHome) => void> = {
  'a tool input': (traced) => void spool(traced, `{"hook_event_name":"preToolUse","session_id":"bad","tool_name":"x","tool_input":${deep}}`),
  'a tool response': (traced) => void spool(traced, `{"hook_event_name":"postToolUse","session_id":"bad","tool_name":"x","tool_input":{},"tool_response":{"items":[${deep}]}}`),
  'a call of the history': (traced) => history(traced, 'bad', [promptRecord('p1', 'x', nowSeconds), use(deep)]),
  'a compaction': (traced) => history(traced, 'bad', [`{"version":"v1","kind":"Compaction","data":{"summary":"s","strategy":${deep}}}`]),
  'a sidecar': (traced) => history(traced, 'bad', [promptRecord('p1', 'x', nowSeconds)], `{"session_id":"bad","deep":${deep}}`),
};
for (const [where, poison] of Object.entries(poisons)) {
  test(`${where} that nests without end is told of and stops nobody`, (t) => {
    const traced = openTraced(t);
    poison(traced);
    spool(traced, prompt('bad', 'x'));
    spool(traced, prompt('good', 'hi'));
    finish(traced);
    assert.deepEqual(traced.store.listSessions({}).map(({ sessionId }) => sessionId).sort(), ['bad', 'good']);
    assert.ok(traced.store.readProblems().some(({ code }) => code === 'too-deep'));
  });
}

test('two hundred thousand unknown records are counted, and stop nobody', (t) => {
  const traced = openTraced(t);
  history(traced, 'bad', Array<string>(200_000).fill('{}'));
  spool(traced, prompt('bad', 'x'));
  spool(traced, prompt('good', 'hi'));
  step(traced);
  assert.ok(traced.store.readSession('kiro', 'good'));
  assert.equal(traced.store.readProblems().find(({ code }) => code === 'unknown-record')?.count, 200_000);
});

test('sessions that name each other as parent stop no import', async (t) => {
  const traced = openTraced(t);
  for (const [id, parent] of [['r1', 'r2'], ['r2', 'r1']] as const) {
    const ended = turnMetadata([`p${id}`, `a${id}`], { endSeconds: nowSeconds - 50, seconds: 50, credits: [1] });
    history(traced, id, [promptRecord(`p${id}`, 'x', nowSeconds - 100), answerRecord(`a${id}`, 'y')], sidecarOf(id, [ended], { parent_session_id: parent, session_created_reason: 'subagent' }));
  }
  history(traced, 'good', [promptRecord('p', 'x', nowSeconds - 5000), answerRecord('a', 'y')]);
  await importAll(traced);
  assert.ok(traced.store.readSession('kiro', 'good'));
});

/** The real agent, with one thing of it broken for the session `bad`. */
function withFault(traced: TracedHome, fault: (agent: Agent) => Agent): TracedHome['pipeline'] {
  const { home, store, environment } = traced;
  return createPipeline({ home, store, environment, agents: agents.map(fault), enqueue: () => undefined, nowMillis: Date.now });
}

test('an event that cannot be taken in is set aside with its reason, and is not read again', (t) => {
  const traced = openTraced(t);
  const pipeline = withFault(traced, (agent) => ({
    ...agent,
    parsePayload(event) {
      if (event.payload.includes('"bad"')) throw new RangeError('what it says is secret');
      return agent.parsePayload(event);
    },
  }));
  spool(traced, prompt('bad', 'x'));
  spool(traced, prompt('good', 'hi'));
  pipeline.step({ all: true });
  pipeline.step({ all: true });
  assert.deepEqual(traced.store.listSessions({}).map(({ sessionId }) => sessionId), ['good']);
  assert.deepEqual(readdirSync(traced.home.spool), ['set-aside']);
  const aside = join(traced.home.spool, 'set-aside');
  const reason = readdirSync(aside).find((name) => name.endsWith('.reason')) ?? '';
  assert.match(readFileSync(join(aside, reason), 'utf8'), /unprocessable: RangeError\n$/);
  const problems = traced.store.readProblems();
  assert.deepEqual(problems.map(({ code, count }) => [code, count]), [['unprocessable-event', 1]]);
  assert.doesNotMatch(JSON.stringify(problems), /secret/);
});

test('a session that cannot be read is told of and looked at again later', (t) => {
  const traced = openTraced(t);
  const pipeline = withFault(traced, (agent) => ({
    ...agent,
    history: agent.history && {
      ...agent.history,
      find(environment, sessionId) {
        if (sessionId === 'bad') throw new TypeError('what it says is secret');
        return agent.history?.find(environment, sessionId);
      },
    },
  }));
  spool(traced, prompt('bad', 'x'));
  spool(traced, prompt('good', 'hi'));
  pipeline.step({ all: true });
  assert.ok(traced.store.readSession('kiro', 'good'));
  assert.deepEqual(traced.store.readProblems().map(({ code, detail }) => [code, detail]), [['session-failed', 'session bad failed with TypeError']]);
  const again = traced.store.readDue(Date.now() + 11 * 60_000).find(({ sessionId }) => sessionId === 'bad');
  assert.ok(again && again.atMillis > Date.now() + 8 * 60_000);
});

test('a disk that refuses is nobody’s fault: it is thrown, and the events stay', (t) => {
  const traced = openTraced(t);
  const pipeline = withFault(traced, (agent) => ({
    ...agent,
    parsePayload: () => {
      throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
    },
  }));
  spool(traced, prompt('good', 'hi'));
  assert.throws(() => pipeline.step(), /disk/);
  assert.equal(readdirSync(traced.home.spool).length, 1);
});

test('depth and length are limited without a stack', () => {
  const nested = JSON.parse(deep) as unknown;
  assert.equal(isTooDeep(nested), true);
  assert.equal(isTooDeep(JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)), false);
  assert.equal(isTooDeep({ a: [1, { b: null }] }), false);
  assert.equal(typeof canonicalJson(nested), 'string');
  const moments = Array.from({ length: 200_000 }, (_, index) => (index === 0 ? undefined : BigInt(index)));
  assert.equal(latestOf(moments), 199_999n);
  assert.equal(earliestOf(moments), 1n);
  assert.equal(latest(undefined, 2n, 1n), 2n);
  assert.equal(earliest(undefined, 2n, 1n), 1n);
  assert.equal(latestOf([]), undefined);
});
