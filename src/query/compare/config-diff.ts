/** What the configs of two cohorts have and have not in common. Pure. */
import type { CompareAnswer } from '../api/compare.ts';
import type { ConfigPart } from '../../core/config-part.ts';

/** One set of parts, and how many sessions of a cohort worked with it. */
export interface CountedConfig {
  parts: readonly ConfigPart[];
  sessions: number;
}

/** What most sessions of a side had counts for that side: a part that few had is of neither. */
export function toConfigDiff(a: readonly CountedConfig[], b: readonly CountedConfig[]): CompareAnswer['config'] {
  const [usualA, usualB] = [toUsual(a), toUsual(b)];
  const diff: CompareAnswer['config'] = { onlyA: [], onlyB: [], changed: [] };
  if (a.length === 0 || b.length === 0) return diff;
  for (const [key, part] of usualA) {
    const other = usualB.get(key);
    if (!other) diff.onlyA.push(part);
    else if (other.hash !== part.hash) diff.changed.push({ kind: part.kind, name: part.name, a: part.hash, b: other.hash });
  }
  for (const [key, part] of usualB) if (!usualA.has(key)) diff.onlyB.push(part);
  return diff;
}

/** By kind and name: the part as most sessions had it, unless most had none. */
function toUsual(configs: readonly CountedConfig[]): Map<string, ConfigPart> {
  const all = configs.reduce((sum, { sessions }) => sum + sessions, 0);
  const counts = new Map<string, Map<string, { part: ConfigPart; sessions: number }>>();
  for (const { parts, sessions } of configs) {
    for (const part of parts) {
      const key = `${part.kind}\0${part.name}`;
      const byHash = counts.get(key) ?? new Map<string, { part: ConfigPart; sessions: number }>();
      byHash.set(part.hash, { part, sessions: (byHash.get(part.hash)?.sessions ?? 0) + sessions });
      counts.set(key, byHash);
    }
  }
  const usual = new Map<string, ConfigPart>();
  for (const [key, byHash] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [first] = [...byHash.values()].sort((one, other) => other.sessions - one.sessions);
    const having = [...byHash.values()].reduce((sum, { sessions }) => sum + sessions, 0);
    if (first && having * 2 > all) usual.set(key, first.part);
  }
  return usual;
}
