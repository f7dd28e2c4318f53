/** What a destination takes out of texts: its own patterns, and names that are hashed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hashing, OwnPattern } from '#spoor/core/sharing.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';
import { findEditor, type TextEditor } from '#spoor/semconv/edit-text.ts';

const content = toContentPolicy('full');
const KEY = 'k'.repeat(64);

function editorOf(some: { redact?: OwnPattern[]; hash?: Hashing['kinds'] }): TextEditor {
  return findEditor({ content, ...(some.redact ? { redact: some.redact } : {}), ...(some.hash ? { hash: { kinds: some.hash, key: KEY } } : {}) }) ?? assert.fail('nothing is taken out');
}

test('nothing said, nothing made; made once for what is taken out', () => {
  assert.equal(findEditor({ content }), undefined);
  const redact = [{ name: 'own', pattern: 'x' }];
  assert.equal(findEditor({ content, redact }), findEditor({ content: toContentPolicy('none'), redact }));
});

test('own patterns, by name, in prose and in JSON, and never in what was taken out already', () => {
  const { text } = editorOf({ redact: [{ name: 'project', pattern: 'otter(?:s|-\\d+)?', flags: 'i' }, { name: 'card', pattern: '\\d{4}-\\d{4}' }, { name: 'word', pattern: 'redacted|project' }] });
  assert.equal(text('Otters and otter-7, 1234-5678, [redacted:aws-access-key-id]'), '[redacted:project] and [redacted:project], [redacted:card], [redacted:aws-access-key-id]');
  assert.equal(text('{"otters": 1.50, "note": "an\\notter", "n": 12}'), '{"[redacted:project]":1.5,"note":"an\\n[redacted:project]","n":12}');
  assert.equal(text('{"duck": 1.50}'), '{"duck": 1.50}');
  assert.equal(editorOf({ redact: [{ name: 'pair', pattern: '"ssn":\\s*"[^"]+"' }] }).text('{"ssn":"1-2"}'), '{[redacted:pair]}');
});

test('a mark that somebody wrote is a text like any other', () => {
  const { text } = editorOf({ redact: [{ name: 'customer', pattern: 'C-\\d{6}' }] });
  assert.equal(text('[redacted:C-654321] [redacted:customer]'), '[redacted:[redacted:customer]] [redacted:customer]');
  assert.equal(text(text('[redacted:C-654321]')), text('[redacted:C-654321]'));
  const hashed = editorOf({ hash: ['paths'] });
  assert.doesNotMatch(hashed.path('/home/[redacted:ann]/x'), /ann/);
  assert.doesNotMatch(hashed.text('cat /home/[redacted:ann]/x'), /ann/);
  assert.match(hashed.text('cat /home/[redacted:jwt]/x'), /\[redacted:jwt\]/);
});

test('a pattern finds what a text of any length holds, and twice is once', () => {
  const { text } = editorOf({ redact: [{ name: 'own', pattern: 'needle-\\d+' }] });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 30_000 }), (before, after) => {
      const edited = text(`${'h '.repeat(before)}needle-123 ${'h '.repeat(after)}`);
      assert.ok(!edited.includes('needle') && edited.includes('[redacted:own] '));
      assert.equal(edited.length, 2 * (before + after) + '[redacted:own] '.length);
      assert.equal(text(edited), edited);
    }),
    { numRuns: 40, examples: [[9_995, 20_000], [9_998, 20_000], [8_000, 1], [7_997, 10_000]] },
  );
});

test('a pattern that looks back or for a beginning finds the same wherever a long text is cut', () => {
  const { text } = editorOf({ redact: [{ name: 'own', pattern: '(?<=customer: )\\w+' }] });
  const first = editorOf({ redact: [{ name: 'own', pattern: '^x+y|(?<!z)q' }] });
  for (const length of [15_985, 15_990, 15_995, 16_000, 31_990, 32_000]) {
    const before = 'a b\n'.repeat(10_000).slice(0, length);
    assert.equal(text(`${before}customer: Acme ${'a b\n'.repeat(9000)}`).indexOf('Acme'), -1, String(length));
    const other = `${before}xxy zq${'a b\n'.repeat(9000)}`;
    assert.equal(first.text(other), other);
  }
  for (let length = 15_980; length < 16_001; length++) assert.ok(!text(`${'a b\n'.repeat(10_000).slice(0, length)}customer: Acme${' b'.repeat(9000)}`).includes('Acme'), String(length));
});

test('paths: each segment by itself, its kind of file kept, equal names equal', () => {
  const { text, path } = editorOf({ hash: ['paths'] });
  const hashed = path('/home/ann/My Notes/plan.md');
  assert.match(hashed, /^\/h-[a-p]{10}\/h-[a-p]{10}\/h-[a-p]{10}\/h-[a-p]{10}\.md$/);
  assert.equal(path('/home/ann/x.ts').split('/')[2], hashed.split('/')[2]);
  assert.equal(path(hashed), hashed);
  assert.equal(path('~/a/../b').replaceAll(/h-[a-p]{10}/g, 'h'), '~/h/../h');
  assert.equal(path('C:\\Users\\ann').replaceAll(/h-[a-p]{10}/g, 'h'), 'C:\\h\\h');
  assert.equal(text('see /home/ann/x.ts:12 and src/y.ts').replaceAll(/h-[a-p]{10}/g, 'h'), 'see /h/h/h.ts:12 and h/h.ts');
  assert.equal(text('https://host.example/team/repo is no secret host').replaceAll(/h-[a-p]{10}/g, 'h'), 'https://host.example/h/h is no secret host');
  assert.equal(text('ls /home/ann/My Notes/plan.md', ['/home/ann/My Notes/plan.md']), `ls ${hashed}`);
  assert.equal(text(JSON.stringify({ file_path: '/home/ann/My Notes/plan.md' })), JSON.stringify({ file_path: hashed }));
  assert.equal(text('no path here, 1.5 and e.g.'), 'no path here, 1.5 and e.g.');
});

test('paths: an extension is kept at the end alone, and only one that is known to be no name', () => {
  const { text, path } = editorOf({ hash: ['paths'] });
  const shape = (some: string): string => some.replaceAll(/h-[a-p]{10}/g, 'h');
  assert.equal(shape(path('/home/john.smith/acme.corp/notes.ts')), '/h/h/h/h.ts');
  assert.equal(shape(path('/home/john.smith')), '/h/h');
  assert.equal(shape(path('/srv/a.md/')), '/h/h/');
  assert.equal(shape(path('src/john.smith:12:3')), 'h/h:12:3');
  assert.equal(shape(path('src/x.ts:12:3')), 'h/h.ts:12:3');
  assert.equal(shape(path('C:\\Users\\j.doe\\my.JSON')), 'C:\\h\\h\\h.JSON');
  assert.equal(shape(text('cd /home/john.smith/x.tar.gz')), 'cd /h/h/h.gz');
  const folder = findEditor({ content, hash: { kinds: ['paths'], key: KEY } })?.folder;
  assert.equal(shape(folder?.('/home/ann/next.js') ?? ''), '/h/h/h');
  assert.equal(shape(text(JSON.stringify({ cwd: '/home/ann/next.js', file: '/home/ann/next.js' }))), JSON.stringify({ cwd: '/h/h/h', file: '/h/h/h.js' }));
});

test('paths: every part of a run without blanks that holds a slash', () => {
  const { text } = editorOf({ hash: ['paths'] });
  const shape = (some: string): string => some.replaceAll(/h-[a-p]{10}/g, 'h');
  for (const run of ['app/[customer]/page.tsx', 'src/(secret)/x.ts', '/srv/a=secret', 'secret=/srv/x', '/srv/x#secret', '/srv/{secret,other}/x', 'secret[0]/y', '/srv/x?secret=1&other!', '"/srv/x,secret"', '\'/srv/x\'secret']) {
    assert.doesNotMatch(text(`see ${run} here`), /secret|customer|other/, run);
    assert.match(text(`see ${run} here`), /^see .* here$/);
  }
  assert.equal(shape(text('open (src/y.ts), [x](src/z.md)')), 'open (h/h.ts), [h](h/h.md)');
});

test('e-mail addresses, whatever their case; another key, another hash', () => {
  const { text, wire } = editorOf({ hash: ['emails'] });
  const hashed = text('Ann@Pond.example');
  assert.match(hashed, /^h-[a-p]{10}@hashed$/);
  assert.equal(wire('<ann@pond.example>, root@localhost, /a/b'), `<${hashed}>, root@localhost, /a/b`);
  const other = findEditor({ content, hash: { kinds: ['emails'], key: 'other' } })?.text('ann@pond.example');
  assert.notEqual(other, hashed);
});

test('any text is edited without an error, and again to the same', () => {
  const { text } = editorOf({ redact: [{ name: 'own', pattern: '\\d{3}' }], hash: ['paths', 'emails'] });
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('/', '\\', 'a', '7', '@', '.', ' ', '"', '{', ':', '[', '~', 'é', '\n', '-') }), (some) => assert.equal(text(text(some)), text(some))));
});
