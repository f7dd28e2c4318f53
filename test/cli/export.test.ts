import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { toPendingDigest } from '#spoor/core/ids.ts';
import { createCliWorld, keep, keepStory } from '../support/cli-context.ts';
import { STORY_START, storySession, toSpan, toStory } from '../support/story.ts';
import { parseProtobuf } from '#spoor/otlp/parse-protobuf.ts';

interface WireSpan {
  spanId: string;
  name: string;
  parentSpanId?: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; boolValue?: boolean } }[];
}

const parseLines = (text: string): WireSpan[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
const attribute = (span: WireSpan | undefined, key: string): string | boolean | undefined => {
  const value = span?.attributes.find((entry) => entry.key === key)?.value;
  return value?.stringValue ?? value?.boolValue;
};

test('one request a line, one line a session; subagents inside, every parent there', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  await keep(context, { ...storySession, sessionId: 'cccc' }, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', sessionId: 'cccc' })]);
  const { code, out, err } = await run('export');
  assert.deepEqual([code, err], [0, '']);
  const requests = parseLines(out);
  assert.deepEqual(requests.map((spans) => spans.length).sort((a, b) => a - b), [1, toStory().length]);
  for (const spans of requests) {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(ids.size, spans.length);
    for (const { parentSpanId } of spans) assert.ok(!parentSpanId || ids.has(parentSpanId));
  }
});

test('what is still open ends at the latest moment known of its turn, and says so', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const spans = parseLines((await run('export')).out).flat();
  const open = spans.filter((span) => attribute(span, 'spoor.pending') === true);
  assert.deepEqual(open.map(({ spanId }) => spanId.slice(0, 2)).sort(), ['t2', 'x2']);
  for (const { endTimeUnixNano } of open) assert.equal(endTimeUnixNano, String(STORY_START + 198_500_000_000n));
});

test('--content: a preview of 200 characters by default, none, or everything', async (t) => {
  const { run, context } = createCliWorld(t);
  const prompt = 'p'.repeat(1_000);
  await keep(context, storySession, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent', content: { prompt } })]);
  assert.match((await run('export')).out, /p{200}…/);
  assert.doesNotMatch((await run('export')).out, /p{201}/);
  assert.doesNotMatch((await run('export', '--content', 'none')).out, /ppp/);
  assert.match((await run('export', '--content', 'full')).out, /p{1000}/);
});

test('--session takes one; a subagent stands under the call that started it; --since takes the recent', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  await keep(context, { ...storySession, sessionId: 'cccc' }, [toSpan({ id: 'z1', at: -864e5, end: -863e5, kind: 'agent', sessionId: 'cccc' })]);
  assert.equal(parseLines((await run('export', '--session', 'cccc')).out).flat().length, 1);
  assert.equal(parseLines((await run('export', '--session', 'bbbb')).out).flat().length, toStory().length);
  assert.equal(parseLines((await run('export', '--since', '12h')).out).length, 1);
  assert.equal((await run('export', '--session', 'zzzz')).code, 1);
  assert.equal((await run('export', '--format', 'xml')).code, 2);
  assert.equal((await run('export', '--session', 'cccc', '--since', '1h')).code, 2);
});

test('--out: whole or not at all, for its owner alone', async (t) => {
  const { run, context, root } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const file = join(root, 'out', 'traces.jsonl');
  const failed = await run('export', '--out', file);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /traces\.jsonl could not be written: .*\nChoose a file/);
  mkdirSync(join(root, 'out'));
  writeFileSync(file, 'old', { mode: 0o644 });
  const done = await run('export', '--out', file);
  assert.deepEqual([done.code, done.out, done.err], [0, '', `Wrote 1 session with ${toStory().length} spans to ${file}.\n`]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readFileSync(file, 'utf8'), (await run('export')).out);
  assert.deepEqual(readdirSync(join(root, 'out')), ['traces.jsonl']);
  assert.equal((await run('export', '--out', join(root, 'out'))).code, 1);
  assert.equal((await run('export', '--out', '/dev/null')).code, 0);
  assert.ok(statSync('/dev/null').isCharacterDevice());
});

test('nothing to export is no failure', async (t) => {
  const { run } = createCliWorld(t);
  assert.deepEqual(await run('export'), { code: 0, out: '', err: 'No sessions yet: nothing was exported. Read the past ones with: spoor import\n' });
});

test('--trace session: one trace below an agent_session span; --mcp-span child: the request to the server is a span', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const [spans = []] = parseLines((await run('export', '--trace', 'session', '--mcp-span', 'child')).out) as (WireSpan & { traceId: string; name: string })[][];
  assert.equal(spans.length, toStory().length + 2);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const [root, ...others] = spans.filter(({ parentSpanId }) => !parentSpanId);
  assert.equal(others.length, 0);
  assert.deepEqual([root?.name, attribute(root, 'spoor.pending'), root?.traceId.slice(0, 8)], ['agent_session kiro', true, (STORY_START / 1_000_000_000n).toString(16)]);
  assert.equal(root?.endTimeUnixNano, String(STORY_START + 198_500_000_000n));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  for (const { parentSpanId } of spans) assert.ok(!parentSpanId || ids.has(parentSpanId));
  const request = spans.find(({ name }) => name === 'tools/call find_issue');
  const call = spans.find(({ spanId }) => spanId === request?.parentSpanId);
  assert.deepEqual([call?.name, attribute(call, 'mcp.server.name'), attribute(request, 'mcp.server.name')], ['execute_tool @tracker/find_issue', undefined, 'tracker']);
});

