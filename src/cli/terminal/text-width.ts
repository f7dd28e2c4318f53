/** How many cells of a terminal a text takes, and how to cut and fill it to a width. */

/**
 * East Asian Wide and Fullwidth (UAX #11), neighbouring ranges joined over unassigned code points. The wide symbols that are
 * emoji are not in it: `Emoji_Presentation` says them.
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2329, 0x232a], [0x2630, 0x2637], [0x268a, 0x268f], [0x2e80, 0x303e], [0x3041, 0x3247],
  [0x3250, 0x4dbf], [0x4dc0, 0xa4c6], [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b], [0xff01, 0xff60], [0xffe0, 0xffe6], [0x16fe0, 0x1b2fb], [0x1d300, 0x1d376], [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];
/** Hangul vowels and finals join the syllable before them. */
const JOINING = /[\u1160-\u11ff\ud7b0-\ud7fb]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
// Printable characters only.
const ASCII = /^[\x20-\x7e]*$/;

/** Cells that this text takes on one line. The text must be clean (see `clean-text.ts`). */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of toSegments(text)) width += graphemeWidth(segment);
  return width;
}

/** The text cut to at most `width` cells, with `…` for what is missing. */
export function cutToWidth(text: string, width: number): string {
  if (width <= 0) return '';
  if (ASCII.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  let used = 0;
  let kept = '';
  for (const { segment, index } of toSegments(text)) {
    const cells = graphemeWidth(segment);
    const isLast = index + segment.length === text.length;
    if (used + cells > width - (isLast ? 0 : 1)) {
      // What is left may still fit as a whole where the ellipsis would stand.
      return used + textWidth(text.slice(index)) <= width ? text : `${kept}…`;
    }
    used += cells;
    kept += segment;
  }
  return kept;
}

/** The text cut or filled with spaces to exactly `width` cells. */
export function fitToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutToWidth(text, width);
  const fill = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/** The text broken between words into lines of at most `width` cells; a longer word is broken anywhere. */
export function wrapToWidth(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = 0;
    for (const word of paragraph.split(/(?<= )/)) {
      for (const piece of used + textWidth(word.trimEnd()) <= width || textWidth(word) <= width ? [word] : graphemes(word)) {
        const cells = textWidth(piece);
        if (used > 0 && used + textWidth(piece.trimEnd()) > width) {
          lines.push(line.trimEnd());
          line = '';
          used = 0;
        }
        line += piece;
        used += cells;
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** Both take 10 ms to make: most command lines need neither. */
let segmenter: Intl.Segmenter | undefined;
let emojiSequence: RegExp | undefined;

function toSegments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function isEmojiSequence(grapheme: string): boolean {
  emojiSequence ??= new RegExp('^\\p{RGI_Emoji}$', 'v');
  return emojiSequence.test(grapheme);
}

function graphemes(text: string): string[] {
  return Array.from(toSegments(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  const isSingle = grapheme.length === String.fromCodePoint(grapheme.codePointAt(0) ?? 0).length;
  if (isSingle) return characterWidth(grapheme);
  if (isEmojiSequence(grapheme)) return 2;
  let width = 0;
  for (const character of grapheme) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (ZERO.test(character) || JOINING.test(character)) return 0;
  const point = character.codePointAt(0) ?? 0;
  if (WIDE.some(([first, last]) => point >= first && point <= last)) return 2;
  return /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}
