import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCallArguments } from '../../../dashboard/src/viewers/call-arguments.ts';
import { toNumberedLines, toSearchHits, toShellOutput, toTerminalText } from '../../../dashboard/src/viewers/call-result.ts';
import { toPanel } from '../../../dashboard/src/viewers/panel.ts';
import { sampleSpan, SAMPLE_NAMES } from '../../../dashboard/src/waterfall/harness/sample-spans.ts';

test('an edit is known by its shape, whatever its agent calls the parts', () => {
  const edits: unknown[] = [
    { file_path: 'a', old_string: 'x', new_string: 'y' },
    { filePath: 'a', oldString: 'x', newString: 'y' },
    { path: 'a', command: 'str_replace', old_str: 'x', new_str: 'y' },
    { path: 'a', edits: [{ oldText: 'x', newText: 'y' }] },
    { file_path: 'a', edits: [{ old_string: 'x', new_string: 'y' }] },
  ];
  for (const edit of edits) {
    const { path, edits: found, command } = parseCallArguments(JSON.stringify(edit));
    assert.deepEqual([path, found, command], ['a', [{ path: 'a', before: 'x', after: 'y' }], undefined], JSON.stringify(edit));
  }
  for (const write of [{ file_path: 'a', content: 'y' }, { path: 'a', command: 'create', file_text: 'y' }, { path: 'a', contents: 'y' }]) {
    assert.deepEqual(parseCallArguments(JSON.stringify(write)).edits, [{ path: 'a', after: 'y' }]);
  }
});

test('a patch is read from an argument, from the text itself, and from a unified diff', () => {
  const patch = '*** Begin Patch\n*** Update File: a.ts\n@@ head\n-old\n+new\n same\n*** Delete File: b.ts\n*** End Patch';
  const expected = [
    { path: 'a.ts', action: 'update', lines: [{ sign: '@', text: '@@ head' }, { sign: '-', text: 'old' }, { sign: '+', text: 'new' }, { sign: ' ', text: 'same' }] },
    { path: 'b.ts', action: 'delete', lines: [] },
  ];
  for (const text of [patch, JSON.stringify({ input: patch }), JSON.stringify({ patchText: patch })]) assert.deepEqual(parseCallArguments(text).patches, expected);
  const unified = parseCallArguments(JSON.stringify({ diff: '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-old\n+new\n' })).patches;
  assert.deepEqual(unified, [{ path: 'x.ts', action: 'update', lines: [{ sign: '@', text: '@@ -1 +1 @@' }, { sign: '-', text: 'old' }, { sign: '+', text: 'new' }] }]);
});

test('commands stand in three ways, and a list of words is a line', () => {
  for (const input of [{ command: 'ls -l' }, { cmd: 'ls -l' }, { command: ['bash', '-lc', 'ls -l'] }, { command: ['ls', '-l'] }]) assert.equal(parseCallArguments(JSON.stringify(input)).command, 'ls -l');
});

test('no arguments and no result make the panel throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), fc.oneof(fc.string(), fc.json()), fc.constantFrom('Bash', 'Read', 'Grep', 'Edit', 'apply_patch', 'x'), (toolArguments, toolResult, toolName) => {
    toPanel({ ...sampleSpan('edit'), toolName, content: { toolArguments, toolResult } });
  }));
});

test('numbers that the tool wrote are taken, else lines count from where was read', () => {
  assert.deepEqual(toNumberedLines('    40→a\n    41→b\n'), [{ number: 40, text: 'a' }, { number: 41, text: 'b' }]);
  assert.deepEqual(toNumberedLines('a\nb', 7), [{ number: 7, text: 'a' }, { number: 8, text: 'b' }]);
  // Numbers of the file's own that do not rise are its text.
  assert.deepEqual(toNumberedLines('3: a\n1: b').map(({ number }) => number), [1, 2]);
});

test('hits of a search are lines of files, or files', () => {
  assert.deepEqual(toSearchHits('Found 2 files\nsrc/a.ts\nsrc/b.ts'), [{ path: 'src/a.ts' }, { path: 'src/b.ts' }]);
  assert.deepEqual(toSearchHits('src/a.ts:12:  const a;\n--\nC:\\x\\b.ts:3:y'), [{ path: 'src/a.ts', line: 12, text: '  const a;' }, { path: 'C:\\x\\b.ts', line: 3, text: 'y' }]);
  assert.equal(toSearchHits('Nothing here: that is a sentence.'), undefined);
});

test('a shell\'s output is what a terminal would show in the end', () => {
  assert.equal(toShellOutput('{"output":"hi","metadata":{"exit_code":0}}'), 'hi');
  assert.equal(toTerminalText('10 %\r100 %\nplain\r\n\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007'), '100 %\nplain\nlink');
});

test('each sample has the viewers that fit it', () => {
  const views = Object.fromEntries(SAMPLE_NAMES.map((name) => [name, toPanel(sampleSpan(name)).map(({ side, view }) => `${side} ${view.type}`)]));
  assert.deepEqual(views, {
    edit: ['input diff', 'output text'], patch: ['input diff', 'output json'], write: ['input diff', 'output text'], shell: ['input command', 'output terminal'], read: ['input json', 'output lines'],
    search: ['input json', 'output hits'], answer: ['input markdown', 'output markdown', 'output markdown'], mcp: ['input json', 'output json'],
  });
});

test('a text that was cut says how long it is', () => {
  const [part] = toPanel({ ...sampleSpan('shell'), cut: { toolArguments: 90_000 } });
  assert.equal(part?.wholeLength, 90_000);
});
