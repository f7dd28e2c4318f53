/** What is typed into the search box, and what is asked of the index. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toMatch } from '#spoor/query/search/match-expression.ts';
import { toSnippet } from '#spoor/query/search/snippet.ts';

describe('what is typed', () => {
  const cases: [string, string | undefined][] = [
    ['otter', '"otter"'],
    ['otter weir', '"otter" AND "weir"'],
    ['"otter weir" dam', '"otter weir" AND "dam"'],
    ['ott* -weir', '("ott"*) NOT ("weir")'],
    ['"look lay"* x', '"look lay"* AND "x"'],
    ['a* otter', '"a" AND "otter"'],
    ['read_file src/a-b.ts', '"read_file" AND "src/a-b.ts"'],
    ['OR NEAR(a b) AND', '"OR" AND "NEAR(a" AND "b)" AND "AND"'],
    ['"unclosed words', '"unclosed words"'],
    ['-weir', undefined],
    ['* - "" \' \u0000 ()', undefined],
    ['水獭', '"水  獭"'],
    ['', undefined],
  ];
  for (const [typed, expression] of cases) it(JSON.stringify(typed), () => assert.equal(toMatch(typed)?.expression, expression));

  it('is never an error of the index, and the piece that is shown never one of ours', () => {
    const db = new DatabaseSync(':memory:');
    db.exec("CREATE VIRTUAL TABLE text USING fts5 (prompt, answer, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2')");
    db.prepare('INSERT INTO text (rowid, prompt) VALUES (1, ?)').run('an otter at the weir');
    const find = db.prepare('SELECT rowid FROM text WHERE text MATCH ?');
    const sign = fc.constantFrom('"', '*', '-', '^', ':', '(', ')', '{', '}', '+', ',', ' ', 'a', 'otter', 'NEAR', 'OR', 'NOT', 'AND', '\0', '\ud83d', '🦦', '獭', 'é', '\\', "'", 'prompt', '$', '[', '|');
    const typed = fc.oneof(fc.array(sign, { maxLength: 12 }).map((signs) => signs.join('')), fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 5000 }));
    fc.assert(
      fc.property(typed, (text) => {
        const match = toMatch(text);
        if (!match) return;
        find.all(match.expression);
        toSnippet([`an otter ${text} at the weir`, text], match);
      }),
      { numRuns: 2000 },
    );
    db.close();
  });
});

describe('the piece that is shown', () => {
  const show = (text: string, typed: string): string | undefined => toSnippet([text], toMatch(typed) ?? { terms: [] })?.replaceAll('\u0002', '[').replaceAll('\u0003', ']');
  it('marks what was found, without case and signs', () => {
    assert.equal(show('Mend the Otter  at\nthe weir', 'otter "the weir"'), 'Mend the [Otter] at [the weir]');
    assert.equal(show('open src/word/look-layer.ts now', '"look layer"'), 'open src/word/[look-layer].ts now');
    assert.equal(show('an ottering otter', 'otter'), 'an ottering [otter]');
    assert.equal(show('an ottering', 'ott*'), 'an [ottering]');
    assert.equal(show('das Fähre und', 'fahre'), 'das [Fähre] und');
    assert.equal(show('修复水獭测试', '水獭'), '修复[水獭]测试');
  });
  it('is cut around it', () => {
    const shown = show(`${'a word '.repeat(500)}otter${' and more'.repeat(500)}`, 'otter') ?? '';
    assert.match(shown, /^… (a word )+\[otter\]( and more)+.* …$/);
    assert.ok(shown.length < 180);
  });
});
