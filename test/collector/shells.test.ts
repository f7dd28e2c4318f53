/** Sessions of different shells at once: each goes where its own shell says, and what a shell keeps secret stays with its destination. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { agents } from '#spoor/agents/index.ts';
import { collectOnce } from '#spoor/collector/collect-once.ts';
import { createLog } from '#spoor/config/log.ts';
import type { TracedHome } from '../golden/traced-home.ts';
import { startOtlpBackend, type OtlpBackend } from '../support/otlp-backend.ts';
import { answerRecord, history, nowSeconds, openTraced, prompt, promptRecord, resultRecord, sessionsOf, sidecarOf, spool, stop, turnMetadata } from '../support/spooled.ts';

async function startBackend(t: TestContext, options: Parameters<typeof startOtlpBackend>[0] = {}): Promise<OtlpBackend> {
  const backend = await startOtlpBackend(options);
  t.after(() => backend.stop());
  return backend;
}

const baseOf = (backend: OtlpBackend): string => new URL(backend.url).origin;

/** One whole turn of a session whose hooks ran in this shell. */
function runTurn(traced: TracedHome, sessionId: string, variables: Record<string, string>, text = 'hi'): void {
  const messages = [`${sessionId}-p`, `${sessionId}-a`];
  spool(traced, prompt(sessionId, text), variables);
  spool(traced, stop(sessionId), variables);
  const sidecar = sidecarOf(sessionId, [turnMetadata(messages, { endSeconds: nowSeconds, seconds: 2, credits: [0.5] })]);
  history(traced, sessionId, [promptRecord(messages[0] ?? '', text, nowSeconds - 2), answerRecord(messages[1] ?? '', 'done')], sidecar);
}

async function collect(traced: TracedHome, env: Record<string, string> = {}): Promise<void> {
  const log = createLog(traced.home, { name: 'spoor', verbose: true });
  await collectOnce({ home: traced.home, version: '0.1.0', environment: { ...traced.environment, env }, agents, log, signal: new AbortController().signal });
}

const sessionsAt = (backend: OtlpBackend): string[] => [...new Set(backend.spans().map((span) => String(span.attributes['gen_ai.conversation.id'])))].sort();

/** Every file below a folder, as bytes. */
function filesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'latin1')]));
}

test('two shells, two endpoints, two secrets: each backend sees its own and nothing of the other', async (t) => {
  const traced = openTraced(t);
  const [left, right] = [await startBackend(t), await startBackend(t)];
  runTurn(traced, 'left', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(left), OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20left-hush', OTEL_RESOURCE_ATTRIBUTES: 'team=blue' });
  runTurn(traced, 'right', { SPOOR_OTLP_ENDPOINT: baseOf(right), SPOOR_OTLP_HEADERS: 'x-key=right-hush', OTEL_SERVICE_NAME: 'mine', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
  runTurn(traced, 'nowhere', {});
  await collect(traced);
  assert.deepEqual([sessionsAt(left), sessionsAt(right)], [['left'], ['right']]);
  assert.deepEqual([...new Set(left.requests.map(({ headers }) => [headers.authorization, headers['x-key'], headers['content-type']].join()))], ['Bearer left-hush,,application/x-protobuf']);
  assert.deepEqual([...new Set(right.requests.map(({ headers }) => [headers.authorization, headers['x-key'], headers['content-type']].join()))], [',right-hush,application/json']);
  const resources = [left, right].map((backend) => backend.spans()[0]?.resource);
  assert.deepEqual(resources.map((resource) => [resource?.['service.name'], resource?.team]), [['kiro-cli', 'blue'], ['mine', undefined]]);
  assert.deepEqual(traced.store.listSessions({}).map(({ sessionId }) => sessionId).sort(), ['left', 'nowhere', 'right']);
  for (const [path, text] of filesBelow(traced.home.root)) assert.doesNotMatch(text, /hush/, path);
});

test('what a shell keeps secret stands in one file of its owner, as long as its backend is away, and goes with the last span', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t, { mode: { type: 'status', status: 503 } });
  runTurn(traced, 's', { SPOOR_OTLP_ENDPOINT: `${backend.url}?key=hush`, SPOOR_OTLP_HEADERS: 'authorization=hush' });
  const refused = await startBackend(t);
  runTurn(traced, 'refused', { SPOOR_OTLP_ENDPOINT: `${refused.url}?key=hush` });
  await refused.become({ type: 'refuse' });
  await collect(traced);
  const holders = [...filesBelow(traced.home.root)].filter(([, text]) => text.includes('hush')).map(([path]) => path);
  assert.equal(holders.length, 2);
  const [holder = ''] = holders;
  assert.deepEqual([join(holder, '..'), statSync(holder).mode & 0o777, statSync(join(holder, '..')).mode & 0o777], [traced.home.secrets, 0o600, 0o700]);
  assert.equal(sessionsAt(backend).length, 0);
  await backend.heal();
  await refused.heal();
  await collect(traced);
  assert.deepEqual([sessionsAt(backend), sessionsAt(refused)], [['s'], ['refused']]);
  assert.ok(backend.requests.every(({ path }) => path === '/v1/traces?key=hush'));
  assert.ok(!existsSync(holder));
});

test('what a shell keeps secret stays while the history that its turn waits for is half written', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend) });
  const path = join(sessionsOf(traced), 's.json');
  const sidecar = readFileSync(path, 'utf8');
  writeFileSync(path, sidecar.slice(0, 100));
  await collect(traced);
  assert.equal(traced.store.readTurns('kiro', ['s']).length, 0);
  assert.equal(readdirSync(traced.home.secrets).length, 1);
  writeFileSync(path, sidecar);
  while (traced.store.readDue(Date.now()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await collect(traced);
  assert.deepEqual(sessionsAt(backend), ['s']);
  assert.deepEqual(readdirSync(traced.home.secrets), []);
});

