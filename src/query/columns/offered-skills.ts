/** Skills that sessions had on offer, by what they worked with when they began. */
import { readConfigs, type ConfigDatabase } from '../../store/sqlite/config-rows.ts';
import type { Columns } from './columns.ts';

export interface OfferedSkill {
  agents: Set<string>;
  /** Hashes of its folder, as those sessions had it. */
  versions: Set<string>;
}

/** By name; `selected`: by turn 1 where it counts. Sessions of which nobody knows what they worked with offer nothing. */
export function findOfferedSkills({ turns, sessions, derived, words }: Columns, selected: Uint8Array, db: ConfigDatabase): Map<string, OfferedSkill> {
  const agentsOf = new Map<number, Set<string>>();
  for (let at = 0; at < turns.length; at++) {
    const top = derived.top[turns.of.session[at] ?? 0] ?? 0;
    const config = sessions.of.config[top] ?? 0;
    if (!selected[at] || config === 0) continue;
    const agents = agentsOf.get(config) ?? new Set<string>();
    agentsOf.set(config, agents.add(words.wordOf(sessions.of.agent[top] ?? 0) ?? ''));
  }
  const parts = readConfigs(db, [...agentsOf.keys()].flatMap((config) => words.wordOf(config) ?? []));
  const skills = new Map<string, OfferedSkill>();
  for (const [config, agents] of agentsOf) {
    for (const { kind, name, hash } of parts.get(words.wordOf(config) ?? '') ?? []) {
      if (kind !== 'skill') continue;
      const skill = skills.get(name) ?? { agents: new Set(), versions: new Set() };
      for (const agent of agents) skill.agents.add(agent);
      skill.versions.add(hash);
      skills.set(name, skill);
    }
  }
  return skills;
}
