/** Help on terminals of any width. */
import { textWidth, wrapToWidth } from './text-width.ts';

/** Narrower columns would hold a word or two. */
const LEAST_CELLS = 24;

/** The text with every line that is too long broken between words: what stands in a second column stays in it, sentences flow on. */
export function fitHelp(text: string, width: number): string {
  return toParagraphs(text.split('\n')).flatMap((lines) => {
    if (lines.every((line) => textWidth(line) <= width)) return lines;
    return breakLine(lines.join(' '), width);
  }).join('\n');
}

/** Lines of sentences that follow each other belong together; every other line stands alone. */
function toParagraphs(lines: readonly string[]): string[][] {
  const paragraphs: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    const isProse = /^[A-Za-z(]/.test(line) && !/ {2}|:$/.test(line) && !line.startsWith('Usage:');
    if (isProse && isOpen) paragraphs.at(-1)?.push(line);
    else paragraphs.push([line]);
    isOpen = isProse;
  }
  return paragraphs;
}

function breakLine(line: string, width: number): string[] {
  const blanks = /^ */.exec(line)?.[0] ?? '';
  // Two blanks and more divide an example from what it does.
  const column = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0] ?? blanks;
  const head = textWidth(column) <= width - LEAST_CELLS ? column : blanks;
  const [first = '', ...rest] = wrapToWidth(line.slice(head.length), width - head.length);
  return [head + first, ...rest.map((one) => ' '.repeat(head.length) + one)];
}