test('a session that is resumed in another shell goes on where that one says', async (t) => {
  const traced = openTraced(t);
  const [first, second] = [await startBackend(t), await startBackend(t)];
  const records: object[] = [];
  const turns: object[] = [];
  for (const [index, backend] of [first, second].entries()) {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend) };
    const at = nowSeconds - 100 + index * 50;
    spool(traced, prompt('s', `turn ${index}`), env);
    spool(traced, stop('s'), env);
    records.push(promptRecord(`p${index}`, `turn ${index}`, at), answerRecord(`a${index}`, 'done'));
    turns.push(turnMetadata([`p${index}`, `a${index}`], { endSeconds: at + 2, seconds: 2, credits: [1] }));
    history(traced, 's', records, sidecarOf('s', turns));
    await collect(traced);
  }
  const indexes = (backend: OtlpBackend): unknown[] => [...new Set(backend.spans().map((span) => span.attributes['spoor.turn.index']).filter((index) => index !== undefined))];
  assert.deepEqual([indexes(first), indexes(second)], [[0n], [1n]]);
});

test('a dry run, and OTEL_TRACES_EXPORTER=none, are kept and sent nowhere', async (t) => {
  const traced = openTraced(t);
  const [configured, own] = [await startBackend(t), await startBackend(t)];
  writeFileSync(traced.home.configFile, `destinations:\n  here: { url: '${configured.url}', addedAt: '2026-01-01T00:00:00Z' }\n`);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(own) };
  runTurn(traced, 'dry', { ...endpoint, SPOOR_DRY_RUN: 'true' });
  runTurn(traced, 'none', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' });
  runTurn(traced, 'both', endpoint);
  await collect(traced);
  assert.deepEqual([sessionsAt(configured), sessionsAt(own)], [['both'], ['both']]);
  assert.equal(traced.store.listSessions({}).length, 3);
});

test('an address that the configuration names too gets each span once', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  writeFileSync(traced.home.configFile, `destinations:\n  here: { url: '${backend.url}', addedAt: '2026-01-01T00:00:00Z' }\n`);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend) });
  await collect(traced);
  assert.equal(backend.spans().length, backend.spansById().size);
  assert.deepEqual([...new Set(backend.spans().map(({ resource }) => resource['service.name']))], ['kiro']);
});

test('an address that the configuration names with another key is another destination', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  writeFileSync(traced.home.configFile, `destinations:\n  here: { url: '${backend.url}', addedAt: '2026-01-01T00:00:00Z', headers: { X-Key: 'env:OURS' } }\n`);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), OTEL_EXPORTER_OTLP_HEADERS: 'x-key=theirs' });
  runTurn(traced, 'same', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), OTEL_EXPORTER_OTLP_HEADERS: 'x-key=ours' });
  await collect(traced, { OURS: 'ours' });
  const sessions = (key: string): unknown[] => {
    const groups = backend.requests.filter(({ headers }) => headers['x-key'] === key).flatMap(({ batch }) => batch?.resourceSpans ?? []);
    return [...new Set(groups.flatMap(({ spans }) => spans.map((span) => String(span.attributes['gen_ai.conversation.id']))))].sort();
  };
  assert.deepEqual([sessions('ours'), sessions('theirs')], [['s', 'same'], ['s']]);
});

