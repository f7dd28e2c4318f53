/** Help on terminals of any width. */
import { textWidth, wrapToWidth } from './text-width.ts';

/** Narrower columns would hold a word or two. */
const LEAST_CELLS = 24;

/** The text with every line that is too long broken between words: what stands in a second column stays in it. */
export function fitHelp(text: string, width: number): string {
  return text.split('\n').flatMap((line) => (textWidth(line) > width ? breakLine(line, width) : [line])).join('\n');
}

function breakLine(line: string, width: number): string[] {
  const blanks = /^ */.exec(line)?.[0] ?? '';
  // Two blanks and more divide an example from what it does.
  const column = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0] ?? blanks;
  const head = textWidth(column) <= width - LEAST_CELLS ? column : blanks;
  const [first = '', ...rest] = wrapToWidth(line.slice(head.length), width - head.length);
  return [head + first, ...rest.map((one) => ' '.repeat(head.length) + one)];
}
