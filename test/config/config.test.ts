import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AgentEnvironment } from '#spoor/agents/agent.ts';
import { loadConfig, type Config, type ConfigFlags } from '#spoor/config/config.ts';
import { isLoopback, toTracesUrl } from '#spoor/config/destination/address.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import { findReferencedVariables, resolveDestination } from '#spoor/config/resolve-destination.ts';
import { removeDestination, saveDestination, saveSetting } from '#spoor/config/save-config.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

function createHomeFolder(t: TestContext, yaml?: string): Home {
  const root = mkdtempSync(join(tmpdir(), 'spoor-config-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const home = homeAt(root);
  if (yaml !== undefined) writeFileSync(home.configFile, yaml);
  return home;
}

function load(t: TestContext, yaml?: string, { env = {}, flags }: { env?: Record<string, string>; flags?: ConfigFlags } = {}): { value: Config; problems: string[] } {
  const { value, problems } = loadConfig(createHomeFolder(t, yaml), { home: '/home/me', env, platform: 'linux' }, flags);
  return { value, problems: problems.map(({ code, detail }) => `${code} ${detail}`) };
}

test('no file and an empty file are no problem', (t) => {
  for (const yaml of [undefined, '', '# nothing yet\n', '---\n', 'destinations:\n']) {
    assert.deepEqual(load(t, yaml), { value: { destinations: [], attributes: {}, keep: { contentMillis: 90 * 86_400_000 } }, problems: [] });
  }
});

test('a destination is completed by defaults; what stays on this machine gets previews, what leaves it no content', (t) => {
  const { value, problems } = load(t, 'destinations:\n  here:\n    url: http://localhost:6006\n  there:\n    url: https://otlp.example.com/v1/traces\n  log:\n    path: traces.jsonl\n  screen: {exporter: console}\n');
  assert.deepEqual(problems, []);
  const defaults = { protocol: 'http/protobuf', compression: 'gzip', headers: {}, timeoutMillis: 10_000, dialect: 'gen-ai' };
  const [here, there, log, screen] = value.destinations;
  assert.deepEqual(here, { name: 'here', exporter: 'otlp-http', url: 'http://localhost:6006/v1/traces', sharing: { content: toContentPolicy('preview') }, ...defaults });
  assert.deepEqual(there, { name: 'there', exporter: 'otlp-http', url: 'https://otlp.example.com/v1/traces', sharing: { content: toContentPolicy('none') }, ...defaults });
  assert.equal(log?.exporter, 'file');
  assert.match(log?.path ?? '', /^\/.*\/traces\.jsonl$/);
  assert.equal(log?.sharing.content.prompt, 'preview');
  assert.equal(screen?.sharing.content.prompt, 'preview');
});

test('everything can be said, as a map or as a list', (t) => {
  const fields = 'url: https://x.example/otel/v1/traces?tenant=1, protocol: http/json, compression: none, headers: {Authorization: "env:KEY", X-Org: 7}, timeoutMillis: 2500, dialect: gen-ai, content: full, serviceName: kiro, project: p, addedAt: 2026-01-31T09:00:00Z';
  const expected = {
    name: 'x', exporter: 'otlp-http', url: 'https://x.example/otel/v1/traces?tenant=1', protocol: 'http/json', compression: 'none', headers: { authorization: 'env:KEY', 'x-org': '7' },
    timeoutMillis: 2500, dialect: 'gen-ai', sharing: { content: toContentPolicy('full'), said: ['prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult'] }, serviceName: 'kiro', project: 'p', addedMillis: Date.parse('2026-01-31T09:00:00Z'),
  };
  for (const yaml of [`destinations: {x: {${fields}}}`, `destinations:\n  - {name: x, ${fields}}\n`]) {
    assert.deepEqual(load(t, yaml), { value: { destinations: [expected], attributes: {}, keep: { contentMillis: 90 * 86_400_000 } }, problems: [] });
  }
});

test('the shape of traces is one trace a turn unless it says otherwise, and what is wrong about it is told', (t) => {
  const { value, problems } = load(t, `destinations:
  a: {url: http://localhost, trace: session, mcpSpan: child, newTraceOn: spawn}
  b: {url: http://localhost, trace: turn, mcpSpan: merged, newTraceOn: session}
  c: {url: http://localhost, trace: day, mcpSpan: both, newTraceOn: prompt}
  d: {url: http://localhost, newTraceOn: spawn}
`);
  assert.deepEqual(value.destinations.map(({ trace, mcpSpan, newTraceOn }) => [trace, mcpSpan, newTraceOn]), [['session', 'child', 'spawn'], [undefined, undefined, undefined], [undefined, undefined, undefined], [undefined, undefined, undefined]]);
  assert.deepEqual(problems, [
    'config-bad-value config.yaml:4: destination "c": "trace" must be turn or session',
    'config-bad-value config.yaml:4: destination "c": "newTraceOn" must be session or spawn',
    'config-bad-value config.yaml:4: destination "c": "mcpSpan" must be merged or child',
    'config-bad-value config.yaml:5: destination "d": "newTraceOn" counts only with "trace: session"',
  ]);
});

test('CloudWatch wants a waterfall of a session, unless something else is said', (t) => {
  const { value, problems } = load(t, `destinations:
  a: {url: http://localhost, dialect: cloudwatch}
  b: {url: http://localhost, dialect: cloudwatch, trace: turn}
  c: {url: http://localhost, dialect: openinference}
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(value.destinations.map(({ dialect, trace }) => [dialect, trace]), [['cloudwatch', 'session'], ['cloudwatch', undefined], ['openinference', undefined]]);
});

test('flags over environment over file', (t) => {
  const yaml = 'userId: from-file\nproject: file-project\nattributes: {team: core, size: 3, remote: true}\ndestinations: {a: {url: http://localhost}, b: {url: http://localhost:1, project: own}}\n';
  const projects = (config: Config): (string | undefined)[] => config.destinations.map(({ project }) => project);
  const file = load(t, yaml).value;
  assert.equal(file.userId, 'from-file');
  assert.deepEqual(file.attributes, { team: 'core', size: 3, remote: true });
  assert.deepEqual(projects(file), ['file-project', 'own']);
  const env = { SPOOR_USER_ID: 'from-env', SPOOR_PROJECT: 'env-project' };
  const environment = load(t, yaml, { env }).value;
  assert.equal(environment.userId, 'from-env');
  assert.deepEqual(projects(environment), ['env-project', 'own']);
  assert.equal(load(t, yaml, { env, flags: { userId: 'from-flag' } }).value.userId, 'from-flag');
});

test('an attribute of one\'s own does not take the name of a number or an id that spoor writes', (t) => {
  const names = ['gen_ai.usage.input_tokens', 'llm.token_count.total', 'openinference.span.kind', 'spoor.cost.usd', 'session.id', 'user.id', 'service.name', 'error.type'];
  const { value, problems } = load(t, `attributes:\n  team: core\n${names.map((name) => `  ${name}: 1\n`).join('')}  gen_aid: 1\n  user.idea: 2\n`);
  assert.deepEqual(value.attributes, { team: 'core', gen_aid: 1, 'user.idea': 2 });
  assert.deepEqual(problems.map((text) => /attribute "([^"]+)" is left out/.exec(String(text))?.[1]), names);
});

test('what is wrong is told with its line, and the rest counts', (t) => {
  const { value, problems } = load(
    t,
    `colour: red
userId: [1]
attributes:
  team: core
  bad: {}
destinations:
  good:
    url: http://localhost:6006
    colour: red
    compression: brotli
    protocol: grpc
    timeoutMillis: 10s
    content: everything
    headers:
      "bad name": x
      empty: ""
  no-url:
    exporter: otlp-http
  ftp:
    url: ftp://example.com
  with-password:
    url: https://me:hunter2@example.com
  other-dialect: {url: http://localhost, dialect: klingon}
  other-exporter: {url: http://localhost, exporter: pigeon}
  "not a name": {url: http://localhost}
  text: http://localhost
`,
  );
  assert.deepEqual(value.attributes, { team: 'core' });
  assert.deepEqual(value.destinations.map(({ name }) => name), ['good']);
  const [good] = value.destinations;
  assert.deepEqual([good?.compression, good?.protocol, good?.timeoutMillis, good?.sharing.content.prompt, good?.headers], ['gzip', 'http/protobuf', 10_000, 'none', {}]);
  const expected: [string, RegExp][] = [
    ['config-unknown-key config.yaml:1', /"colour"; until it is mended none of the content is sent anywhere; known are destinations/],
    ['config-bad-value config.yaml:2', /"userId" must be a text/],
    ['config-bad-value config.yaml:5', /"bad" must be/],
    ['config-unknown-key config.yaml:9', /destination "good": unknown key "colour"; until it is mended none of the content is sent there; known are/],
    ['config-bad-value config.yaml:10', /gzip or none/],
    ['config-bad-value config.yaml:11', /http\/protobuf or http\/json/],
    ['config-bad-value config.yaml:12', /number from 1 to 600000/],
    ['config-bad-value config.yaml:13', /none or preview or full/],
    ['config-bad-value config.yaml:14', /"bad name"/],
    ['config-bad-value config.yaml:14', /"empty"/],
    ['config-bad-value config.yaml:17', /needs a "url"/],
    ['config-bad-value config.yaml:20', /http:\/\/ or https:\/\//],
    ['config-bad-value config.yaml:22', /no user and password/],
    ['config-bad-value config.yaml:23', /"dialect" must be gen-ai/],
    ['config-bad-value config.yaml:24', /"exporter" must be/],
    ['config-bad-value config.yaml:25', /needs a name/],
    ['config-bad-value config.yaml:26', /expected keys/],
  ];
  for (const [start, text] of expected) assert.ok(problems.some((problem) => problem.startsWith(`${start}:`) && text.test(problem)), `${start} ${text}\n${problems.join('\n')}`);
  assert.equal(problems.length, expected.length, problems.join('\n'));
  assert.ok(!problems.join().includes('hunter2'));
});

test('a file that is no YAML counts for nothing, and its text is in no message', (t) => {
  for (const yaml of ['destinations:\n  a: {url: http://localhost\nkey: s3cret', 'a: 1\na: s3cret\n', 'a: *s3cret\n', '- s3cret\n', 's3cret', 'a: &x [*x, *x]\nb: "s3cret']) {
    const { value, problems } = load(t, yaml);
    assert.deepEqual(value.destinations, []);
    assert.match(problems.join('\n'), /^config-syntax config\.yaml/);
    assert.ok(!problems.join().includes('s3cret'), problems.join());
  }
  const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(10)}]\n`).join('')}`;
  assert.match(load(t, bomb).problems.join(), /aliases without an end/);
  const home = createHomeFolder(t);
  mkdirSync(home.configFile);
  assert.match(loadConfig(home, { env: {}, platform: 'linux' }).problems[0]?.detail ?? '', /cannot be read/);
});

test('the same name twice: the first counts', (t) => {
  const { value, problems } = load(t, 'destinations:\n  - {name: a, url: http://localhost:1}\n  - {name: a, url: http://localhost:2}\n');
  assert.deepEqual(value.destinations.map(({ url }) => url), ['http://localhost:1/v1/traces']);
  assert.match(problems.join(), /config\.yaml:3: destination "a" is there twice/);
});

test('addresses', () => {
  assert.equal(toTracesUrl('http://localhost:6006'), 'http://localhost:6006/v1/traces');
  assert.equal(toTracesUrl('https://h/?k=1#x'), 'https://h/v1/traces?k=1');
  assert.equal(toTracesUrl('https://h/custom'), 'https://h/custom');
  for (const bad of ['localhost:6006', '/tmp/x', 'file:///x', '', 'http://']) assert.equal(typeof toTracesUrl(bad), 'object', bad);
  for (const url of ['http://localhost', 'http://127.0.0.1:1', 'http://127.8.9.1', 'http://[::1]:4318', 'http://a.localhost']) assert.ok(isLoopback(url), url);
  for (const url of ['http://localhost.example.com', 'http://128.0.0.1', 'http://10.0.0.1', 'http://[::2]', 'http://127.example.com']) assert.ok(!isLoopback(url), url);
});

const ENVIRONMENT: AgentEnvironment = { home: '/nowhere', env: { KEY: 'the-secret', BLANK: '', BAD: 'two\nlines' }, platform: 'linux' };

test('header values by reference are looked up when they are used; a missing one is named, never shown', (t) => {
  const home = createHomeFolder(t);
  const secretFile = join(home.root, 'secret');
  writeFileSync(secretFile, ' from-file \n');
  const resolve = (headers: Record<string, string>): ReturnType<typeof resolveDestination> => {
    writeFileSync(home.configFile, JSON.stringify({ destinations: { d: { url: 'http://localhost', headers, addedAt: '2026-01-31T09:00:00Z' } } }));
    const [setting] = loadConfig(home, ENVIRONMENT).value.destinations;
    assert.ok(setting);
    return resolveDestination(setting, ENVIRONMENT);
  };
  const { value, problems } = resolve({ a: 'env:KEY', b: `file:${secretFile}`, c: `file://${secretFile}`, d: 'plain' });
  assert.deepEqual(problems, []);
  assert.deepEqual(value?.headers, { a: 'the-secret', b: 'from-file', c: 'from-file', d: 'plain' });
  assert.equal(value?.addedMillis, Date.parse('2026-01-31T09:00:00Z'));
  const missing: [string, RegExp][] = [
    ['env:NOT_SET', /header "x" refers to env:NOT_SET, which is not set/],
    ['env:BLANK', /env:BLANK, which is not set/],
    ['env:not a name', /no name of a variable/],
    ['file:/no/such/file', /file:\/no\/such\/file, which cannot be read \(ENOENT\)/],
    ['file:relative', /absolute path/],
    [`file:${home.root}`, /cannot be read|too large/],
    ['env:BAD', /value of header "x" holds a character/],
  ];
  for (const [text, reason] of missing) {
    const result = resolve({ x: text });
    assert.equal(result.value, undefined);
    assert.match(result.problems[0]?.detail ?? '', reason);
    assert.ok(!result.problems.map(({ detail }) => detail).join().includes('two'));
  }
});

test('the variables that a collector needs are known', (t) => {
  const { value } = load(t, 'destinations: {a: {url: http://localhost, headers: {x: env:B, y: env:A, z: plain}}, b: {url: http://localhost:1, headers: {x: env:A}}}');
  assert.deepEqual(findReferencedVariables(value.destinations), ['A', 'B']);
});

test('adding a destination keeps comments, order and everything else; the file is private', (t) => {
  const home = createHomeFolder(t, '# mine\nuserId: me # it is me\n\ndestinations:\n  # the first\n  one:\n    url: http://localhost:1 # here\n    headers: {authorization: env:KEY}\n');
  saveDestination(home, { name: 'two', url: 'http://localhost:2', content: 'full', addedAt: '2026-01-31T09:00:00Z' });
  saveDestination(home, { name: 'one', project: 'p', addedAt: '2026-01-31T09:00:00Z' });
  saveSetting(home, 'project', 'all');
  assert.equal(
    readFileSync(home.configFile, 'utf8'),
    '# mine\nuserId: me # it is me\n\ndestinations:\n  # the first\n  one:\n    url: http://localhost:1 # here\n    headers: { authorization: env:KEY }\n    project: p\n  two:\n    url: http://localhost:2\n    content: full\n    addedAt: 2026-01-31T09:00:00Z\nproject: all\n',
  );
  assert.equal(statSync(home.configFile).mode & 0o777, 0o600);
  assert.deepEqual(loadConfig(home, ENVIRONMENT).problems, []);
});

test('a destination can be added to nothing, to comments, to a list, through a link and between CRLFs', (t) => {
  const entry = { name: 'd', url: 'http://localhost:6006' };
  const saved = (yaml: string | undefined): string => {
    const home = createHomeFolder(t, yaml);
    saveDestination(home, entry);
    assert.deepEqual(loadConfig(home, ENVIRONMENT).value.destinations.map(({ name }) => name).includes('d'), true);
    return readFileSync(home.configFile, 'utf8');
  };
  assert.equal(saved(undefined), 'destinations:\n  d:\n    url: http://localhost:6006\n');
  assert.match(saved('# only a comment\n'), /^# only a comment\n/);
  assert.match(saved('destinations:\nuserId: me\n'), /userId: me/);
  assert.equal(saved('destinations:\n  - name: a\n    url: http://localhost:1\n'), 'destinations:\n  - name: a\n    url: http://localhost:1\n  - name: d\n    url: http://localhost:6006\n');
  assert.equal(saved('userId: me\r\n'), 'userId: me\r\ndestinations:\r\n  d:\r\n    url: http://localhost:6006\r\n');
  const home = createHomeFolder(t);
  writeFileSync(join(home.root, 'real.yaml'), 'userId: me\n');
  symlinkSync('real.yaml', home.configFile);
  saveDestination(home, entry);
  assert.match(readFileSync(join(home.root, 'real.yaml'), 'utf8'), /localhost:6006/);
});

test('a configuration that does not parse is not written over', (t) => {
  for (const yaml of ['a: [1\n', 'just text\n', '- a\n']) {
    const home = createHomeFolder(t, yaml);
    assert.throws(() => saveDestination(home, { name: 'd', url: 'http://localhost' }), /config\.yaml cannot be changed: .*Mend it/);
    assert.equal(readFileSync(home.configFile, 'utf8'), yaml);
  }
});

test('what an agent charges in, by agent; what is none of the known words is told', (t) => {
  const { value, problems } = load(t, 'billing:\n  claude-code: subscription\n  codex: api\n  kiro: credits\n  pi: 7\n');
  assert.deepEqual(value.billing, { 'claude-code': 'subscription', codex: 'api' });
  assert.deepEqual(problems.map((problem) => problem.slice(0, 34)), ['config-bad-value config.yaml:4: th', 'config-bad-value config.yaml:5: th']);
  assert.match(load(t, 'billing: subscription\n').problems.join(), /"billing" must be agents/);
  assert.equal(load(t, 'billing:\n').value.billing, undefined);
});

test('a destination is taken out of the text; where it does not stand in lines of its own, out of what the text says', (t) => {
  const cases: [string, string][] = [
    ['a: 1 # x\ndestinations:\n\n  # one\n  d:\n    url: u # d\n\n    headers:\n      x: y\n\n  # two\n  "e":\n    url: v\nb: 2\n', 'a: 1 # x\ndestinations:\n\n\n  # two\n  "e":\n    url: v\nb: 2\n'],
    ['destinations:\n    e: {url: v}\n    d: {url: u}\n', 'destinations:\n    e: {url: v}\n'],
    ['destinations: {d: {url: u}, e: {url: v}}\n', 'destinations: { e: { url: v } }\n'],
    ['destinations:\n  - name: d\n    url: u\n  - name: e\n', 'destinations:\n  - name: e\n'],
    ['userId: me\ndestinations:\n  d:\n    url: u\n', 'userId: me\n'],
    ['destinations:\r\n  d:\r\n    url: u\r\n  e:\r\n    url: v\r\n', 'destinations:\r\n  e:\r\n    url: v\r\n'],
  ];
  for (const [before, after] of cases) {
    const home = createHomeFolder(t, before);
    assert.equal(removeDestination(home, 'd'), true);
    assert.equal(readFileSync(home.configFile, 'utf8'), after);
    assert.equal(removeDestination(home, 'd'), false);
  }
});
