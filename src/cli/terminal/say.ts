/** Sentences for a person. */
import type { Output } from '../context.ts';
import { wrapToWidth } from './text-width.ts';

/** Writes it as a line of its own; on a terminal, broken between words. Elsewhere it stays one line, so that programs find it. */
export async function say(output: Output, sentence: string, indent = ''): Promise<void> {
  const lines = output.isTerminal ? wrapToWidth(sentence, output.columns - indent.length) : [sentence];
  await output.write(`${lines.map((line) => indent + line).join('\n')}\n`);
}
