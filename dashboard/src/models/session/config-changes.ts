/** What of an agent's configuration is another than in the session before. Pure. */
import type { ConfigPart } from '../../../../src/query/api/session.ts';

export interface ConfigLine extends ConfigPart {
  /** same: also where there is no session before to compare with. */
  change: 'same' | 'added' | 'removed' | 'changed';
}

/** Every part of both, by kind and name. */
export function toConfigLines(parts: readonly ConfigPart[], before?: readonly ConfigPart[]): ConfigLine[] {
  const keyOf = ({ kind, name }: ConfigPart): string => `${kind} ${name}`;
  const old = new Map(before?.map((part) => [keyOf(part), part]));
  const now = new Set(parts.map(keyOf));
  const lines = parts.map((part): ConfigLine => {
    const was = old.get(keyOf(part));
    return { ...part, change: before === undefined || was?.hash === part.hash ? 'same' : was ? 'changed' : 'added' };
  });
  const removed = (before ?? []).filter((part) => !now.has(keyOf(part))).map((part): ConfigLine => ({ ...part, change: 'removed' }));
  return [...lines, ...removed].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}
