/**
 * Hundreds of secrets and marked texts through every agent, dialect and exporter: no secret anywhere, nothing on the wire or in a log that the
 * destination's settings keep at home, nothing left in the spool. The settings are read from a real config.yaml, the sessions by the real
 * collector. `DIALECTS` and the exporters come from the lists: what is added there is tested here.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { createDelivery, systemClock } from '#spoor/collector/deliver.ts';
import { openPost } from '#spoor/collector/post.ts';
import { loadConfig } from '#spoor/config/config.ts';
import { createLog } from '#spoor/config/log.ts';
import type { ContentPolicy } from '#spoor/core/sharing.ts';
import type { Span } from '#spoor/core/span.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { createExporter } from '#spoor/exporters/index.ts';
import { createMemoryExporter, type MemoryExporter } from '#spoor/exporters/memory.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { createOutbox } from '#spoor/outbox/create-outbox.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { dialects, findDialect } from '#spoor/semconv/index.ts';
import { createTracedHome, type TracedHome } from '../golden/traced-home.ts';
import { toAllowedText } from './allowed-texts.ts';
import { readIfThere, startReceiver, type Receiver } from './exports.ts';
import { createPlanter, SHAPES, type Planter } from './plant.ts';
import { listPlantedCases, type PlantedCase } from './planted-homes.ts';
import { readDatabase } from './read-database.ts';
import { toSharedPages } from './shared-pages.ts';

interface Setting {
  /** As config.yaml has it. */
  config: object;
  policy: ContentPolicy;
  /** Marks of these forms are taken out though the level lets them out. */
  takesOut?: RegExp;
}

const NONE: ContentPolicy = { ...toContentPolicy('none'), toolName: 'none' };
const FULL = toContentPolicy('full');
const MARK = /[mp]q\d{6}zz/g;
const EMAIL = /ann\.\d+@pond-mail\.example/g;

const SETTINGS: Readonly<Record<string, Setting>> = {
  none: { config: { content: 'none' }, policy: toContentPolicy('none') },
  preview: { config: { content: 'preview' }, policy: toContentPolicy('preview') },
  full: { config: { content: 'full' }, policy: FULL },
  nameless: { config: { content: { prompt: 'none', answer: 'none', reasoning: 'none', toolArguments: 'none', toolResult: 'none', toolName: 'none' } }, policy: NONE },
  hidden: { config: { content: { prompt: 'full', answer: 'full', reasoning: 'full', toolArguments: 'full', toolResult: 'full', toolName: 'none' } }, policy: { ...FULL, toolName: 'none' } },
  prompts: { config: { content: { prompt: 'full', answer: 'none', reasoning: 'none', toolArguments: 'none', toolResult: 'none' } }, policy: { ...toContentPolicy('none'), prompt: 'full' } },
  answers: { config: { content: { prompt: 'none', answer: 'full', reasoning: 'none', toolArguments: 'none', toolResult: 'preview' } }, policy: { ...toContentPolicy('none'), answer: 'full', toolResult: 'preview' } },
  details: { config: { content: { prompt: 'none', answer: 'none', reasoning: 'full', toolArguments: 'full', toolResult: 'none' } }, policy: { ...toContentPolicy('none'), reasoning: 'full', toolArguments: 'full' } },
  patterns: { config: { content: 'full', redact: [{ name: 'marked', pattern: 'mq\\d{6}zz' }, 'pond-mail\\.example'] }, policy: FULL, takesOut: /^mq|@/ },
  hashes: { config: { content: 'full', hash: ['paths', 'emails'] }, policy: FULL, takesOut: /^pq|@/ },
  sealed: { config: { content: 'full', redact: ['(a+)+b'] }, policy: NONE },
};

/** Every switch with every session, as test/real/redaction.test.ts has it; else each session meets one switch, and each switch a quarter of them. */
const IS_WHOLE = process.env.SPOOR_WHOLE_CORPUS === '1';

const ADDED_AT = '2001-01-01T00:00:00Z';
const counts = { marks: 0, secrets: 0, requests: 0, spans: 0, values: 0 };
/** Between the numbers of two cases: no case plants as much. */
const SEEDS_APART = 4000;
/** What it went through, to be counted at the end. */
const met = new Set<string>();
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver();
});
after(() => receiver.close());

describe('nothing leaves that is to stay', () => {
  for (const [index, planted] of listPlantedCases().entries()) test(planted.name, (t) => playCase(t, planted, { seed: (index + 1) * SEEDS_APART, env: { SPOOR_VERBOSE: 'true' } }));
});

