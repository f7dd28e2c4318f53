/** `content`, `redact`, `hash` and `exclude` of config.yaml: for one destination, for all, and for some sessions. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig, type Config } from '#spoor/config/config.ts';
import { loadHashKey } from '#spoor/config/hash-key.ts';
import { homeAt, type Home } from '#spoor/config/home.ts';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { toPolicy } from '#spoor/semconv/combine-sharing.ts';

function createHomeFolder(t: TestContext): Home {
  const root = mkdtempSync(join(tmpdir(), 'spoor-sharing-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return homeAt(root);
}

function load(t: TestContext, yaml: string, home = createHomeFolder(t)): { value: Config; problems: string[]; first: Destination } {
  writeFileSync(home.configFile, yaml);
  const { value, problems } = loadConfig(home, { home: '/home/me', env: {}, platform: 'linux' });
  return { value, problems: problems.map(({ detail }) => detail), first: value.destinations[0] ?? ({} as Destination) };
}

const at = (rest: string): string => `destinations:\n  a:\n    url: https://x.example\n    content: full\n${rest}`;
const isSealed = ({ sharing }: Destination): boolean => Object.values(toPolicy(sharing)).every((level) => level === 'none');

test('patterns: a text, or with a name and flags', (t) => {
  const { first, problems } = load(t, at(`    redact: ['ACME-\\d+', {name: project, pattern: otters?, flags: i}]\n`));
  assert.deepEqual(problems, []);
  assert.deepEqual(first.sharing.redact, [{ name: 'own', pattern: 'ACME-\\d+' }, { name: 'project', pattern: 'otters?', flags: 'i' }]);
  assert.deepEqual(load(t, at('    redact: ACME\n')).first.sharing.redact, [{ name: 'own', pattern: 'ACME' }]);
});

const UNREADABLE: readonly [string, RegExp][] = [
  [`redact: ['(']`, /config\.yaml:5: destination "a": pattern 1 of "redact" is no regular expression; none of the content is sent/],
  [`redact: [fine, '(a+)+b']`, /pattern 2 of "redact" repeats/],
  ['redact: [{name: x y, pattern: z}]', /"name" other/], ['redact: [{name: x}]', /must be a regular expression/], ['redact: [{pattern: x, mode: y}]', /must be a regular expression/], ['redact: [7]', /must be a regular/], ['redact: []', /^$/],
  ['hash: [names]', /"hash" must be paths or emails/], ['hash: {paths: true}', /"hash" must be/],
];

for (const [line, message] of UNREADABLE) {
  test(`${line}: told, and nothing of the content leaves`, (t) => {
    const { first, problems } = load(t, at(`    ${line}\n`));
    if (line.endsWith('[]')) return assert.ok(!isSealed(first));
    assert.match(problems.join('\n'), message);
    assert.ok(isSealed(first));
  });
}

test('what holds for all: levels for what a destination does not say, and what is taken out everywhere', (t) => {
  const { value, problems } = load(t, `content: {prompt: preview, toolName: none}\nredact: [{name: all, pattern: x}]\nhash: emails\ndestinations:\n  a: {url: 'https://x.example', content: {prompt: full}, redact: [{name: own, pattern: y}], hash: paths}\n  b: {url: 'https://y.example'}\n`);
  assert.deepEqual(problems, []);
  const [a, b] = value.destinations.map(({ sharing }) => sharing);
  assert.deepEqual([a?.content.prompt, a?.content.toolName, a?.content.answer], ['full', 'none', 'none']);
  assert.deepEqual([b?.content.prompt, b?.content.toolName], ['preview', 'none']);
  assert.deepEqual(a?.redact?.map(({ name }) => name), ['own', 'all']);
  assert.deepEqual([a?.hash?.kinds, b?.hash?.kinds], [['paths', 'emails'], ['emails']]);
  assert.equal(a?.hash?.key, b?.hash?.key);
});

test('a pattern for all that cannot be read closes all', (t) => {
  const { value } = load(t, `redact: ['(']\ndestinations:\n  a: {url: 'https://x.example', content: full}\n`);
  assert.ok(value.destinations.every(isSealed));
});

test('a rule: its own levels and patterns; one whose sessions cannot be told restricts all of them, and lifts nothing', (t) => {
  const { first } = load(t, at(`    rules: [{folders: [/own], content: none, redact: [x], hash: paths}]\n`));
  const [rule] = first.rules ?? [];
  assert.deepEqual([rule?.content?.prompt, rule?.redact?.length, rule?.hash?.kinds, rule?.content?.toolName], ['none', 1, ['paths'], undefined]);
  const torn = load(t, at(`    rules: [{agents: {}, content: full}]\n`)).first.rules?.[0];
  assert.deepEqual([torn?.agents, torn?.content?.prompt], [undefined, 'none']);
});

test('a key that is not known may have been meant to restrict: nothing of the content leaves where it stands', (t) => {
  const others = `  b: {url: 'https://y.example', content: full}\n`;
  const one = load(t, at(`    redcat: [x]\n${others}`));
  assert.deepEqual(one.value.destinations.map(isSealed), [true, false]);
  assert.match(one.problems.join(), /config\.yaml:5: destination "a": unknown key "redcat"; until it is mended none of the content is sent there/);
  const all = load(t, `excludes: [/own]\n${at(others)}`);
  assert.deepEqual(all.value.destinations.map(isSealed), [true, true]);
  assert.equal(all.value.sharing?.isSealed, true);
  assert.match(all.problems.join(), /config\.yaml:1: unknown key "excludes"; until it is mended none of the content is sent anywhere/);
  const { first, problems } = load(t, at(`    rules: [{folders: [/own], contents: none}, {folder: [/own], content: full}]\n`));
  assert.ok(!isSealed(first));
  assert.deepEqual(first.rules?.map((rule) => [rule.folders, rule.isSealed]), [[['/own'], true], [undefined, true]]);
  assert.match(problems.join(), /rule 1: unknown key "contents"; until it is mended none of the content is sent of these sessions/);
  assert.ok(!isSealed(load(t, at('    queue: {rows: 1}\n')).first));
});

test('exclude: folders, and everything where they cannot be told', (t) => {
  assert.deepEqual(load(t, 'exclude: [~/own, /secret]\n').value.exclude, ['/home/me/own', '/secret']);
  const torn = load(t, 'exclude: {a: 1}\n');
  assert.deepEqual(torn.value.exclude, ['/']);
  assert.match(torn.problems.join(), /"exclude" must be/);
});

test('a file that is no YAML: until it is mended nothing leaves', (t) => {
  assert.equal(load(t, 'exclude: [/own\n').value.isUnreadable, true);
  assert.equal(load(t, '').value.isUnreadable, undefined);
});

test('the key of hashed names: made once, for its owner alone, and never replaced', (t) => {
  const home = createHomeFolder(t);
  const key = loadHashKey(home);
  assert.match(key ?? '', /^[0-9a-f]{64}$/);
  assert.equal(loadHashKey(home), key);
  const path = join(home.secrets, 'hash.key');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(home.secrets).mode & 0o777, 0o700);
  writeFileSync(path, 'torn');
  assert.equal(loadHashKey(home), undefined);
  assert.equal(readFileSync(path, 'utf8'), 'torn');
  const { first, problems } = load(t, at('    hash: paths\n'), home);
  assert.ok(isSealed(first));
  assert.match(problems.join(), /key of "hash" can be neither read nor written/);
  assert.ok(!problems.join().includes(key ?? ''));
});

test('nothing is made where nothing is hashed', (t) => {
  const home = createHomeFolder(t);
  mkdirSync(home.secrets);
  chmodSync(home.secrets, 0o700);
  load(t, at(''), home);
  assert.throws(() => statSync(join(home.secrets, 'hash.key')));
});
