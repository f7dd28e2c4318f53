/**
 * What of a session's texts and names may leave the machine: decided per destination, applied to spans before a dialect sees them. Plain
 * data; what it does is in `semconv/share.ts`.
 */
import type { ContentKind } from './span.ts';

/** none: it stays at home · preview: its first 200 characters · full */
export type ContentLevel = 'none' | 'preview' | 'full';

/** The texts of a span, and the names of tools. */
export type SharedKind = ContentKind | 'toolName';

export type ContentPolicy = Readonly<Record<SharedKind, ContentLevel>>;

/** A text of the user's own that leaves for nowhere: what it finds becomes `[redacted:<name>]`. */
export interface OwnPattern {
  name: string;
  /** A regular expression as JavaScript has it; checked by `core/safe-pattern.ts`. */
  pattern: string;
  /** `i`, `m`, `s`, `u`, or none. */
  flags?: string;
}

/** paths: each of their segments · emails: addresses, in texts as well */
export type HashedKind = 'paths' | 'emails';

export interface Hashing {
  kinds: readonly HashedKind[];
  /** Made once per SPOOR_HOME, so that nobody else can try out names. Never shown. */
  key: string;
}

export interface Sharing {
  content: ContentPolicy;
  /** The kinds whose level was written down for this destination: no shell lifts them. */
  said?: readonly SharedKind[];
  /** A call's arguments as a whole stay here, though its purpose, path, command and URL may leave. */
  withholdsInput?: true;
  redact?: readonly OwnPattern[];
  hash?: Hashing;
  /** What should be taken out cannot be told: nothing of the content leaves, whatever else is said. */
  isSealed?: true;
}

/** What one place of the configuration says: levels for some kinds, and what is taken out besides. */
export interface SharingRule extends Pick<Sharing, 'redact' | 'hash' | 'isSealed'> {
  content?: Partial<ContentPolicy>;
}

/** What the variables of a shell say. Absent: nothing. */
export interface ShellSharing {
  /** These leave nowhere. */
  withheld?: readonly SharedKind[];
  /** These leave whole where the destination's own configuration does not say how much of them. */
  shown?: readonly SharedKind[];
  /** Whether a call's arguments may leave as a whole. */
  input?: 'withheld' | 'shown';
  /** No more than this of anything. */
  atMost?: ContentLevel;
}
