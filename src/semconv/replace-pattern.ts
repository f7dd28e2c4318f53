/** The user's own patterns over texts of any length. Pure. */
import { SECRET_KINDS } from '../core/secret-kinds.ts';
import type { OwnPattern } from '../core/sharing.ts';

/** What stands in place of a text that was taken out, by one of these patterns or before the store. Nobody else's mark is one. */
export function toMarks(patterns: readonly OwnPattern[]): RegExp {
  return new RegExp(`\\[redacted:(?:${[...SECRET_KINDS, ...patterns.map(({ name }) => name)].join('|')})\\]`, 'g');
}

/** A name that was hashed. */
const HASH_MARK = '(?<![A-Za-z0-9])h-[a-p]{10}(?![A-Za-z0-9])';

/**
 * A pattern that begins with a repeat takes the square of a line's length. So long texts are searched piece by piece, those with very long
 * lines in small ones (a megabyte without a break: 4 s instead of minutes); a find that begins in one piece may reach this far into the next.
 */
const PIECE = { length: 20_000, reach: 4_000 };
const SMALL_PIECE = { length: 4_000, reach: 1_000 };
const LONG_LINE = /[^\n]{4001}/;

/** Pattern → a function that puts `[redacted:<name>]` for all that it finds, and looks into no mark. Throws where the pattern does not compile. */
export function createReplacer({ name, pattern, flags = '' }: OwnPattern, marks: RegExp): (text: string) => string {
  const form = new RegExp(pattern, `${flags}g`);
  const mark = `[redacted:${name}]`;
  const done = new RegExp(`${marks.source}|${HASH_MARK}`, 'g');
  return (text) => {
    form.lastIndex = 0;
    // Most texts hold nothing of it.
    if (text.length <= SMALL_PIECE.length && !form.test(text)) return text;
    return replaceOutsideMarks(text, done, (part) => replacePieces(part, form, mark));
  };
}

function replaceOutsideMarks(text: string, marks: RegExp, replace: (part: string) => string): string {
  if (!text.includes('[redacted:') && !text.includes('h-')) return replace(text);
  let result = '';
  let from = 0;
  for (const found of text.matchAll(marks)) {
    result += replace(text.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return result + replace(text.slice(from));
}

function replacePieces(text: string, form: RegExp, mark: string): string {
  const { length: most, reach } = LONG_LINE.test(text) ? SMALL_PIECE : PIECE;
  let result = '';
  let from = 0;
  while (from < text.length) {
    // What a pattern looks back at may stand before the piece.
    const lead = Math.min(from, reach);
    const piece = text.slice(from - lead, from + most);
    const isLast = from + most >= text.length;
    const { replaced, length } = replaceIn(piece, form, { mark, from: lead, until: isLast ? piece.length : lead + most - reach });
    result += replaced;
    from += length;
  }
  return result;
}

/** Finds that begin from `from` on and before `until`. `length`: how far the piece is done, from there. */
function replaceIn(piece: string, form: RegExp, { mark, from, until }: { mark: string; from: number; until: number }): { replaced: string; length: number } {
  let replaced = '';
  let done = from;
  form.lastIndex = from;
  for (let found = form.exec(piece); found && found.index < until; found = form.exec(piece)) {
    if (found[0] === '') {
      form.lastIndex++;
      continue;
    }
    replaced += piece.slice(done, found.index) + mark;
    done = found.index + found[0].length;
  }
  const end = Math.max(done, until);
  return { replaced: replaced + piece.slice(done, end), length: end - from };
}