test('what waits for a shell\'s address is sent though the configuration names that address since', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t, { mode: { type: 'status', status: 503 } });
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend) });
  await collect(traced);
  writeFileSync(traced.home.configFile, `destinations:\n  here: { url: '${backend.url}' }\n`);
  await backend.heal();
  await collect(traced);
  assert.deepEqual(sessionsAt(backend), ['s']);
  assert.deepEqual(readdirSync(traced.home.secrets), []);
});

test('user and project of a shell stand on its spans, over those of the configuration', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  writeFileSync(traced.home.configFile, `userId: everybody\nproject: common\ndestinations:\n  here: { url: '${backend.url}', addedAt: '2026-01-01T00:00:00Z' }\n`);
  runTurn(traced, 'ada', { SPOOR_USER_ID: 'ada', SPOOR_PROJECT: 'hers' });
  runTurn(traced, 'bob', { ARIZE_USER_ID: 'bob', ARIZE_PROJECT_NAME: 'his' });
  runTurn(traced, 'eve', {});
  await collect(traced);
  const told = backend.spans().map((span) => [span.attributes['gen_ai.conversation.id'], span.attributes['user.id'], span.resource['openinference.project.name']].join(' '));
  assert.deepEqual([...new Set(told)].sort(), ['ada ada hers', 'bob bob his', 'eve everybody common']);
});

test('user and project stand on every span of one trace a session, those of MCP requests among them', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  const calls: [string, string, unknown][] = [['call', '@reeds/count', {}]];
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), SPOOR_USER_ID: 'ada', SPOOR_PROJECT: 'hers' };
  for (const payload of [prompt('s', 'hi'), stop('s')]) spool(traced, payload, env);
  const records = [promptRecord('p', 'hi', nowSeconds - 2), answerRecord('a', '', calls), resultRecord('r', [['call', '3']]), answerRecord('b', 'done')];
  history(traced, 's', records, sidecarOf('s', [turnMetadata(['p', 'a', 'r', 'b'], { endSeconds: nowSeconds, seconds: 2, credits: [0.5, 0.5] })]));
  await collect(traced);
  const told = backend.spans().map((span) => [span.name, span.attributes['user.id'], span.resource['openinference.project.name']].join(' '));
  assert.deepEqual(told.sort(), ['agent_session kiro-cli', 'chat m', 'chat m', 'execute_tool @reeds/count', 'invoke_agent kiro', 'tools/call count'].map((name) => `${name} ada hers`));
});

test('routine lines of a verbose shell, and only of it, stand in the agent\'s log, without content', async (t) => {
  const traced = openTraced(t);
  runTurn(traced, 'quiet', {}, 'a private question');
  runTurn(traced, 'loud', { ARIZE_VERBOSE: 'true' }, 'a private question');
  spool(traced, { hook_event_name: 'unheardOf', session_id: 'quiet' });
  await collect(traced);
  const log = readFileSync(join(traced.home.logs, 'kiro.log'), 'utf8');
  assert.match(log, /info .*session loud: hook told turn\.started/);
  assert.match(log, /info .*session loud turn 1: 2 spans final/);
  assert.match(log, /error .*unknown-hook-event/);
  assert.doesNotMatch(log, /private|session quiet/);
});

test('a variable that cannot be meant is a problem once, and the session is traced', async (t) => {
  const traced = openTraced(t);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  await collect(traced);
  assert.deepEqual(traced.store.readProblems().map(({ code, count }) => [code, count]), [['bad-protocol', 1]]);
  assert.equal(traced.store.listSessions({})[0]?.turns, 1);
});

const REMOTE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

test('a session of such a shell is one trace below agent_session, with a span of its own for an MCP request; its secret goes with the last of it', async (t) => {
  const traced = openTraced(t);
  const backend = await startBackend(t);
  runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hush' });
  await collect(traced);
  const spans = backend.spans();
  const envelope = spans.at(-1);
  assert.deepEqual([envelope?.name, envelope?.parentSpanId, new Set(spans.map(({ traceId }) => traceId)).size], ['agent_session kiro-cli', undefined, 1]);
  const [turn] = spans.filter(({ name }) => name.startsWith('invoke_agent'));
  assert.equal(turn?.parentSpanId, envelope?.spanId);
  assert.deepEqual(readdirSync(traced.home.secrets), []);
});

