import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { addTable, findRootSource, parseTomlText, removeRootValue, removeTable, setRootList, setRootSource, toTomlString, type TomlText } from '#spoor/agents/toml-edit.ts';

function toml(text: string): TomlText {
  const parsed = parseTomlText(Buffer.from(text));
  if ('reason' in parsed) assert.fail(parsed.reason);
  return parsed;
}

test('a file that is no TOML: the reason, with line and column', () => {
  for (const [text, reason] of [['a = \n', /line 1/], ['a = 1\na = 2\n', /line 2/], ['x\n', /line/], ['[a\n', /line 1/]] as const) {
    const parsed = parseTomlText(Buffer.from(text));
    assert.ok('reason' in parsed, text);
    assert.match(parsed.reason, reason);
  }
  assert.deepEqual(parseTomlText(Buffer.from([0x61, 0xff])), { reason: 'is not valid UTF-8' });
  assert.deepEqual({ ...toml('').values }, {});
  assert.deepEqual({ ...toml('\ufeffa = 1\n').values }, { a: 1 });
});

test('a root value comes as the last line of the root, above what belongs to the first table', () => {
  const cases: [string, string][] = [
    ['', 'k = ["v"]\n'],
    ['a = 1\n', 'a = 1\nk = ["v"]\n'],
    ['a = 1', 'a = 1\nk = ["v"]\n'],
    ['# mine\n\na = 1\n\n# of t\n[t]\nx = 1\n', '# mine\n\na = 1\nk = ["v"]\n\n# of t\n[t]\nx = 1\n'],
    ['[t]\nx = 1\n', 'k = ["v"]\n[t]\nx = 1\n'],
    ['# only\n[t]\nx = 1\n', 'k = ["v"]\n# only\n[t]\nx = 1\n'],
    ['a = [\n  [1, 2],\n  [3]\n]\n[t]\n', 'a = [\n  [1, 2],\n  [3]\n]\nk = ["v"]\n[t]\n'],
    ['a = """\n[no]\n"""\n[[t]]\n', 'a = """\n[no]\n"""\nk = ["v"]\n[[t]]\n'],
    ['a = 1\r\n[t]\r\n', 'a = 1\r\nk = ["v"]\r\n[t]\r\n'],
    ['\ufeffa = 1\n', '\ufeffa = 1\nk = ["v"]\n'],
    ['\ufeff[t]\n', '\ufeffk = ["v"]\n[t]\n'],
  ];
  for (const [before, after] of cases) {
    const changed = setRootList(toml(before), 'k', ['v']);
    assert.equal(changed?.text, after);
    assert.deepEqual({ ...changed?.values }, { ...toml(before).values, k: ['v'] });
  }
});

test('a root value is replaced where it stands, however it is written, and taken out with its line', () => {
  const cases: [string, string, string][] = [
    ['k = ["a"] # why\nb = 1\n', 'k = ["n"] # why\nb = 1\n', '# why\nb = 1\n'],
    ['b = 1\nk = [\n  "a", # one ]\n  \'b"]\',\n]\n[t]\nk = 2\n', 'b = 1\nk = ["n"]\n[t]\nk = 2\n', 'b = 1\n[t]\nk = 2\n'],
    ['  "k" = [ """x]\n""" ]\r\n[t]\r\n', '  "k" = ["n"]\r\n[t]\r\n', '[t]\r\n'],
    ["'k'=['''y'']''']\n", "'k'=[\"n\"]\n", ''],
    ['k = "text" # c\n', 'k = ["n"] # c\n', '# c\n'],
    ['k = 1979-05-27T07:32:00Z\n', 'k = ["n"]\n', ''],
    ['\ufeffk = true', '\ufeffk = ["n"]', '\ufeff'],
    ['s = """\nk = ["fake"]\n"""\nk = ["a"]\n', 's = """\nk = ["fake"]\n"""\nk = ["n"]\n', 's = """\nk = ["fake"]\n"""\n'],
  ];
  for (const [before, replaced, removed] of cases) {
    assert.equal(setRootList(toml(before), 'k', ['n'])?.text, replaced, before);
    assert.equal(removeRootValue(toml(before), 'k')?.text, removed, before);
    assert.equal(setRootSource(toml(replaced), 'k', { source: findRootSource(toml(before), 'k') ?? '', value: toml(before).values.k })?.text, before, 'and back as it was written');
  }
});

test('a table comes at the end and goes without a trace', () => {
  const path = ['hooks', 'state', '/home/a "b"/hooks.json:stop:0:0'];
  for (const before of ['', 'a = 1\n', 'a = 1', '[t]\nx = 1\n\n\n', 'a = 1\r\n', '[hooks.state."other"]\nenabled = false\n', '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ncommand = "x"\n']) {
    const added = addTable(toml(before), path, { trusted_hash: 'sha256:1' });
    assert.ok(added?.text.startsWith(before), before);
    assert.ok(added?.text.endsWith(before.includes('\r\n') ? '"sha256:1"\r\n' : '"sha256:1"\n'));
    const removed = added && removeTable(added, path);
    assert.equal(removed?.text.trimEnd(), before.trimEnd());
    assert.deepEqual({ ...removed?.values }, { ...toml(before).values });
  }
});

test('what cannot be done exactly is not done', () => {
  assert.equal(addTable(toml('hooks = { state = {} }\n'), ['hooks', 'state', 'x'], { a: 'b' }), undefined);
  assert.equal(addTable(toml('[hooks.state.x]\na = "c"\n'), ['hooks', 'state', 'x'], { a: 'b' }), undefined);
  assert.equal(removeTable(toml('hooks.state.x.a = "c"\n'), ['hooks', 'state', 'x']), undefined);
});

test('whatever a file holds, only the value changes, and every other byte stays', () => {
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(fc.string(), { maxLength: 3 })),
    table: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }).filter((key) => key !== '__proto__'), fc.oneof({ weight: 3, arbitrary: tie('leaf') }, { weight: 1, arbitrary: tie('table') }), { maxKeys: 4 }),
  })).table;
  fc.assert(
    fc.property(value, fc.constantFrom('', '# one\n', '\ufeff'), fc.array(fc.string(), { maxLength: 3 }), (values, head, list) => {
      const before = toml(head + stringify(values as Record<string, unknown>));
      const set = setRootList(before, 'notify', list);
      assert.deepEqual(set?.values.notify, list);
      assert.equal(set && Object.hasOwn(before.values, 'notify') ? set.text : (set && removeRootValue(set, 'notify'))?.text, Object.hasOwn(before.values, 'notify') ? set?.text : before.text);
    }),
    { numRuns: 300 },
  );
});

test('any text is a TOML string', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' })), (text) => assert.equal(toml(`k = ${toTomlString(text)}\n`).values.k, text)));
});
