/** What may leave for a destination: `content`, one level for all texts or one for each kind; what is taken out of it by `redact` and `hash`. */
import type { ContentLevel, ContentPolicy, HashedKind, Hashing, OwnPattern, SharedKind, SharingRule } from '../../core/sharing.ts';
import { findPatternFault } from '../../core/safe-pattern.ts';
import { toContentPolicy } from '../../semconv/content.ts';
import { choose, isSaid, readTexts, type Entry, type PathContext } from './entry.ts';

export const CONTENT_LEVELS = ['none', 'preview', 'full'] as const satisfies readonly ContentLevel[];
export const SHARED_KINDS = ['prompt', 'answer', 'reasoning', 'toolName', 'toolArguments', 'toolResult'] as const satisfies readonly SharedKind[];
const HASHED_KINDS = ['paths', 'emails'] as const satisfies readonly HashedKind[];

/** The keys that `readSharing` reads. */
export const SHARING_KEYS = ['content', 'redact', 'hash'] as const;

/** Only what is said. What cannot be read takes everything out: it may have been meant for any of it. */
export function readSharing(entry: Entry, context: PathContext): SharingRule {
  const content = readContent(entry);
  const redact = readPatterns(entry);
  const hash = readHashing(entry, context);
  const isSealed = redact === 'unreadable' || hash === 'unreadable' || entry.hasUnknownKey === true;
  return {
    ...(content ? { content } : {}),
    ...(redact && redact !== 'unreadable' ? { redact } : {}),
    ...(hash && hash !== 'unreadable' ? { hash } : {}),
    ...(isSealed ? { isSealed } : {}),
  };
}

/** Only what is said: kinds that are not named are absent. A level or kind that cannot be read lets nothing out. */
function readContent(entry: Entry): Partial<ContentPolicy> | undefined {
  const value = entry.fields.content;
  if (value === undefined || value === null) return undefined;
  // A level that cannot be read sends nothing.
  if (typeof value !== 'object') return toTexts(choose(entry, 'content', CONTENT_LEVELS, 'none') ?? 'none');
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

/** One level is about texts: the names of tools are as they would be without it. */
function toTexts(level: ContentLevel): Partial<ContentPolicy> {
  const { toolName: _name, ...texts } = toContentPolicy(level);
  return texts;
}

/** Stands in what is sent, and in messages. */
const PATTERN_NAME = /^[A-Za-z0-9][\w-]{0,39}$/;

function readPatterns(entry: Entry): OwnPattern[] | 'unreadable' | undefined {
  if (!isSaid(entry, 'redact')) return undefined;
  const { redact } = entry.fields;
  const patterns = (Array.isArray(redact) ? (redact as unknown[]) : [redact]).map((value, index) => readPattern(entry, value, index));
  return patterns.every((pattern) => pattern !== undefined) ? patterns : 'unreadable';
}

/** A text is a pattern called `own`, or `own-2` and so on. */
function readPattern(entry: Entry, value: unknown, index: number): OwnPattern | undefined {
  const told: Partial<Record<string, unknown>> = typeof value === 'string' ? { pattern: value } : value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  const { pattern, flags, name = index === 0 ? 'own' : `own-${index + 1}` } = told;
  const tell = (what: string): undefined => {
    entry.tell('redact', `pattern ${index + 1} of "redact" ${what}; none of the content is sent`);
    return undefined;
  };
  if (Object.keys(told).some((key) => !['name', 'pattern', 'flags'].includes(key)) || typeof pattern !== 'string') return tell('must be a regular expression, or have "pattern" with "name" and "flags"');
  if (typeof name !== 'string' || !PATTERN_NAME.test(name)) return tell('has a "name" other than of up to 40 letters, digits, "_" and "-"');
  if (flags !== undefined && typeof flags !== 'string') return tell('has "flags" that are no text');
  const fault = findPatternFault(pattern, flags);
  if (fault) return tell(fault);
  return { name, pattern, ...(flags ? { flags } : {}) };
}

function readHashing(entry: Entry, { hashKey }: PathContext): Hashing | 'unreadable' | undefined {
  if (!isSaid(entry, 'hash')) return undefined;
  const kinds = (readTexts(entry, 'hash') ?? ['']).map((told) => HASHED_KINDS.find((kind) => kind === told));
  if (!kinds.every((kind) => kind !== undefined)) {
    entry.tell('hash', `"hash" must be ${HASHED_KINDS.join(' or ')}, or both in a list; none of the content is sent`);
    return 'unreadable';
  }
  const key = hashKey?.();
  if (key === undefined && hashKey) entry.tell('hash', 'the key of "hash" can be neither read nor written (secrets/hash.key); none of the content is sent');
  return key === undefined ? 'unreadable' : { kinds, key };
}