test('--dialect: other names; CloudWatch’s waterfall is one of a session unless something else is said', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const namesOf = async (...words: string[]): Promise<{ names: string[]; roots: number; ids: Set<string>; spans: WireSpan[] }> => {
    const { code, out, err } = await run('export', ...words);
    assert.deepEqual([code, err], [0, '']);
    const spans = parseLines(out).flat();
    const ids = new Set(spans.map(({ spanId }) => spanId));
    for (const { parentSpanId } of spans) assert.ok(!parentSpanId || ids.has(parentSpanId));
    return { names: (spans as (WireSpan & { name: string })[]).map(({ name }) => name), roots: spans.filter(({ parentSpanId }) => !parentSpanId).length, ids, spans };
  };
  const inference = await namesOf('--dialect', 'openinference');
  assert.ok(['Turn 1', 'Turn 2', 'Agent: reviewer', 'Tool: read', 'LLM: claude-haiku-4.5'].every((name) => inference.names.includes(name)), inference.names.join(', '));
  const watch = await namesOf('--dialect', 'cloudwatch');
  assert.equal(watch.roots, 1);
  assert.ok(['session', 'user.prompt', 'skill.testing', 'tool.read', 'tool.find_issue', 'subagent.reviewer', 'turn.complete'].every((name) => watch.names.includes(name)), watch.names.join(', '));
  assert.equal(watch.names.filter((name) => name === 'turn.complete').length, 1, 'the second turn still runs');
  const byTurn = await namesOf('--dialect', 'cloudwatch', '--trace', 'turn');
  assert.deepEqual([byTurn.roots, byTurn.names.filter((name) => name === 'turn').length], [2, 2]);
});

test('what the configuration says of user, project and attributes goes along', async (t) => {
  const { run, context } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  mkdirSync(context.home.root, { recursive: true });
  writeFileSync(context.home.configFile, 'userId: ann\nproject: pond\nattributes: { team: blue }\n');
  const { out } = await run('export');
  for (const span of parseLines(out).flat()) assert.equal(attribute(span, 'user.id'), 'ann');
  const [group] = (JSON.parse(out) as { resourceSpans: { resource: { attributes: { key: string; value: { stringValue?: string } }[] } }[] }).resourceSpans;
  const resource = new Map(group?.resource.attributes.map(({ key, value }) => [key, value.stringValue]));
  assert.deepEqual([resource.get('openinference.project.name'), resource.get('team')], ['pond', 'blue']);
});

test('texts that an import has still to read are told of, in export and in show --json as well', async (t) => {
  const { run, context } = createCliWorld(t);
  await keep(context, storySession, [toSpan({ id: 'z1', at: 0, end: 9, kind: 'agent' })]);
  const store = await context.openStore(context.home, { create: false });
  for (const turn of store?.readTurns(storySession.agent, [storySession.sessionId]) ?? []) store?.saveTurn({ ...turn, digest: toPendingDigest('x') }, store.readSpans(storySession.agent, storySession.sessionId));
  store?.close();
  assert.match((await run('export')).err, /^Without the long texts of 1 session, which are still to come/);
  assert.equal((await run('export', '--content', 'none')).err, '');
  assert.match((await run('show', '--json')).err, /^Long texts of this session are still to come/);
});

test('--format: the same spans behind their lengths as protobuf, and as lines of plain maps', async (t) => {
  const { run, context, root } = createCliWorld(t);
  await keepStory(context, storySession, toStory());
  const spans = parseLines((await run('export')).out).flat();
  const file = join(root, 'out', 'traces.bin');
  mkdirSync(dirname(file), { recursive: true });
  assert.equal((await run('export', '--format', 'otlp-proto', '--out', file)).code, 0);
  const bytes = readFileSync(file);
  assert.equal(bytes.readUInt32BE(0), bytes.length - 4);
  const { value, problems } = parseProtobuf(bytes.subarray(4));
  assert.deepEqual(problems, []);
  // The story's ids are no hex digits: its names and times are compared.
  const told = value?.resourceSpans.flatMap((group) => group.spans.map(({ name, endUnixNano }) => `${name} ${endUnixNano}`)).sort();
  assert.deepEqual(told, spans.map(({ name, endTimeUnixNano }) => `${name} ${endTimeUnixNano}`).sort());
  const lines = (await run('export', '--format', 'jsonl')).out.trim().split('\n').map((line) => JSON.parse(line) as { spanId: string; name: string; attributes: Record<string, unknown>; resource: Record<string, unknown> });
  assert.deepEqual(lines.map(({ spanId }) => spanId), spans.map(({ spanId }) => spanId));
  assert.equal(lines[0]?.attributes['spoor.turn.index'], 0);
  assert.equal(typeof lines[0]?.resource['service.name'], 'string');
  assert.equal((await run('export', '--format', 'jsonl', '--preview', 'x')).code, 2);
});