const SWITCHED: readonly (readonly [string, Readonly<Record<string, string>>, ContentPolicy])[] = [
  ['prompts are off', { ARIZE_LOG_PROMPTS: '0' }, { ...FULL, prompt: 'none', answer: 'none', reasoning: 'none' }],
  ['all of a tool is off', { ARIZE_LOG_TOOL_DETAILS: 'No', ARIZE_LOG_TOOL_CONTENT: 'false' }, { ...FULL, toolArguments: 'none', toolResult: 'none' }],
  ['no content is captured', { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'NO_CONTENT' }, toContentPolicy('none')],
  ['outputs are hidden', { OPENINFERENCE_HIDE_OUTPUTS: 'true' }, { ...FULL, answer: 'none', reasoning: 'none', toolResult: 'none' }],
];

describe('switches of a shell restrict every destination', () => {
  // Sessions that hooks told of, with subagents that no hook names. A turn of history alone ran in no shell that is known, and is sent only on request.
  const cases = listPlantedCases().filter(({ isLive }) => isLive);
  for (const [index, [name, env, policy]] of SWITCHED.entries()) {
    for (const [position, one] of cases.entries()) {
      if (!IS_WHOLE && (index + position) % SWITCHED.length !== 0) continue;
      test(`${name}: ${one.name}`, (t) => playCase(t, one, { seed: (100 + index * cases.length + position) * SEEDS_APART, env, settings: { full: { config: { content: 'full' }, policy } }, isLiveOnly: true }));
    }
  }
});

test('hundreds of each were looked for', (t) => {
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.marks >= 500 && counts.secrets >= 500, JSON.stringify(counts));
  for (const setting of Object.keys(SETTINGS)) for (const { name } of dialects) for (const exporter of [...EXPORTERS, 'memory']) assert.ok(met.has(`${setting} ${name} ${exporter}`), `${setting}, ${name}, ${exporter} met nobody`);
});

interface Play {
  seed: number;
  env: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, Setting>>;
  /** Only turns that hooks told of. */
  isLiveOnly?: boolean;
}

async function playCase(t: TestContext, planted: PlantedCase, { seed, env, settings = SETTINGS, isLiveOnly = false }: Play): Promise<void> {
  const traced = createTracedHome({ hooked: planted.agent === 'kiro' });
  t.after(() => traced.close());
  const planter = createPlanter(seed);
  await planted.fill(traced, planter, env);
  const spans = traced.store.listSessions({}).flatMap(({ agent, sessionId }) => traced.store.readSpans(agent, sessionId)).filter((span) => !isLiveOnly || isLive(traced, span));
  assert.ok(spans.length > 0, 'a session came of it');
  const outputs: Output[] = await deliver(traced, { spans, settings, prefix: `${seed}` });
  // A page is of one session as a person asks for it: what its shells say is about destinations.
  if (!isLiveOnly) outputs.push(...(await toSharedPages(traced, Object.fromEntries(Object.entries(settings).map(([name, { config }]) => [name, config])))));
  counts.marks += planter.marks.size;
  counts.secrets += planter.secrets.size;
  counts.spans += spans.length;
  checkAtHome(traced, planter, outputs);
  const sessions = [...new Set(spans.map(({ agent, sessionId }) => `${agent} ${sessionId}`))].flatMap((key) => traced.store.readSession(key.split(' ')[0] ?? '', key.slice(key.indexOf(' ') + 1)) ?? []);
  for (const { setting: name, dialect, exporter, text, batches } of outputs) {
    const setting = settings[name] ?? assert.fail(name);
    const where = `${name}, ${dialect}, ${exporter}`;
    const allowed = toAllowedText(spans, sessions, setting.policy);
    for (const found of findMarks(text)) {
      // A skill is called by the name of its folder: the name of a tool.
      if (spans.some(({ values }) => values.skillName === found)) continue;
      assert.ok(!setting.takesOut?.test(found), `${where}: ${found} is taken out, ${around(text, found)}`);
      assert.ok(allowed.includes(found), `${where}: ${found} is to stay at home, ${around(text, found)}`);
    }
    for (const secret of planter.secrets) assert.ok(!text.includes(secret), `${where}: a secret, ${around(text, secret)}`);
    if (setting.policy.toolName === 'none' && batches) checkNames(batches, spans, { where, isAll: setting.policy.prompt === 'none' });
    if (name === 'full' && dialect === 'gen-ai' && exporter !== 'console') for (const mark of findMarks(spans.flatMap(({ content: { prompt, answer, toolResult } }) => [prompt, answer, toolResult]).join(' '))) if (allowed.includes(mark)) assert.ok(text.includes(mark), `${where}: ${mark} should have left`);
  }
}

