/** What the variables of a shell mean. Names of variables are a contract: see ARCHITECTURE.md, "The surface". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShell, type Shell } from '#spoor/config/shell-settings.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

type Variables = Record<string, string>;

function parse(env: Variables, isHeadless = false): { value?: Shell; problems: string[] } {
  const { value, problems } = parseShell(env, { serviceName: 'kiro-cli', isHeadless: () => isHeadless });
  return { value, problems: problems.map(({ detail }) => detail) };
}

function destinationOf(env: Variables): Destination {
  const { value, problems } = parse(env);
  assert.deepEqual(problems, []);
  return value?.destination ?? assert.fail('no destination');
}

/** As the seed wants its tree. */
const SESSION_SHAPE = { trace: 'session', mcpSpan: 'child' };

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

test('a shell that says nothing is no shell', () => {
  const silent: Variables[] = [{}, { HOME: '/h', KIRO_SESSION_ID: 's', PPID: '7' }, { SPOOR_DRY_RUN: 'false', SPOOR_VERBOSE: '', SPOOR_USER_ID: ' ', OTEL_TRACES_EXPORTER: 'otlp' }];
  for (const env of silent) {
    assert.deepEqual(parse(env), { value: undefined, problems: [] });
  }
});

const SWITCHES: [Variables, object][] = [
  [{ SPOOR_DRY_RUN: 'true' }, { isDryRun: true }],
  [{ SPOOR_DRY_RUN: '1' }, { isDryRun: true }],
  [{ ARIZE_DRY_RUN: 'TRUE' }, { isDryRun: true }],
  [{ ARIZE_DRY_RUN: '1', SPOOR_VERBOSE: 'yes' }, { isDryRun: true, isVerbose: true }],
  [{ ARIZE_VERBOSE: 'on' }, { isVerbose: true }],
  [{ SPOOR_USER_ID: 'ada', ARIZE_USER_ID: 'bob' }, { userId: 'ada' }],
  [{ SPOOR_USER_ID: '', ARIZE_USER_ID: 'bob' }, { userId: 'bob' }],
  [{ SPOOR_PROJECT: 'p', ARIZE_PROJECT_NAME: 'q' }, { project: 'p' }],
  [{ ARIZE_PROJECT_NAME: 'q' }, { project: 'q' }],
  [{ PHOENIX_PROJECT: 'r' }, { project: 'r' }],
  [{ OTEL_TRACES_EXPORTER: 'none' }, { exportsNothing: true }],
  [{ OTEL_TRACES_EXPORTER: 'none', ...ENDPOINT }, { exportsNothing: true }],
];
for (const [env, settings] of SWITCHES) {
  test(`${JSON.stringify(env)} means ${JSON.stringify(settings)}`, () => {
    const { value, problems } = parse(env);
    assert.deepEqual([value?.settings, value?.destination, problems], [settings, undefined, []]);
  });
}

test('our own switch wins over its twin', () => {
  assert.equal(parse({ SPOOR_DRY_RUN: 'false', ARIZE_DRY_RUN: 'true' }).value, undefined);
});

const URLS: [Variables, string][] = [
  [ENDPOINT, 'http://127.0.0.1:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com/collector/' }, 'https://otel.example.com/collector/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x.example/v1/traces' }, 'http://x.example/v1/traces'],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.example/my/path' }, 'http://t.example/my/path'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.example' }, 'http://t.example/'],
  [{ ...ENDPOINT, SPOOR_OTLP_ENDPOINT: 'http://s.example:1' }, 'http://s.example:1/v1/traces'],
  [{ SPOOR_OTLP_ENDPOINT: 'http://s.example/v1/traces/' }, 'http://s.example/v1/traces'],
  [{ SPOOR_OTLP_ENDPOINT: 'http://s.example/v1/traces?key=1' }, 'http://s.example/v1/traces?key=1'],
];
for (const [env, url] of URLS) test(`${JSON.stringify(env)} leads to ${url}`, () => assert.equal(destinationOf(env).url, url));

