import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toDiff } from '#spoor/installation/diff.ts';

function diffOf(before: string | undefined, after: string | undefined): string {
  const edit = { path: '/f', ...(before === undefined ? {} : { before: Buffer.from(before) }), ...(after === undefined ? {} : { after: Buffer.from(after) }) };
  return toDiff(edit).map(({ text }) => text).join('\n');
}

test('a change stands with three lines around it', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  const after = before.replace('line 3\n', 'line three\n').replace('line 15\n', '');
  assert.equal(
    diffOf(before, after),
    '--- /f\n+++ /f\n@@ -1,7 +1,7 @@\n line 0\n line 1\n line 2\n-line 3\n+line three\n line 4\n line 5\n line 6\n@@ -13,7 +13,6 @@\n line 12\n line 13\n line 14\n-line 15\n line 16\n line 17\n line 18',
  );
});

test('new files, files that go, and files that stay', () => {
  assert.equal(diffOf(undefined, 'a\nb\n'), '--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b');
  assert.equal(diffOf('a\n', undefined), '--- /f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a');
  assert.equal(diffOf('a\n', 'a\n'), '');
});

test('a missing newline is told, line ends and control characters are visible', () => {
  assert.equal(diffOf('a', 'a\n'), '--- /f\n+++ /f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a');
  assert.equal(diffOf('a\n', '\u001b[31ma\u202e\n'), '--- /f\n+++ /f\n@@ -1 +1 @@\n-a\n+\\u001b[31ma\\u202e');
});

test('the lines that are not added are the old file, those that are not removed the new one', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 25 }).map((lines) => lines.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = toDiff({ path: '/f', before: Buffer.from(before), after: Buffer.from(after) }).filter(({ role }) => role !== 'file' && role !== 'place');
      const shown = (other: string): string[] => lines.filter(({ role }) => role !== other).map(({ text: line }) => line.slice(1));
      const isPart = (part: string[], whole: string): boolean => {
        const rest = whole.split('\n');
        return part.every((line) => rest.splice(0, rest.indexOf(line) + 1).includes(line));
      };
      assert.ok(isPart(shown('added'), before));
      assert.ok(isPart(shown('removed'), after));
      const counts = (role: string): number => lines.filter((line) => line.role === role).length;
      assert.equal(counts('added') - counts('removed'), after.split('\n').length - before.split('\n').length);
    }),
  );
});

test('two large files without a common line are shown as replaced, and at once', () => {
  const lines = (word: string): string => Array.from({ length: 5_000 }, (_, index) => `${word} ${index}\n`).join('');
  const shown = toDiff({ path: '/f', before: Buffer.from(lines('old')), after: Buffer.from(lines('new')) });
  assert.equal(shown.filter(({ role }) => role === 'added').length, 5_000);
  assert.equal(shown.filter(({ role }) => role === 'removed').length, 5_000);
});
