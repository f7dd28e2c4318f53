/** The texts of a span, as `show --full` prints them under its row. Pure. */
import type { ContentKind, Span } from '../../core/span.ts';
import { toPlainBlock } from './clean-text.ts';
import type { Piece } from './palette.ts';
import { wrapToWidth } from './text-width.ts';

const NAMES: Readonly<Record<ContentKind, string>> = {
  prompt: 'prompt',
  reasoning: 'reasoning',
  answer: 'answer',
  toolArguments: 'arguments',
  toolResult: 'result',
};

export const ALL_KINDS = Object.keys(NAMES) as ContentKind[];

/** The span's texts of these kinds in full, wrapped, indented under a row of this depth. */
export function toContentLines(span: Span, kinds: readonly ContentKind[], { depth, width }: { depth: number; width: number }): Piece[][] {
  const indent = `  ${'│ '.repeat(depth)}  `;
  return kinds.flatMap((kind) => {
    const text = span.content[kind];
    if (text === undefined || text.trim() === '') return [];
    const lines = wrapToWidth(toPlainBlock(text).trimEnd(), Math.max(20, width - indent.length - 2));
    return [
      [{ text: `${indent}${NAMES[kind]}`, tone: 'agent' as const }],
      ...lines.map((line): Piece[] => [
        { text: `${indent}┆ `, tone: 'dim' },
        { text: line, tone: 'plain' },
      ]),
    ];
  });
}
