import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContentLevel, ShellSharing, SharedKind, Sharing } from '#spoor/core/sharing.ts';
import { addDefaults, addRule, addShell } from '#spoor/semconv/combine-sharing.ts';
import { toContentPolicy } from '#spoor/semconv/content.ts';

const closed: Sharing = { content: toContentPolicy('none') };
const [one, two] = [{ name: 'one', pattern: '1' }, { name: 'two', pattern: '2' }];

test('a rule: its levels count, what it takes out is added', () => {
  const sharing = addRule({ ...closed, redact: [one], hash: { kinds: ['paths'], key: 'k' } }, { content: { prompt: 'full' }, redact: [two], hash: { kinds: ['emails'], key: 'k' } });
  assert.deepEqual(sharing, { content: { ...closed.content, prompt: 'full' }, said: ['prompt'], redact: [one, two], hash: { kinds: ['paths', 'emails'], key: 'k' } });
  assert.equal(addRule({ ...closed, isSealed: true }, { content: { prompt: 'full' } }).isSealed, true);
});

test('defaults: below what a destination says itself, and said as well', () => {
  const sharing = addDefaults({ content: { ...closed.content, prompt: 'full' }, said: ['prompt'] }, { content: { prompt: 'none', answer: 'preview' }, redact: [one] });
  assert.deepEqual([sharing.content.prompt, sharing.content.answer, sharing.said, sharing.redact], ['full', 'preview', ['prompt', 'answer'], [one]]);
});

test('a shell restricts whatever is said, and lifts only what nobody said', () => {
  const said: Sharing = { content: { ...toContentPolicy('none'), answer: 'full' }, said: ['prompt', 'answer'] };
  const shared = addShell(said, { shown: ['prompt', 'toolResult'], withheld: ['answer'] });
  assert.deepEqual([shared.content.prompt, shared.content.toolResult, shared.content.answer], ['none', 'full', 'none']);
  assert.equal(addShell(said, { atMost: 'preview' }).content.answer, 'preview');
});

test('details alone do not lift the whole input', () => {
  assert.deepEqual([addShell(closed, { shown: ['toolArguments'] }).withholdsInput, addShell(closed, { shown: ['toolArguments'], input: 'shown' }).withholdsInput], [true, undefined]);
  assert.equal(addShell({ content: toContentPolicy('full') }, { input: 'withheld' }).withholdsInput, true);
});

test('whatever a shell says, what is said to stay stays', () => {
  const kind = fc.constantFrom<SharedKind>('prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult');
  const level = fc.constantFrom<ContentLevel>('none', 'preview', 'full');
  const shell: fc.Arbitrary<ShellSharing> = fc.record({ withheld: fc.array(kind), shown: fc.array(kind), atMost: level, input: fc.constantFrom('withheld', 'shown') }, { requiredKeys: [] });
  fc.assert(fc.property(shell, kind, level, (told, about, at) => {
    const content = { ...toContentPolicy('full'), [about]: at };
    const after = addShell({ content, said: [about] }, told).content[about];
    assert.ok(['none', 'preview', 'full'].indexOf(after) <= ['none', 'preview', 'full'].indexOf(at));
    if (told.withheld?.includes(about)) assert.equal(after, 'none');
  }));
});