for (const isHeadless of [true, false]) {
  test(`TRACEPARENT: ${isHeadless ? 'a headless run is a child of it' : 'an interactive session links to it'}`, async (t) => {
    const traced = openTraced(t);
    const backend = await startBackend(t);
    // The agent: a process that lives until its hooks were collected.
    const agent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'kiro-cli', 'chat', ...(isHeadless ? ['--no-interactive', 'hi'] : [])], { stdio: 'ignore', argv0: 'kiro-cli' });
    t.after(() => agent.kill('SIGKILL'));
    const context = { TRACEPARENT: `00-${REMOTE.traceId}-${REMOTE.spanId}-01`, TRACESTATE: 'vendor=1', PPID: String(agent.pid) };
    runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), ...context });
    await collect(traced);
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    await collect(traced);
    const root = backend.spans().find(({ name }) => name.startsWith('agent_session'));
    assert.ok(root);
    if (isHeadless) assert.deepEqual([root.traceId, root.parentSpanId, root.traceState, root.links], [REMOTE.traceId, REMOTE.spanId, 'vendor=1', []]);
    else assert.deepEqual([root.parentSpanId, root.links], [undefined, [{ ...REMOTE, traceState: 'vendor=1', attributes: {} }]]);
    assert.equal(new Set(backend.spans().map(({ traceId }) => traceId)).size, 1);
  });
}

for (const [words, isChild] of [['kiro-cli\u0001chat\u0001--no-interactive\u0001hi\u0001', true], ['kiro-cli\u0001chat\u0001', false], ['kiro-cli chat --no-interactive hi', true]] as const) {
  test(`TRACEPARENT: of an agent that is gone, the words that its hook noted say whether it was headless: ${JSON.stringify(words)}`, async (t) => {
    const traced = openTraced(t);
    const backend = await startBackend(t);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    runTurn(traced, 's', { OTEL_EXPORTER_OTLP_ENDPOINT: baseOf(backend), TRACEPARENT: `00-${REMOTE.traceId}-${REMOTE.spanId}-01`, PPID: String(gone), SPOOR_HOOK_PARENT: words });
    await collect(traced);
    const root = backend.spans().find(({ name }) => name.startsWith('invoke_agent') || name.startsWith('agent_session'));
    assert.equal(root?.traceId === REMOTE.traceId, isChild);
  });
}

test('a shell with the variables of Phoenix, and one with those of Arize: each its own backend, project and key', async (t) => {
  const traced = openTraced(t);
  const [phoenix, arize] = [await startBackend(t), await startBackend(t)];
  const keys = { PHOENIX_API_KEY: 'px-hush', ARIZE_API_KEY: 'ax-hush', ARIZE_SPACE_ID: 'space-hush', PHOENIX_PROJECT: 'birds', ARIZE_PROJECT_NAME: 'fish' };
  runTurn(traced, 'p', { ...keys, PHOENIX_ENDPOINT: baseOf(phoenix) });
  runTurn(traced, 'a', { ...keys, ARIZE_OTLP_ENDPOINT: `${baseOf(arize)}/v1` });
  await collect(traced);
  const sessions = [phoenix, arize].map((backend) => [...new Set(backend.spans().map((span) => span.attributes['session.id']))]);
  assert.deepEqual(sessions, [['p'], ['a']]);
  const [px, ax] = [phoenix, arize].map(({ requests }) => requests.at(-1)?.headers);
  assert.deepEqual([px?.authorization, px?.['x-project-name'], px?.api_key, px?.space_id], ['Bearer px-hush', 'birds', undefined, undefined]);
  assert.deepEqual([ax?.authorization, ax?.['x-project-name'], ax?.api_key, ax?.space_id], ['Bearer ax-hush', undefined, 'ax-hush', 'space-hush']);
  assert.equal(phoenix.spans()[0]?.resource['openinference.project.name'], 'birds');
  for (const { resource, attributes } of arize.spans()) assert.deepEqual([resource['arize.project.name'], attributes['arize.project.name']], ['fish', 'fish']);
  for (const [path, text] of filesBelow(traced.home.root)) assert.doesNotMatch(text, /hush/, path);
});
