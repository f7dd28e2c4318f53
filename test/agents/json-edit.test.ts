import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Node } from 'jsonc-parser';
import { addItem, addProperty, findProperty, isRepeated, parseJsonText, removeNode, replaceValue, type JsonText } from '#spoor/agents/json-edit.ts';

function parse(text: string): JsonText {
  const json = parseJsonText(Buffer.from(text));
  assert.ok('text' in json, 'reason' in json ? json.reason : '');
  return json;
}

function property(json: JsonText, ...keys: string[]): Node {
  const node = keys.reduce((found: Node | undefined, key) => findProperty(found, key), json.root);
  assert.ok(node, `${keys.join('.')} in ${json.text}`);
  return node;
}

test('a property joins its object in the way the file is written', () => {
  const add = (text: string): string => addProperty(parse(text), parse(text).root, 'b', [{ c: 1 }]).text;
  assert.equal(add('{}'), '{\n  "b": [\n    {\n      "c": 1\n    }\n  ]\n}');
  assert.equal(add('{"a":1}'), '{"a":1,"b":[{"c":1}]}');
  assert.equal(add('{"a": 1}'), '{"a": 1, "b": [{"c": 1}]}');
  assert.equal(add('{\n\t"a": 1\n}\n'), '{\n\t"a": 1,\n\t"b": [\n\t\t{\n\t\t\t"c": 1\n\t\t}\n\t]\n}\n');
  assert.equal(add('{\r\n    "a": [1]\r\n}'), '{\r\n    "a": [1],\r\n    "b": [{"c": 1}]\r\n}');
  assert.equal(add('{\n  "a": 1, // one\n  // the end\n}'), '{\n  "a": 1, // one\n  "b": [\n    {\n      "c": 1\n    }\n  ],\n  // the end\n}');
  assert.equal(add('{\n  "a": 1 // one\n}'), '{\n  "a": 1, // one\n  "b": [\n    {\n      "c": 1\n    }\n  ]\n}');
  assert.equal(add('{ // nothing yet\n}'), '{ // nothing yet\n  "b": [\n    {\n      "c": 1\n    }\n  ]\n}');
});

test('an item joins its list in the way the list is written', () => {
  const add = (text: string): string => addItem(parse(text), property(parse(text), 'a'), { c: 1 }).text;
  assert.equal(add('{\n  "a": [{"x": true}]\n}'), '{\n  "a": [{"x": true}, {"c": 1}]\n}');
  assert.equal(add('{\n  "a": [\n    {"x": true},\n    {"y": 1}\n  ]\n}'), '{\n  "a": [\n    {"x": true},\n    {"y": 1},\n    {"c": 1}\n  ]\n}');
  assert.equal(add('{\n  "a": [\n    {\n      "x": true\n    }\n  ]\n}'), '{\n  "a": [\n    {\n      "x": true\n    },\n    {\n      "c": 1\n    }\n  ]\n}');
  assert.equal(add('{\n  "a": []\n}'), '{\n  "a": [\n    {\n      "c": 1\n    }\n  ]\n}');
  assert.equal(add('{"k":{"z":0},"a":[]}'), '{"k":{"z":0},"a":[{"c":1}]}');
});

test('values are replaced and removed without a trace of them', () => {
  const json = parse('{\n  "a": null, // none\n  "b": {"c": 1, "d": 2}\n}\n');
  assert.equal(replaceValue(json, property(json, 'a'), 'x').text, '{\n  "a": "x", // none\n  "b": {"c": 1, "d": 2}\n}\n');
  assert.equal(removeNode(json, property(json, 'b', 'c')).text, '{\n  "a": null, // none\n  "b": {"d": 2}\n}\n');
  assert.equal(removeNode(json, property(json, 'b', 'd')).text, '{\n  "a": null, // none\n  "b": {"c": 1}\n}\n');
  assert.equal(removeNode(json, property(json, 'b')).text, '{\n  "a": null // none\n}\n');
});

test('what is no JSON is refused with its place', () => {
  const reason = (text: string | Buffer): string => {
    const json = parseJsonText(Buffer.from(text));
    return 'reason' in json ? json.reason : 'parsed';
  };
  assert.equal(reason(''), 'is empty');
  assert.equal(reason('\ufeff \n'), 'is empty');
  assert.match(reason('{\n  "a": 1\n  "b": 2\n}'), /not valid JSON \(comma expected, line 3, column 3\)/);
  assert.match(reason('{\n  "a": [1, 2\n}'), /line 3, column 1/);
  assert.equal(reason(Buffer.from([0x7b, 0xff, 0x7d])), 'is not valid UTF-8');
  assert.equal(reason('\ufeff{"a": 1, /* ok */}'), 'parsed');
  assert.ok(isRepeated(parse('{"a": 1, "a": 2}').root, 'a'));
});

test('what was added and is removed again leaves every byte as it was', () => {
  const document = fc.record({
    value: fc.dictionary(fc.constantFrom('name', 'hooks', 'ünicode "quoted"', 'list'), fc.oneof(fc.integer(), fc.string(), fc.constant({}), fc.constant([]), fc.array(fc.record({ command: fc.string() }), { maxLength: 3 }))),
    indent: fc.constantFrom('', ' ', '  ', '    ', '\t'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    head: fc.constantFrom('', '\ufeff', '// mine\n', '\n'),
    tail: fc.constantFrom('', '\n', '\r\n\r\n', ' // end'),
  });
  fc.assert(
    fc.property(document, ({ value, indent, lineEnd, head, tail }) => {
      const text = `${head}${JSON.stringify(value, null, indent).replaceAll('\n', lineEnd)}${tail}`;
      const json = parse(text);
      const added = addProperty(json, json.root, 'ours', { stop: [{ command: 'x' }] });
      assert.deepEqual(JSON.parse(JSON.stringify(toValue(added.root))), { ...JSON.parse(JSON.stringify(value)), ours: { stop: [{ command: 'x' }] } });
      const left = removeNode(added, property(added, 'ours')).text;
      assert.equal(left, text);
      const list = findProperty(json.root, 'list');
      if (list?.type !== 'array' || !list.children?.length) return;
      const longer = addItem(json, list, { command: 'x' });
      const last = property(longer, 'list').children?.at(-1);
      assert.ok(last);
      assert.equal(removeNode(longer, last).text, text);
    }),
    { numRuns: 500 },
  );
});

function toValue(node: Node): unknown {
  if (node.type === 'array') return node.children?.map(toValue) ?? [];
  if (node.type !== 'object') return node.value;
  return Object.fromEntries((node.children ?? []).map(({ children = [] }) => [children[0]?.value, children[1] && toValue(children[1])]));
}
