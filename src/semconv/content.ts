/** How much of a text a level lets out. */
import type { ContentKind } from '../core/span.ts';
import type { ContentLevel, ContentPolicy } from '../core/sharing.ts';

/** Enough to recognise a prompt by, too little to leak a file; in code points, so that no character is cut in half. */
const PREVIEW_CHARACTERS = 200;
const ELLIPSIS = '…';
const SURROGATE = /[\uD800-\uDFFF]/;

/** One level for every kind of text. The names of tools are no text of a session: they stay unless they are hidden by name. */
export function toContentPolicy(level: ContentLevel): ContentPolicy {
  return { prompt: level, answer: level, reasoning: level, toolArguments: level, toolResult: level, toolName: 'full' };
}

/** Text of this kind as the policy lets it out: whole, its first 200 characters and an ellipsis, or not at all. */
export function limitContent(text: string | undefined, kind: ContentKind, policy: ContentPolicy): string | undefined {
  if (text === undefined || policy[kind] === 'full') return text;
  return policy[kind] === 'preview' ? toPreview(text) : undefined;
}

/** The first 200 characters and an ellipsis, or all of a text that is not longer. */
export function toPreview(text: string): string {
  if (text.length <= PREVIEW_CHARACTERS) return text;
  const head = text.slice(0, PREVIEW_CHARACTERS);
  if (!SURROGATE.test(head)) return `${head}${ELLIPSIS}`;
  // No code point is longer than two units: what lies behind twice the limit cannot matter.
  const points = Array.from(text.slice(0, 2 * PREVIEW_CHARACTERS + 2));
  return points.length <= PREVIEW_CHARACTERS ? text : `${points.slice(0, PREVIEW_CHARACTERS).join('')}${ELLIPSIS}`;
}