/** Hooks told of its turn. */
function isLive({ store }: TracedHome, { agent, sessionId, turnIndex }: Span): boolean {
  return store.readTurns(agent, [sessionId]).some((turn) => turn.live && turn.turnIndex === turnIndex);
}

function findMarks(text: string): string[] {
  return [...new Set([...text.matchAll(MARK), ...text.matchAll(EMAIL)].map(([mark]) => mark))];
}

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return JSON.stringify(text.slice(Math.max(0, at - 160), at + found.length + 20));
}

interface Output {
  setting: string;
  dialect: string;
  exporter: string;
  text: string;
  batches?: TraceBatch[];
}

const EXPORTERS = ['protobuf', 'json', 'gzip', 'file', 'console'] as const;

interface Way {
  setting: string;
  dialect: string;
  exporter: string;
  config: object;
  name: string;
}

/** Every setting in every dialect, in memory and through one exporter more: over all cases each of these meets each of those. */
function toWays(settings: Readonly<Record<string, Setting>>, prefix: string): Way[] {
  const turn = Number(prefix) / SEEDS_APART;
  return Object.entries(settings).flatMap(([setting, { config }], index) => dialects.flatMap(({ name: dialect }, place) => {
    const exporter = EXPORTERS[(turn + index + place) % EXPORTERS.length] ?? 'json';
    return ['memory', exporter].map((one): Way => ({ setting, dialect, exporter: one, config, name: `${one}-${prefix}-${setting}-${dialect}` }));
  }));
}

/** All of a setting, in every dialect. */
async function deliver(traced: TracedHome, { spans, settings, prefix }: { spans: readonly Span[]; settings: Readonly<Record<string, Setting>>; prefix: string }): Promise<Output[]> {
  const { home, environment, store } = traced;
  const ways = toWays(settings, prefix);
  const url = (name: string): string => `http://127.0.0.1:${receiver.port}/${name}/v1/traces`;
  const shapes: Readonly<Record<string, (name: string) => object>> = {
    protobuf: (name) => ({ url: url(name), compression: 'none' }),
    json: (name) => ({ url: url(name), protocol: 'http/json', compression: 'none', trace: 'session', mcpSpan: 'child' }),
    gzip: (name) => ({ url: url(name), compression: 'gzip' }),
    file: (name) => ({ path: join(traced.root, `${name}.jsonl`) }),
    console: () => ({ exporter: 'console' }),
    memory: () => ({ exporter: 'memory', trace: 'session', mcpSpan: 'child' }),
  };
  const entries = ways.map(({ name, exporter, config, dialect }) => [name, { ...shapes[exporter]?.(name), ...config, dialect, addedAt: ADDED_AT }] as const);
  const echo = [`echo-${prefix}`, { url: url(`echo-${prefix}`), content: 'full', compression: 'none', addedAt: ADDED_AT }] as const;
  const inBackground = (name: string): boolean => !/^(?:console|memory)/.test(name);
  writeFileSync(home.configFile, JSON.stringify({ destinations: Object.fromEntries([...entries.filter(([name]) => inBackground(name)), echo]) }));
  const post = openPost({ home, environment, store, log: createLog(home, { name: 'spoor', verbose: true }) });
  const byTurn = Map.groupBy(spans, ({ sessionId, turnIndex }) => `${sessionId} ${turnIndex}`);
  for (const turn of byTurn.values()) {
    const shell = store.readShellOf(turn[0]?.spanId ?? '');
    post.enqueue(turn, { endMillis: Date.now(), ...(shell ? { shell } : {}) });
  }
  await post.delivery().flush({ deadlineMillis: Date.now() + 120_000, retryNow: true });
  await post.close();
  const { printed, memories } = await deliverHere(traced, { spans, entries: Object.fromEntries(entries.filter(([name]) => !inBackground(name))) });
  return ways.map(({ setting, dialect, exporter, name }) => {
    const memory = memories.get(name);
    const text = exporter === 'file' ? readIfThere(join(traced.root, `${name}.jsonl`)) : exporter === 'console' ? (printed.get(name) ?? '') : memory ? toText(memory.batches) : (receiver.bodies.get(name) ?? '');
    assert.ok(text.length > 0, `${name} got something`);
    counts.requests++;
    met.add(`${setting} ${dialect} ${exporter}`);
    return { setting, dialect, exporter, text, ...(memory ? { batches: memory.batches } : {}) };
  });
}

