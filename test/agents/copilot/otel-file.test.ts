/** The file of Copilot CLI's own telemetry: what it adds to the events, and what it never does. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { copilotHistory } from '#spoor/agents/copilot/history.ts';
import { parsePayload } from '#spoor/agents/copilot/payload.ts';
import type { Fact, FactOf } from '#spoor/core/fact.ts';
import type { Problem } from '#spoor/core/problem.ts';
import type { Span } from '#spoor/core/span.ts';
import { openStore, type SqliteStore } from '#spoor/store/sqlite/open-store.ts';
import { collectAll, createTracedHome, importInto, type TracedHome } from '../../golden/traced-home.ts';
import { toOtherLines, toRequestSpan } from '../../support/copilot-telemetry.ts';
import { putStep, type Step } from '../../support/play-steps.ts';
import { copilotPlays } from './plays.ts';

const VARIABLE = 'COPILOT_OTEL_FILE_EXPORTER_PATH';
const SESSION = 'aaaa1111-2222-4333-8444-555566667777';
const AT = Date.parse('2026-03-02T09:00:00.000Z');

type Answer = FactOf<'model.answered'>;

interface Place {
  home: string;
  telemetry: string;
  events: string;
}

/** A session of two answers: the first with what its request used, the second as versions write it that do not tell. */
function openPlace(t: TestContext): Place {
  const home = mkdtempSync(join(tmpdir(), 'spoor-otel-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, '.copilot', 'session-state', SESSION);
  mkdirSync(folder, { recursive: true });
  const events = join(folder, 'events.jsonl');
  let ids = 0;
  const line = (type: string, data: object, later: number): object => ({ type, data, id: `e${++ids}`, timestamp: new Date(AT + later).toISOString(), parentId: null });
  write(events, [
    line('session.start', { sessionId: SESSION, copilotVersion: '1.0.102' }, 0),
    line('user.message', { content: 'Look.', interactionId: 'i-1', messageId: 'p-1', delivery: 'idle' }, 10),
    line('assistant.turn_start', { turnId: '0', interactionId: 'i-1' }, 20),
    line('session.usage_record', { usage: { model: 'gpt-5.5', inputTokens: 100, outputTokens: 10, duration: 300, timeToFirstTokenMs: 21, cost: 3, apiCallId: 'api-a', finishReason: 'tool_calls' } }, 400),
    line('assistant.message', { messageId: 'm-1', model: 'gpt-5.5', content: 'One.', apiCallId: 'api-a', toolRequests: [{ toolCallId: 'call_0', name: 'bash', arguments: { command: 'ls' } }] }, 405),
    line('tool.execution_complete', { toolCallId: 'call_0', success: true, result: { content: 'fine' } }, 500),
    line('assistant.message', { messageId: 'm-2', model: 'gpt-5.5', content: 'Two.', outputTokens: 12, apiCallId: 'api-b', toolRequests: [] }, 905),
  ]);
  return { home, events, telemetry: join(home, 'telemetry.log') };
}

function write(path: string, lines: readonly object[]): void {
  appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const request = (responseId: string, startMillis: number, endMillis: number, attributes: object = {}): object =>
  toRequestSpan({ sessionId: SESSION, responseId, startMillis: AT + startMillis, endMillis: AT + endMillis, interactionId: 'i-1', attributes: { ...attributes } });

function readAll({ home, telemetry }: Place): { facts: Fact[]; problems: Problem[]; answers: Answer[] } {
  const source = copilotHistory.find({ home, env: { [VARIABLE]: telemetry }, platform: 'linux' }, SESSION);
  assert.ok(source);
  const { facts, problems } = copilotHistory.read(source);
  return { facts, problems, answers: facts.filter((fact) => fact.type === 'model.answered') };
}

const millisOf = ({ startedAt, endedAt }: Answer): (number | undefined)[] => [startedAt, endedAt].map((at) => (at === undefined ? undefined : Number(at / 1_000_000n) - AT));

test('a request has its own clocks, and what the events do not tell of it', (t) => {
  const place = openPlace(t);
  const before = readAll(place);
  assert.deepEqual(before.answers.map((answer) => [...millisOf(answer), answer.usage, answer.told]), [[100, 405, { inputTokens: 100, outputTokens: 10 }, undefined], [500, 905, { outputTokens: 12 }, undefined]]);
  write(place.telemetry, [...toOtherLines(SESSION, AT), request('api-a', 111, 402), request('api-b', 613, 903), request('api-title', 950, 990)]);
  const { facts, answers: [first, second], problems } = readAll(place);
  assert.deepEqual(problems, []);
  assert.deepEqual([first, second].map((answer) => answer && millisOf(answer)), [[111, 402], [613, 903]]);
  assert.deepEqual([first?.usage, first?.told, first?.finishReasons, first?.timeToFirstChunkNano, first?.premiumRequests], [{ inputTokens: 100, outputTokens: 10 }, { times: 'native' }, ['tool_calls'], 47_125_000n, 3]);
  assert.deepEqual(second?.usage, { inputTokens: 917, outputTokens: 12, cacheReadTokens: 411, cacheCreationTokens: 29, reasoningTokens: 17 });
  assert.deepEqual([second?.told, second?.responseModel, second?.provider, second?.finishReasons, second?.credits], [{ times: 'native', usage: 'native' }, 'gpt-5.5-2026-02', 'github', ['stop'], undefined]);
  assert.deepEqual(facts.map(({ key }) => key), before.facts.map(({ key }) => key), 'a request that the events do not know is not added');
});

test('a response id that is there twice is told apart by interaction and moment, and one far away is none of them', (t) => {
  const place = openPlace(t);
  write(place.telemetry, [
    request('api-a', 1, 2, { 'github.copilot.interaction_id': 'i-other' }), request('api-a', 120, 390), request('api-a', 7000, 7100),
    request('api-b', 600_000, 600_100), toRequestSpan({ sessionId: 'bbbb1111', responseId: 'api-b', startMillis: AT + 600, endMillis: AT + 900 }),
  ]);
  assert.deepEqual(readAll(place).answers.map(millisOf), [[120, 390], [500, 905]]);
});

test('credits come from it only where nothing else tells what a turn was charged', (t) => {
  const place = openPlace(t);
  const nano = { 'github.copilot.nano_aiu': 250_000_000 };
  write(place.telemetry, [request('api-a', 111, 402, nano), request('api-b', 613, 903, nano)]);
  assert.deepEqual(readAll(place).answers.map(({ credits, billing }) => [credits, billing]), [[undefined, 'premium-requests'], [0.25, 'credits']]);
  write(place.events, [{ type: 'session.usage_checkpoint', data: { totalNanoAiu: 900_000_000 }, id: 'meter', timestamp: new Date(AT + 910).toISOString(), parentId: null }]);
  assert.equal(readAll(place).answers[1]?.credits, undefined, 'the turn has its sum from the events');
});

test('it is read on from where it ended, half-written lines later, and anew when it is another file', (t) => {
  const place = openPlace(t);
  const starts = (): (number | undefined)[] => readAll(place).answers.map((answer) => millisOf(answer)[0]);
  const half = JSON.stringify(request('api-a', 111, 402));
  writeFileSync(place.telemetry, half.slice(0, half.indexOf('"status"') - 1));
  assert.deepEqual(starts(), [100, 500]);
  appendFileSync(place.telemetry, `${half.slice(half.indexOf('"status"') - 1)}\n`);
  assert.deepEqual(starts(), [111, 500]);
  write(place.telemetry, [request('api-b', 613, 903)]);
  assert.deepEqual(starts(), [111, 613]);
  truncateSync(place.telemetry, 0);
  assert.deepEqual(starts(), [100, 500]);
  write(place.telemetry, [request('api-b', 614, 903)]);
  assert.deepEqual(starts(), [100, 614]);
  rmSync(place.telemetry);
  assert.deepEqual([starts(), readAll(place).problems], [[100, 500], []]);
});

test('hostile lines, folders and relative paths change nothing', (t) => {
  const place = openPlace(t);
  const text = JSON.stringify(request('api-a', 111, 402));
  const odd = (from: string, to: string): string => text.replace(from, to);
  const lines = [
    text.slice(0, -9), odd('"startTime":[', '"startTime":[-'), odd('"startTime":[', '"startTime":["x",'), odd('"startTime":[', '"startTime":[9e300,'), odd('"type":"span"', '"type":"metric"'), odd('"gen_ai.response.id":"api-a"', '"gen_ai.response.id":7'),
    odd('"events":[]', `"events":${'['.repeat(900)}${']'.repeat(900)}`), `"gen_ai.operation.name":"chat" "gen_ai.conversation.id":"${SESSION}"`, 'null', '\u0000', '{',
  ];
  writeFileSync(place.telemetry, `${lines.join('\n')}\n`);
  const { answers, problems } = readAll(place);
  assert.deepEqual([answers.map(millisOf), problems], [[[100, 405], [500, 905]], []]);
  const found = (path: string): number | undefined => copilotHistory.find({ home: place.home, env: { [VARIABLE]: path }, platform: 'linux' }, SESSION)?.files.length;
  assert.deepEqual([found('telemetry.log'), found(''), found(place.telemetry)], [1, 1, 2]);
  assert.deepEqual(readAll({ ...place, telemetry: place.home }).problems, []);
  const link = join(place.home, 'link');
  symlinkSync('/dev/zero', link);
  assert.deepEqual(readAll({ ...place, telemetry: link }).answers.map(millisOf), [[100, 405], [500, 905]]);
});

test('the file counts as changed for the sessions it can have grown by, and for no other', (t) => {
  const place = openPlace(t);
  write(place.telemetry, [request('api-a', 111, 402)]);
  const stampAt = (later: number): string => {
    utimesSync(place.events, AT / 1000, AT / 1000);
    utimesSync(place.telemetry, AT / 1000 + later, AT / 1000 + later);
    const { sources, problems } = copilotHistory.discover({ home: place.home, env: { [VARIABLE]: place.telemetry }, platform: 'linux' });
    assert.deepEqual(problems, []);
    return JSON.stringify(sources.map(({ files }) => files));
  };
  assert.notEqual(stampAt(1), stampAt(5));
  assert.equal(stampAt(3600), stampAt(7200));
});

test('where hooks are given its path they carry it, and what was told without it keeps its key', () => {
  const seen = (env: Record<string, string>): Fact | undefined => parsePayload({ agent: 'copilot', key: 'k', payload: JSON.stringify({ hook_event_name: 'Stop', session_id: SESSION, timestamp: new Date(AT).toISOString() }), truncated: false, at: { unixNano: BigInt(AT) * 1_000_000n, source: 'hook' }, order: 1, env }).value?.[0];
  const [without, one, other] = [seen({ HOME: '/h' }), seen({ HOME: '/h', [VARIABLE]: '/h/t' }), seen({ HOME: '/h', [VARIABLE]: '/h/u' })];
  assert.equal(without?.key, 'seen:706a887f986f43759b980d134bf13599');
  assert.equal(new Set([without, one, other].map((fact) => fact?.key)).size, 3);
  assert.deepEqual(one?.type === 'session.seen' && one.agentEnvironment, { HOME: '/h', [VARIABLE]: '/h/t' });
});

/** A play in whose shells the variable stands, each request's span written behind the answer that it gave. */
function withTelemetry(steps: readonly Step[], telemetry: string, file: string): Step[] {
  let [interactionId, span]: [string | undefined, object | undefined] = [undefined, undefined];
  return steps.flatMap((step): Step[] => {
    if ('hook' in step) return [{ ...step, env: { [VARIABLE]: telemetry } }];
    if (!('line' in step)) return [step];
    const { type, data, timestamp, agentId } = step.line[1] as { type: string; data: Record<string, unknown>; timestamp: string; agentId?: string };
    if (type === 'user.message' && agentId === undefined) interactionId = String(data.interactionId);
    if (type === 'session.usage_record') {
      const millis = Date.parse(timestamp);
      const { apiCallId } = data.usage as { apiCallId: string };
      span = toRequestSpan({ sessionId: PLAYED, responseId: apiCallId, startMillis: millis - 260, endMillis: millis - 1, interactionId: agentId === undefined ? interactionId : undefined });
    }
    if (type !== 'assistant.message' || !span) return [step];
    return [step, ...[...toOtherLines(PLAYED, Date.parse(timestamp)), span].map((line): Step => ({ line: [file, line] }))];
  });
}

const PLAYED = copilotPlays[0]?.sessionId ?? '';
const FILE = 'odd/telemetry.log';

const spansOf = (store: SqliteStore): Span[] => store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId));
const keysOf = (spans: readonly Span[]): string[] => spans.map(({ spanId, parentSpanId, kind, traceId }) => `${kind} ${spanId} ${parentSpanId} ${traceId}`).sort();

for (const play of copilotPlays.slice(0, 3)) {
  test(`played with its telemetry: ${play.name}`, async (t) => {
    const open = (): TracedHome => {
      const traced = createTracedHome({ hooked: false });
      t.after(() => traced.close());
      return traced;
    };
    const now = Date.now();
    const [plain, stepped, once] = [open(), open(), open()];
    for (const step of play.steps(now)) putStep(plain, 'copilot', step);
    for (const traced of [stepped, once]) {
      for (const step of withTelemetry(play.steps(now), join(traced.root, FILE), FILE)) {
        putStep(traced, 'copilot', step);
        if (traced === stepped) traced.pipeline.step({ all: true });
      }
    }
    for (const traced of [plain, stepped, once]) collectAll(traced);
    const spans = spansOf(once.store);
    assert.deepEqual(keysOf(spans), keysOf(spansOf(plain.store)), 'the same ids as without');
    assert.deepEqual(keysOf(spansOf(stepped.store)), keysOf(spans));
    const chats = (some: readonly Span[]): string[] => some.filter(({ kind }) => kind === 'chat').map(({ spanId, startUnixNano, endUnixNano, provenance }) => `${spanId} ${startUnixNano} ${endUnixNano} ${provenance.times} ${provenance.usage}`).sort();
    assert.ok(chats(spans).every((chat) => chat.endsWith('native transcript')), chats(spans).join('\n'));
    assert.deepEqual(chats(spansOf(stepped.store)), chats(spans));
    for (const { startUnixNano, endUnixNano, kind } of spans) if (kind === 'chat') assert.equal((endUnixNano ?? 0n) - startUnixNano, 259_000_000n);
    for (const { delivered, pipeline } of [stepped, once]) assert.deepEqual([delivered.map(({ spanId }) => spanId).sort(), pipeline.problems.list()], [spans.map(({ spanId }) => spanId).sort(), []]);
    const imported = openStore(':memory:');
    t.after(() => imported.close());
    await importInto({ ...once, environment: { ...once.environment, env: { [VARIABLE]: join(once.root, FILE) } } }, imported);
    assert.deepEqual([keysOf(spansOf(imported)), chats(spansOf(imported))], [keysOf(spans), chats(spans)]);
  });
}
