/** `spoor export --preview`: what a destination would get, byte for byte what it gets when it is sent. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { createDelivery, systemClock } from '#spoor/collector/deliver.ts';
import { loadConfig } from '#spoor/config/config.ts';
import type { Span } from '#spoor/core/span.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { findDialect } from '#spoor/semconv/index.ts';
import { childrenFirst } from '#spoor/store/span-order.ts';
import { openStore } from '#spoor/store/sqlite/open-store.ts';
import { startReceiver } from '../redaction/exports.ts';
import { createCliWorld, keep, keepStory, type CliWorld } from '../support/cli-context.ts';
import { storySession, toSpan, toStory } from '../support/story.ts';

/** A home whose configuration is this YAML. */
function createWorld(t: TestContext, yaml: string): CliWorld {
  const world = createCliWorld(t);
  mkdirSync(world.context.home.root, { recursive: true });
  writeFileSync(world.context.home.configFile, yaml);
  return world;
}

interface WireSpan {
  name: string;
  spanId: string;
  traceId: string;
  parentSpanId?: string;
}

const spansOf = (line: string): WireSpan[] => (JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

/** Sends all that is final as a collector does, and gives the body that arrived. */
async function send(t: TestContext, { context }: CliWorld, name: string, bodies: ReadonlyMap<string, string>): Promise<string> {
  const store = openStore(context.home.database);
  t.after(() => store.close());
  const { value } = loadConfig(context.home, context.environment);
  const delivery = createDelivery({ store, outbox: createOutbox(store.database), destinations: value.destinations, createExporter, findDialect, clock: systemClock, random: Math.random, userId: value.userId });
  const spans: Span[] = store.listSessions({}).flatMap(({ agent, sessionId }) => store.readSpans(agent, sessionId)).filter((span) => span.final);
  for (const turn of Map.groupBy(spans, ({ sessionId, turnIndex }) => `${sessionId} ${turnIndex}`).values()) delivery.enqueue(childrenFirst(turn), Date.now());
  await delivery.flush({ deadlineMillis: Date.now() + 30_000, retryNow: true });
  await delivery.stop();
  return bodies.get(name) ?? '';
}

test('byte for byte what the exporter sends, under the rules, patterns and hashes of that destination', async (t) => {
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const world = createWorld(t, `userId: ada@pond.example
redact: [{name: name, pattern: parser|login}]
destinations:
  pond:
    url: http://127.0.0.1:${receiver.port}/pond/v1/traces
    protocol: http/json
    compression: none
    project: otters
    serviceName: mine
    attributes: {team: blue}
    mcpSpan: child
    addedAt: 2001-01-01T00:00:00Z
    hash: [paths, emails]
    rules: [{agents: [kiro], content: {prompt: full, toolName: none}}]
`);
  await keepStory(world.context, storySession, toStory());
  const shown = await world.run('export', '--preview', 'pond', '--format', 'otlp-json');
  const body = await send(t, world, 'pond', receiver.bodies);
  assert.equal(shown.out, `${body}\n`);
  assert.ok(spansOf(body).length >= 15);
  assert.doesNotMatch(shown.out, /login|ada@|find_issue|src\/auth/);
  assert.match(shown.err, /^pond would get \d+ spans of 1 session\.\n[^]*tool names withheld\n[^]*not over yet\n$/);
});

test('one trace a session: places are given for the preview alone, and are those of delivery', async (t) => {
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const world = createWorld(t, `destinations:\n  pond: {url: 'http://127.0.0.1:${receiver.port}/pond/v1/traces', protocol: http/json, compression: none, trace: session, addedAt: '2001-01-01T00:00:00Z'}\n`);
  await keepStory(world.context, storySession, toStory());
  const before = await world.run('export', '--preview', 'pond', '--format', 'otlp-json');
  assert.equal((await world.run('export', '--preview', 'pond', '--format', 'otlp-json')).out, before.out, 'it changed nothing');
  const shown = spansOf(before.out);
  const envelope = shown.filter(({ name }) => name.startsWith('agent_session'));
  assert.equal(envelope.length, 1);
  const sent = spansOf(await send(t, world, 'pond', receiver.bodies));
  assert.deepEqual(shown.filter((span) => !envelope.includes(span)), sent);
  const after = spansOf((await world.run('export', '--preview', 'pond', '--format', 'otlp-json')).out);
  assert.deepEqual(after, shown);
});

test('readable by default; what is not for it stays, and says why', async (t) => {
  const world = createWorld(t, `exclude: [/home/ada/own]\ndestinations:\n  pond: {preset: phoenix, url: 'http://127.0.0.1:1', project: otters, redact: [ott], agents: [kiro]}\n`);
  await keepStory(world.context, storySession, toStory());
  await keep(world.context, { ...storySession, sessionId: 'cccc', cwd: '/home/ada/own/notes' }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', sessionId: 'cccc' })]);
  const { code, out, err } = await world.run('export', '--preview', 'pond');
  assert.equal(code, 0);
  assert.match(out, /^\{\n {2}"resourceSpans": \[/);
  assert.ok(!out.includes('cccc'));
  assert.match(err, /^ {2}with the header x-project-name: \[redacted:own\]ers$/m);
  assert.match(err, /1 span kept here: the configuration keeps its folder at home/);
});

test('what its sample leaves out and what is too old for it stays, and says so', async (t) => {
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const world = createWorld(t, `destinations:
  few: {path: out.jsonl, sample: 0}
  xray: {url: 'https://xray.us-east-1.amazonaws.com/v1/traces', auth: sigv4, region: us-east-1, content: full}
`);
  await keepStory(world.context, storySession, toStory());
  const few = await world.run('export', '--preview', 'few', '--format', 'otlp-json');
  assert.equal(few.out, '');
  assert.match(few.err, /few would get 0 spans of 0 sessions\.\n[^]*kept here: its session is not in the sample of this destination/);
  await keep(world.context, { ...storySession, sessionId: 'cccc' }, [toSpan({ id: 'z1', at: -40 * 86_400_000, end: -40 * 86_400_000 + 9, kind: 'agent', sessionId: 'cccc' })]);
  await keep(world.context, { ...storySession, sessionId: 'dddd' }, [toSpan({ id: 'z2', at: 0, end: 9, kind: 'agent', sessionId: 'dddd', content: { answer: 'w'.repeat(300_000) } })]);
  const xray = await world.run('export', '--preview', 'xray', '--format', 'otlp-json');
  assert.match(xray.err, /kept here: it is older than 14 days/);
  const cut = xray.out.split('\n').find((line) => line.includes('wwww')) ?? '';
  assert.ok(cut.length > 100_000 && cut.length < 250_000);
  assert.match(cut, /spoor\.truncated/);
});

test('readable means harmless to a terminal: controls and direction overrides are escaped, and are the same JSON', async (t) => {
  const world = createWorld(t, `destinations:\n  pond: {path: out.jsonl, content: full}\n`);
  await keep(world.context, storySession, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt: 'a\u009b2Jb\u202ec' } })]);
  const { out } = await world.run('export', '--preview', 'pond');
  assert.ok(out.includes('a\\u009b2Jb\\u202ec'), out);
  assert.doesNotMatch(out, /[\u007f-\u009f\u202a-\u202e]/);
});

test('a name that is not there: the names that are', async (t) => {
  const world = createWorld(t, `destinations:\n  pond: {path: out.jsonl}\n  lake: {path: other.jsonl}\n`);
  await keepStory(world.context, storySession, toStory());
  const { code, out, err } = await world.run('export', '--preview', 'ocean');
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /There is no destination "ocean"\. Known are pond, lake\./);
  assert.equal((await world.run('export', '--preview', 'pond', '--content', 'full')).code, 2);
});

test('--content for each kind', async (t) => {
  const world = createCliWorld(t);
  await keep(world.context, storySession, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt: 'p'.repeat(300), answer: 'w'.repeat(300) } })]);
  const { out } = await world.run('export', '--content', 'prompt=full,answer=none');
  assert.match(out, /p{300}/);
  assert.doesNotMatch(out, /wwww/);
  assert.match((await world.run('export', '--content', 'toolResult=none')).out, /p{200}…/);
  for (const wrong of ['some', 'prompt', 'prompt=some', 'prompt=full=none', 'text=full', '']) assert.equal((await world.run('export', '--content', wrong)).code, 2, wrong);
});
