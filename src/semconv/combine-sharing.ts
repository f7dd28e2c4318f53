/** What several places say of what may leave → one `Sharing`. What one of them takes out, none of the others brings back. Pure. */
import type { ContentLevel, ContentPolicy, Hashing, SharedKind, Sharing, SharingRule, ShellSharing } from '../core/sharing.ts';

const RANK: Readonly<Record<ContentLevel, number>> = { none: 0, preview: 1, full: 2 };
const TEXTS = ['prompt', 'answer', 'reasoning', 'toolArguments', 'toolResult'] as const satisfies readonly SharedKind[];

/** A rule for some sessions over what holds for all: its levels count, what it takes out is taken out as well. */
export function addRule(sharing: Sharing, { content, ...taken }: SharingRule): Sharing {
  const levels = content ? { content: { ...sharing.content, ...content }, said: union(sharing.said, Object.keys(content) as SharedKind[]) } : {};
  return { ...sharing, ...levels, ...takenOut(sharing, taken) };
}

/** What holds for every destination, below what one says itself: levels for kinds that it does not name. */
export function addDefaults(sharing: Sharing, { content = {}, ...taken }: SharingRule): Sharing {
  const { said = [] } = sharing;
  const unsaid = Object.entries(content).filter(([kind]) => !said.includes(kind as SharedKind)) as [SharedKind, ContentLevel][];
  const levels = unsaid.length === 0 ? {} : { content: { ...sharing.content, ...Object.fromEntries(unsaid) }, said: union(said, unsaid.map(([kind]) => kind)) };
  return { ...sharing, ...levels, ...takenOut(sharing, taken) };
}

/** What the shell of a turn says, over the destination's own: it restricts whatever that says, and lifts only what nobody wrote down. */
export function addShell(sharing: Sharing, { withheld = [], shown = [], input, atMost }: ShellSharing): Sharing {
  const { said = [] } = sharing;
  const content: Record<SharedKind, ContentLevel> = { ...sharing.content };
  const isLifted = (kind: SharedKind): boolean => shown.includes(kind) && !said.includes(kind);
  for (const kind of Object.keys(content) as SharedKind[]) if (isLifted(kind)) content[kind] = 'full';
  if (atMost) for (const kind of TEXTS) content[kind] = lower(content[kind], atMost);
  for (const kind of withheld) content[kind] = 'none';
  // Details were lifted, and nobody said that the whole input may go along.
  const withholdsInput = input === 'withheld' || (isLifted('toolArguments') && sharing.content.toolArguments === 'none' && input !== 'shown');
  return { ...sharing, content, ...(withholdsInput ? { withholdsInput } : {}) };
}

/** The levels that count. */
export function toPolicy({ content, isSealed }: Sharing): ContentPolicy {
  return isSealed ? { prompt: 'none', answer: 'none', reasoning: 'none', toolName: 'none', toolArguments: 'none', toolResult: 'none' } : content;
}

function takenOut(one: Sharing, two: Omit<SharingRule, 'content'>): Pick<Sharing, 'redact' | 'hash' | 'isSealed'> {
  const redact = [...(one.redact ?? []), ...(two.redact ?? [])];
  const hash = joinHashing(one.hash, two.hash);
  return { ...(redact.length > 0 ? { redact } : {}), ...(hash ? { hash } : {}), ...(one.isSealed || two.isSealed ? { isSealed: true } : {}) };
}

function joinHashing(one: Hashing | undefined, two: Hashing | undefined): Hashing | undefined {
  return one && two ? { kinds: union(one.kinds, two.kinds), key: one.key } : (one ?? two);
}

function union<T>(one: readonly T[] = [], two: readonly T[]): T[] {
  return [...new Set([...one, ...two])];
}

function lower(one: ContentLevel, two: ContentLevel): ContentLevel {
  return RANK[one] <= RANK[two] ? one : two;
}
