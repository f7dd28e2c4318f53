/** A piece of a text with what was found in it. The index keeps no texts, so it is made of the stored ones. Pure. */
import type { Match } from './match-expression.ts';

/** Around what is found, to the page as it is named in `SessionRow.snippet`. */
const BEGIN = '\u0002';
const END = '\u0003';
/** Characters before the first match, and in all. */
const BEFORE = 40;
const LENGTH = 160;
/** As much of a text is looked through: what stands behind it is found by the index all the same, and shown without marks. */
const LOOKED_THROUGH = 100_000;

/** The first of these texts in which something of the match stands, cut around it; else the beginning of the first; undefined where there is none. */
export function toSnippet(texts: readonly string[], { terms }: Pick<Match, 'terms'>): string | undefined {
  const pattern = toPattern(terms);
  // Taking marks off letters is slow, and most words have none.
  for (const toSource of [asItIs, fold]) {
    for (const text of texts) {
      const looked = text.slice(0, LOOKED_THROUGH);
      const source = toSource(looked);
      const at = source.length === looked.length ? source.search(pattern) : -1;
      if (at >= 0) return cut(looked, { source, at, pattern });
    }
  }
  const [first] = texts;
  return first === undefined ? undefined : clean(first.slice(0, LENGTH));
}

function asItIs(text: string): string {
  return text;
}

/** As the index compares: without case and without marks. Composed again, so that most texts keep their length; in others what is found is not marked. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}+/gu, '').normalize('NFC').toLowerCase();
}

/** Words in a row may have any signs between them; a word begins where no letter is before it. */
function toPattern(terms: Match['terms']): RegExp {
  const forms = terms.map(({ text, isPrefix }) => {
    const words = fold(text).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
    // Letters, digits and private signs mean nothing else in a pattern.
    const row = words.join('[^\\p{L}\\p{N}]+');
    return `(?<![a-z0-9])${row}${isPrefix ? '[\\p{L}\\p{N}]*' : '(?![a-z0-9])'}`;
  });
  return new RegExp(forms.join('|'), 'giu');
}

function cut(text: string, { source, at, pattern }: { source: string; at: number; pattern: RegExp }): string {
  const from = at <= BEFORE ? 0 : wordStart(text, at - BEFORE);
  const piece = text.slice(from, from + LENGTH);
  let marked = '';
  let done = 0;
  for (const found of source.slice(from, from + LENGTH).matchAll(pattern)) {
    marked += `${clean(piece.slice(done, found.index))}${BEGIN}${clean(piece.slice(found.index, found.index + found[0].length))}${END}`;
    done = found.index + found[0].length;
  }
  marked += clean(piece.slice(done));
  return `${from > 0 ? '… ' : ''}${marked.trim()}${from + LENGTH < text.length ? ' …' : ''}`;
}

/** The next start of a word, not far behind. */
function wordStart(text: string, from: number): number {
  const space = text.slice(from, from + BEFORE).search(/\s/);
  return space < 0 ? from : from + space + 1;
}

/** One line, and no marks but ours. Half of a surrogate pair at a border becomes a sign that stands for it. */
function clean(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f]+/gu, ' ').toWellFormed();
}
