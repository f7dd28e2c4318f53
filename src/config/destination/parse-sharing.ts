/** What may leave for a destination: its `content`, one level for all texts or one for each kind. */
import type { ContentLevel, ContentPolicy, SharedKind } from '../../core/sharing.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { choose, type Entry } from './entry.ts';

export const CONTENT_LEVELS = ['none', 'preview', 'full'] as const satisfies readonly ContentLevel[];
export const SHARED_KINDS = ['prompt', 'answer', 'reasoning', 'toolName', 'toolArguments', 'toolResult'] as const satisfies readonly SharedKind[];

/** Only what is said: kinds that are not named are absent. A level or kind that cannot be read lets nothing out. */
export function readContent(entry: Entry): Partial<ContentPolicy> | undefined {
  const value = entry.fields.content;
  if (value === undefined || value === null) return undefined;
  // A level that cannot be read sends nothing.
  if (typeof value !== 'object') return toContentPolicy(choose(entry, 'content', CONTENT_LEVELS, 'none') ?? 'none');
  if (Array.isArray(value)) {
    entry.tell('content', `"content" must be ${CONTENT_LEVELS.join(' or ')}, or one of them for each of ${SHARED_KINDS.join(', ')}`);
    return toContentPolicy('none');
  }
  const policy: Partial<Record<SharedKind, ContentLevel>> = {};
  for (const [key, told] of Object.entries(value as Record<string, unknown>)) {
    const kind = SHARED_KINDS.find((known) => known === key);
    const level = CONTENT_LEVELS.find((known) => known === told);
    if (!kind || !level) entry.tell('content', `"content" has kinds (${SHARED_KINDS.join(', ')}), each with ${CONTENT_LEVELS.join(' or ')}; "${key}" has not`);
    if (kind) policy[kind] = level ?? 'none';
    // It may have been meant for any of them.
    else return toContentPolicy('none');
  }
  return policy;
}
