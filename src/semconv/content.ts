/** What of a span's text may leave the machine. */
import type { ContentKind } from '../core/span.ts';
import type { ContentPolicy } from './dialect.ts';

/** Enough to recognise a prompt by, too little to leak a file; in code points, so that no character is cut in half. */
const PREVIEW_CHARACTERS = 200;
const ELLIPSIS = '…';

/** One level for every kind of text. */
export function toContentPolicy(level: ContentPolicy[ContentKind]): ContentPolicy {
  return { prompt: level, answer: level, reasoning: level, toolArguments: level, toolResult: level };
}

/** Text of this kind as the policy lets it out: whole, its first 200 characters and an ellipsis, or not at all. */
export function limitContent(text: string | undefined, kind: ContentKind, policy: ContentPolicy): string | undefined {
  if (text === undefined || policy[kind] === 'full') return text;
  return policy[kind] === 'preview' ? toPreview(text) : undefined;
}

/** The same for a list of texts: each is cut by itself. */
export function limitContents(texts: readonly string[] | undefined, kind: ContentKind, policy: ContentPolicy): string[] | undefined {
  if (texts === undefined || texts.length === 0 || policy[kind] === 'none') return undefined;
  return texts.map((text) => limitContent(text, kind, policy) ?? '');
}

function toPreview(text: string): string {
  if (text.length <= PREVIEW_CHARACTERS) return text;
  // No code point is longer than two units: what lies behind twice the limit cannot matter.
  const points = Array.from(text.slice(0, 2 * PREVIEW_CHARACTERS + 2));
  return points.length <= PREVIEW_CHARACTERS ? text : `${points.slice(0, PREVIEW_CHARACTERS).join('')}${ELLIPSIS}`;
}
