/** The commands that a page of the docs shows, as they can be run: placeholders filled in, addresses of others led to this machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface DocumentedCommand {
  /** As the page has it. */
  shown: string;
  /** Arguments behind `spoor`. */
  words: string[];
}

export interface Substitutes {
  /** Placeholder → what stands for it. */
  words: Readonly<Record<string, string>>;
  /** Where every destination leads that is added. */
  url: string;
}

/** Lines of its code blocks that begin with `spoor`, in their order, and commands in its tables. */
export function readCommands(page: string, { words, url }: Substitutes): DocumentedCommand[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const shown = [...readBlocks(text), ...[...text.matchAll(/`(spoor [^`]+)`/g)].map(([, command = '']) => command)];
  return [...new Set(shown)].filter((command) => isWhole(command)).map((command) => ({ shown: command, words: toWords(command, { words, url }) }));
}

/** Code blocks without a language; what stands behind two blanks is said of the command. */
function readBlocks(text: string): string[] {
  const blocks = [...text.matchAll(/^( *)```\n([\s\S]*?)^\1```$/gm)].map(([, , block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.trim())).filter((line) => line.startsWith('spoor ')).map((line) => line.split(/ {2,}/)[0] ?? line);
}

/** `spoor doctor`, and not what only names a command: `spoor` alone or with an ellipsis. */
function isWhole(command: string): boolean {
  return !command.includes('<') && (!command.includes('…') || command.startsWith('spoor destination add'));
}

function toWords(command: string, { words, url }: Substitutes): string[] {
  const filled = command.split(' ').slice(1).map((word) => words[word] ?? word.replace('…', 'example'));
  if (filled[0] !== 'destination' || filled[1] !== 'add' || filled.includes('--from-arize')) return filled;
  const at = filled.indexOf('--url');
  if (at !== -1) filled.splice(at, 2);
  return [...filled, '--url', url];
}
