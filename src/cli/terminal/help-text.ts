/** Help on terminals of any width. */
import { textWidth, wrapToWidth } from './text-width.ts';

/** Narrower columns would hold a word or two. */
const LEAST_CELLS = 24;

/** The text with every line that is too long broken between words: what stands in a second column stays in it, sentences flow on. */
export function fitHelp(text: string, width: number): string {
  return toParagraphs(text.split('\n')).flatMap((lines) => {
    if (lines.every((line) => textWidth(line) <= width)) return lines;
    return breakLine(lines.map((line, i) => (i === 0 ? line : line.trimStart())).join(' '), width);
  }).join('\n');
}

interface Paragraph {
  lines: string[];
  /** How its next line would begin: a sentence goes on at the margin, what stands in a second column below itself. Undefined: it has none. */
  next: RegExp | undefined;
}

/** Lines that were broken by hand belong together; every other line stands alone. */
function toParagraphs(lines: readonly string[]): string[][] {
  const paragraphs: Paragraph[] = [];
  for (const line of lines) {
    const open = paragraphs.at(-1);
    // A line that begins with what it explains begins anew.
    const isAnew = /^["✗⊘]/.test(line) && /[.:]$/.test(open?.lines.at(-1) ?? '');
    if (open?.next?.test(line) && !isAnew) open.lines.push(line);
    else paragraphs.push({ lines: [line], next: toNext(line) });
  }
  return paragraphs.map(({ lines: own }) => own);
}

const PROSE = /^["✗⊘A-Za-z(](?!.*(?: {2}|:$))/;

function toNext(line: string): RegExp | undefined {
  if (PROSE.test(line)) return line.startsWith('Usage:') ? undefined : PROSE;
  const column = JSON_SHAPE.test(line) ? JSON_COLUMN : (COLUMN.exec(line)?.[0].length ?? 0);
  return column === 0 ? undefined : new RegExp(`^ {${column},}\\S`);
}

/** Two blanks and more divide an example from what it does. */
const COLUMN = /^ *\S+(?: \S+)* {2,}(?=\S)/;
/** `--json: {…}`: what it prints; its further lines stand behind the bracket. */
const JSON_SHAPE = /^--json: [{"]/;
const JSON_COLUMN = '--json: '.length;

function breakLine(line: string, width: number): string[] {
  const blanks = /^ */.exec(line)?.[0] ?? '';
  const column = JSON_SHAPE.test(line) ? line.slice(0, JSON_COLUMN) : (COLUMN.exec(line)?.[0] ?? blanks);
  const head = textWidth(column) <= width - LEAST_CELLS ? column : blanks;
  const [first = '', ...rest] = wrapToWidth(line.slice(head.length), width - head.length);
  return [head + first, ...rest.map((one) => ' '.repeat(head.length) + one)];
}