/** Those that have no place in a background process. */
async function deliverHere({ home, environment, store }: TracedHome, { spans, entries }: { spans: readonly Span[]; entries: object }): Promise<{ printed: Map<string, string>; memories: Map<string, MemoryExporter> }> {
  writeFileSync(home.configFile, JSON.stringify({ destinations: entries }));
  const { value } = loadConfig(home, environment);
  const printed = new Map<string, string>();
  const memories = new Map<string, MemoryExporter>();
  const open = (destination: Destination) => {
    if (destination.exporter !== 'memory') return createExporter(destination, { print: (text) => void printed.set(destination.name, (printed.get(destination.name) ?? '') + text) });
    const memory = createMemoryExporter();
    memories.set(destination.name, memory);
    return memory;
  };
  const delivery = createDelivery({ store, outbox: createOutbox(store.database), destinations: value.destinations, createExporter: open, findDialect, clock: systemClock, random: Math.random });
  delivery.enqueue(spans, Date.now());
  await delivery.flush({ deadlineMillis: Date.now() + 120_000, retryNow: true });
  await delivery.stop();
  return { printed, memories };
}

function toText(batches: readonly TraceBatch[]): string {
  return JSON.stringify(batches, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** The store holds no secret; logs hold neither secrets nor texts; the spool is empty. */
function checkAtHome({ home }: TracedHome, { secrets }: Planter, outputs: readonly Output[]): void {
  const { text, values } = readDatabase(home.database);
  counts.values += values;
  for (const secret of secrets) assert.ok(!text.includes(secret), `the store holds a secret: ${around(text, secret)}`);
  for (const file of ['-wal', '-journal'].map((end) => readIfThere(home.database + end))) for (const secret of secrets) assert.ok(!file.includes(secret), 'a journal of the store holds a secret');
  const logs = readdirSync(home.logs).map((name) => readFileSync(join(home.logs, name), 'utf8')).join('\n');
  assert.match(logs, /echo-|spans delivered/, `something was logged about ${outputs.length} destinations`);
  for (const found of [...findMarks(logs), ...[...secrets].filter((secret) => logs.includes(secret))]) assert.fail(`a log holds content: ${around(logs, found)}`);
  const left = readdirSync(home.spool, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(home.spool, path)).isFile());
  for (const path of left) {
    const raw = readFileSync(join(home.spool, path), 'utf8');
    for (const secret of secrets) assert.ok(!raw.includes(secret), `the spool holds ${path} with a secret in it`);
  }
  assert.deepEqual(left, [], 'the spool is drained');
}

/** Words of the dialects themselves. */
const OWN_WORDS = new Set(['tool', 'agent', 'subagent', 'invoke_agent']);

/** No name of a tool in any value: `tool` stands for all of them. `isAll`: nor in a text, where none leaves. */
function checkNames(batches: readonly TraceBatch[], spans: readonly Span[], { where, isAll }: { where: string; isAll: boolean }): void {
  const names = new Set(spans.flatMap(({ values }) => [values.toolName, values.mcpTool, values.mcpServer, values.skillName].flatMap((name) => name ?? [])));
  const wire = batches.flatMap(({ resourceSpans }) => resourceSpans).flatMap((group) => group.spans);
  for (const span of wire) {
    const texts = [span.name, ...Object.entries(span.attributes).filter(([key]) => isAll || /(?:tool|skill|mcp|server)[\w.]*\.name$/.test(key)).flatMap(([, value]) => (typeof value === 'object' ? [...value] : [String(value)])), ...span.events.flatMap(({ attributes }) => Object.values(attributes).map(String))];
    for (const text of texts) for (const name of names) if (!OWN_WORDS.has(name.toLowerCase())) assert.ok(!text.split(/[^A-Za-z0-9_@/-]+/).includes(name) && !(name.length > 6 && text.includes(name)), `${where}: the tool's name ${name} stands in ${JSON.stringify(text)}`);
  }
}

test('the corpus knows every shape of a secret', () => {
  assert.ok(SHAPES.length >= 35);
});