test('what the standard says of an exporter is taken as it says', () => {
  const { name, ...rest } = destinationOf(ENDPOINT);
  assert.match(name, /^env:[0-9a-f]{16}$/);
  assert.deepEqual(rest, {
    exporter: 'otlp-http', url: 'http://127.0.0.1:4318/v1/traces', protocol: 'http/protobuf', compression: 'none', headers: {}, timeoutMillis: 10_000,
    dialect: 'gen-ai', sharing: { content: toContentPolicy('preview') }, serviceName: 'kiro-cli', resource: {}, ...SESSION_SHAPE,
  });
  const full = destinationOf({
    ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20abc%3D, x-team = blue ', OTEL_SERVICE_NAME: 'mine', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment=dev%2C1', SPOOR_CONTENT: 'full',
  });
  assert.deepEqual([full.protocol, full.compression, full.timeoutMillis, full.sharing.content.answer], ['http/json', 'gzip', 2500, 'full']);
  assert.deepEqual(full.headers, { authorization: 'Bearer abc=', 'x-team': 'blue' });
  assert.deepEqual([full.serviceName, full.resource], ['mine', { 'deployment.environment': 'dev,1' }]);
  assert.equal(destinationOf({ ...ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' }).serviceName, 'other');
});

test('what leaves the machine carries no content unless the shell says so', () => {
  assert.equal(destinationOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com' }).sharing.content.answer, 'none');
});

test('headers of one endpoint are never those of another', () => {
  const otel = { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=otel-secret' };
  assert.deepEqual(destinationOf({ ...otel, SPOOR_OTLP_ENDPOINT: 'http://s.example' }).headers, {});
  assert.deepEqual(destinationOf({ ...otel, SPOOR_OTLP_ENDPOINT: 'http://s.example', SPOOR_OTLP_HEADERS: 'authorization=own' }).headers, { authorization: 'own' });
  assert.deepEqual(destinationOf({ ...otel, OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=1' }).headers, { x: '1' });
  // Some agents hide OTEL_* from their hooks, and a person may set ours beside them.
  assert.deepEqual(destinationOf({ ...ENDPOINT, SPOOR_OTLP_HEADERS: 'x=2' }).headers, { x: '2' });
});

test('two shells that differ in anything that is sent are two destinations, and equal ones are one', () => {
  const variants: Variables[] = [ENDPOINT, { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a=1' }, { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a=2' }, { ...ENDPOINT, OTEL_SERVICE_NAME: 'x' }, { ...ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'a=b' }];
  assert.equal(new Set(variants.map((env) => destinationOf(env).name)).size, variants.length);
  assert.equal(destinationOf({ ...ENDPOINT }).name, destinationOf(ENDPOINT).name);
});

const WRONG: [Variables, RegExp][] = [
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT: .*http/],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:pw@x.example' }, /^OTEL_EXPORTER_OTLP_ENDPOINT: it holds no user and password; put them into OTEL_EXPORTER_OTLP_HEADERS\. Nothing/],
  [{ SPOOR_OTLP_ENDPOINT: 'http://me:pw@x.example' }, /put them into SPOOR_OTLP_HEADERS\. Nothing/],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /gRPC is not spoken here/],
  [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon' }, /unknown protocol/],
];
for (const [env, expected] of WRONG) {
  test(`${JSON.stringify(env)} goes nowhere and says why, without a secret`, () => {
    const { value, problems } = parse({ ...env, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hush' });
    assert.equal(value?.settings.destination, undefined);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', expected);
    assert.doesNotMatch(problems.join(), /hush|pw@/);
  });
}

test('our own endpoint is an HTTP address, whatever protocol another program was told', () => {
  assert.equal(destinationOf({ SPOOR_OTLP_ENDPOINT: 'http://s.example', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).protocol, 'http/protobuf');
  assert.equal(destinationOf({ SPOOR_OTLP_ENDPOINT: 'http://s.example', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }).protocol, 'http/json');
});

test('headers of the request itself are not a person\'s to set', () => {
  const { value, problems } = parse({ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'Host=evil.example,content-length=3,x=1' });
  assert.deepEqual([value?.destination?.headers, problems.length], [{ x: '1' }, 2]);
});

test('a value that cannot be meant counts as not said', () => {
  const { value, problems } = parse({ ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: 'soon', OTEL_EXPORTER_OTLP_COMPRESSION: 'br', OTEL_EXPORTER_OTLP_HEADERS: 'a=1,hush,b=%zz', OTEL_RESOURCE_ATTRIBUTES: 'a=b,%', SPOOR_CONTENT: 'some' });
  const { destination } = value ?? {};
  assert.deepEqual([destination?.timeoutMillis, destination?.compression, destination?.headers, destination?.resource, destination?.sharing.content.answer], [10_000, 'none', { a: '1' }, {}, 'none']);
  assert.equal(problems.length, 6);
  assert.doesNotMatch(problems.join(), /hush/);
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a trace context is taken whole or not at all', () => {
  const settings = (env: Variables, isHeadless = false): unknown => parse(env, isHeadless).value?.settings.remoteParent;
  assert.deepEqual(settings({ TRACEPARENT: `00-${TRACE}-${SPAN}-01` }), { traceId: TRACE, spanId: SPAN, isHeadless: false });
  assert.deepEqual(settings({ TRACEPARENT: `00-${TRACE}-${SPAN}-00`, TRACESTATE: 'a=1,b=2' }, true), { traceId: TRACE, spanId: SPAN, traceState: 'a=1,b=2', isHeadless: true });
  assert.ok(settings({ TRACEPARENT: `cc-${TRACE}-${SPAN}-01-more` }));
  for (const text of ['', 'x', `ff-${TRACE}-${SPAN}-01`, `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01-more`, `00-${TRACE}-${SPAN}`]) {
    assert.equal(settings({ TRACEPARENT: text }), undefined, text);
  }
});

test('whatever the variables hold, nothing throws, and no header stands in settings, key or problems', () => {
  const name = fc.constantFrom('SPOOR_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME', 'TRACEPARENT', 'TRACESTATE', 'SPOOR_USER_ID', 'SPOOR_CONTENT');
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(fc.string(), fc.webUrl(), fc.constant('__proto__=1'))), fc.string(), (env, noise) => {
      const { value, problems } = parse({ ...env, OTEL_EXPORTER_OTLP_HEADERS: `authorization=topsecret,${noise}`, SPOOR_OTLP_HEADERS: `authorization=topsecret,${noise}` });
      assert.doesNotMatch(JSON.stringify([value?.key, value?.settings, problems]), /topsecret/);
    }),
  );
});

const PHOENIX = { PHOENIX_ENDPOINT: 'http://localhost:6006', PHOENIX_API_KEY: 'px', PHOENIX_CLIENT_HEADERS: 'x-a=1%2C2,x-b=3' };
const ARIZE = { ARIZE_API_KEY: 'ax', ARIZE_SPACE_ID: 'space' };

test('a shell that names Phoenix in its own variables exports there, with the key of Phoenix and no other', () => {
  const destination = destinationOf({ ...PHOENIX, ...ARIZE, ARIZE_TRACE_ENABLED: 'true', ARIZE_PROJECT_NAME: 'a', PHOENIX_PROJECT: 'p' });
  assert.deepEqual([destination.url, destination.projectHeader, destination.trace], ['http://localhost:6006/v1/traces', 'x-project-name', undefined]);
  assert.deepEqual(destination.headers, { authorization: 'Bearer px', 'x-a': '1,2', 'x-b': '3' });
  assert.ok(!JSON.stringify(destination).includes('ax'), 'nothing of Arize');
  assert.equal(parse({ ...PHOENIX, ARIZE_PROJECT_NAME: 'a', PHOENIX_PROJECT: 'p' }).value?.settings.project, 'p');
  assert.deepEqual(destinationOf({ PHOENIX_COLLECTOR_ENDPOINT: 'https://app.phoenix.arize.com/s/me', ARIZE_API_KEY: 'ax' }).headers, {}, "Arize's key is no key of Phoenix");
  assert.equal(destinationOf({ PHOENIX_COLLECTOR_ENDPOINT: 'https://app.phoenix.arize.com/s/me' }).url, 'https://app.phoenix.arize.com/s/me/v1/traces');
});

test('a shell that names Arize AX: both keys, and a word that traces are meant', () => {
  for (const [env, url] of [
    [{ ARIZE_OTLP_ENDPOINT: 'otlp.eu-west-1a.arize.com:443' }, 'https://otlp.eu-west-1a.arize.com/v1/traces'],
    [{ ARIZE_OTLP_ENDPOINT: 'https://onprem.example/v1' }, 'https://onprem.example/v1/traces'],
    [{ ARIZE_TRACE_ENABLED: 'true' }, 'https://otlp.arize.com/v1/traces'],
  ] as const) {
    const destination = destinationOf({ ...ARIZE, ...env, PHOENIX_API_KEY: 'px' });
    assert.deepEqual([destination.url, destination.headers, destination.projectAttribute], [url, { authorization: 'Bearer ax', api_key: 'ax', space_id: 'space' }, 'arize.project.name']);
    assert.equal(destination.sharing.content.prompt, 'none');
  }
  assert.deepEqual(parse({ ...ARIZE }), { value: undefined, problems: [] }, 'keys alone name no place');
  assert.deepEqual(parse({ ARIZE_API_KEY: 'ax', ARIZE_OTLP_ENDPOINT: 'otlp.arize.com' }).problems, ['ARIZE_OTLP_ENDPOINT is set and ARIZE_SPACE_ID is not: nothing of that shell is exported there.']);
  assert.deepEqual(parse({ ...ARIZE, ARIZE_OTLP_ENDPOINT: 'https://u:secret@h' }).problems.join().includes('secret'), false);
});

test('the standard variables win over those of Arize and Phoenix, and take none of their keys', () => {
  const destination = destinationOf({ ...ENDPOINT, ...PHOENIX, ...ARIZE, ARIZE_TRACE_ENABLED: 'true' });
  assert.deepEqual([destination.url, destination.headers], ['http://127.0.0.1:4318/v1/traces', {}]);
});

test('certificates are absolute paths; what cannot be meant is told', () => {
  const files = { OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ca.pem', OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/etc/traces.pem', OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/etc/c.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/etc/k.pem' };
  assert.deepEqual(destinationOf({ ...ENDPOINT, ...files }).tls, { ca: '/etc/traces.pem', cert: '/etc/c.pem', key: '/etc/k.pem' });
  assert.deepEqual(parse({ ...ENDPOINT, OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/k.pem' }).problems, [
    'OTEL_EXPORTER_OTLP_CERTIFICATE: expected the absolute path of a PEM file; it is left out.',
    'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY count only together.',
  ]);
});
