/** What of a session's texts and names may leave the machine: decided per destination, applied to spans before a dialect sees them. Types only. */
import type { ContentKind } from './span.ts';

/** none: it stays at home · preview: its first 200 characters · full */
export type ContentLevel = 'none' | 'preview' | 'full';

/** The texts of a span, and the names of tools. */
export type SharedKind = ContentKind | 'toolName';

export type ContentPolicy = Readonly<Record<SharedKind, ContentLevel>>;

export interface Sharing {
  content: ContentPolicy;
}
