/** Skills that sessions had on offer, by what they worked with when they began. */
import { compare } from '../../core/order.ts';
import { readConfigs, type ConfigDatabase } from '../../store/sqlite/config-rows.ts';
import type { Columns, Offer } from './columns.ts';

export interface OfferedSkill {
  /** In order. */
  agents: string[];
  /** Hashes, the one that was on offer first comes first. */
  versions: string[];
}

/** Reads what the configs of sessions offer, of those that are not known yet. A fingerprint never stands for something else. */
export function addOffers({ sessions, offers, words }: Columns, db: ConfigDatabase): void {
  const wanted = new Set<number>();
  for (let at = 0; at < sessions.length; at++) {
    const config = sessions.of.config[at] ?? 0;
    if (config !== 0 && !offers.has(config)) wanted.add(config);
  }
  const known = new Map([...offers.values()].flat().map((offer) => [offer.key, offer]));
  const parts = readConfigs(db, [...wanted].flatMap((config) => words.wordOf(config) ?? []));
  for (const config of wanted) {
    const skills = (parts.get(words.wordOf(config) ?? '') ?? []).filter(({ kind }) => kind === 'skill');
    offers.set(config, skills.map(({ name, hash }) => {
      const key = `${name}@${hash}`;
      const offer = known.get(key) ?? { name, hash, key };
      known.set(key, offer);
      return offer;
    }));
  }
}

/** The configs in which one of these skills is on offer with this text; undefined: nothing was asked. */
export function findOffering({ offers }: Columns, wanted: readonly string[] | undefined): ReadonlySet<number> | undefined {
  if (!wanted) return undefined;
  const keys = new Set(wanted);
  return new Set([...offers].filter(([, list]) => list.some(({ key }) => keys.has(key))).map(([config]) => config));
}

/** By name; `selected`: by turn 1 where it counts. Sessions of which nobody knows what they worked with offer nothing. */
export function findOfferedSkills(columns: Columns, selected: Uint8Array): Map<string, OfferedSkill> {
  const { offers, words } = columns;
  const skills = new Map<string, { agents: Set<string>; versions: Set<Offer> }>();
  const firsts = new Map<Offer, number>();
  for (const [config, { agents, first }] of findConfigs(columns, selected)) {
    for (const offer of offers.get(config) ?? []) {
      firsts.set(offer, Math.min(first, firsts.get(offer) ?? Infinity));
      if (agents.size === 0) continue;
      const skill = skills.get(offer.name) ?? { agents: new Set(), versions: new Set() };
      for (const agent of agents) skill.agents.add(words.wordOf(agent) ?? '');
      skill.versions.add(offer);
      skills.set(offer.name, skill);
    }
  }
  const firstOf = (offer: Offer): number => firsts.get(offer) ?? 0;
  return new Map([...skills].map(([name, { agents, versions }]) => {
    const inOrder = [...versions].sort((a, b) => firstOf(a) - firstOf(b) || compare(a.hash, b.hash));
    return [name, { agents: [...agents].sort(), versions: inOrder.map(({ hash }) => hash) }];
  }));
}

interface MetConfig {
  /** Words; of sessions that are selected. */
  agents: Set<number>;
  /** When it was first worked with, selected or not (Unix ms): what is the older of two texts no window decides. */
  first: number;
}

function findConfigs({ turns, sessions, derived }: Columns, selected: Uint8Array): Map<number, MetConfig> {
  const met = new Map<number, MetConfig>();
  for (let at = 0; at < turns.length; at++) {
    const top = derived.owner[at] ?? 0;
    const config = sessions.of.config[top] ?? 0;
    if (config === 0 || !turns.of.alive[at]) continue;
    let found = met.get(config);
    if (!found) met.set(config, (found = { agents: new Set(), first: Infinity }));
    found.first = Math.min(found.first, turns.of.start[at] ?? Infinity);
    if (selected[at]) found.agents.add(sessions.of.agent[top] ?? 0);
  }
  return met;
}
