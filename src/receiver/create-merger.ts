/** Which groups of a request are an agent's, and what is left of them when it has taken what it can. */
import type { TelemetrySource } from '../core/telemetry.ts';
import type { Question } from './messages.ts';
import type { TelemetryGroup } from './telemetry-group.ts';
import { removeUsed, toRecords } from './to-records.ts';

/** Sources whose owner is remembered: see `source-rows.ts`. */
const MOST_REMEMBERED = 1000;

export interface Merger {
  /** Whether it is known already that no agent sent any of it. */
  areForeign(groups: readonly TelemetryGroup[]): boolean;
  /** Has agents take what is theirs. Rejects where that cannot be told now. */
  merge(groups: readonly TelemetryGroup[]): Promise<TelemetryGroup[]>;
}

export function createMerger(ask: (question: Question) => Promise<unknown>): Merger {
  const owners = new Map<string, string | null>();
  const mergeOne = async (group: TelemetryGroup, agent: string | null | undefined): Promise<TelemetryGroup> => {
    if (typeof agent !== 'string') return group;
    const used = (await ask({ type: 'records', agent, source: group.source, records: toRecords(group) })) as number[];
    return { ...removeUsed(group, used), agent };
  };
  return {
    areForeign: (groups) => groups.every(({ source }) => owners.get(keyOf(source)) === null),
    async merge(groups) {
      const sources = new Map(groups.map(({ source }) => [keyOf(source), source]));
      const told = (await ask({ type: 'owners', sources: [...sources.values()] })) as (string | null)[];
      if (owners.size >= MOST_REMEMBERED) owners.clear();
      // Its own answer, not what is remembered: another request may have cleared that meanwhile.
      const own = new Map([...sources.keys()].map((key, index) => [key, told[index] ?? null]));
      for (const [key, agent] of own) owners.set(key, agent);
      const merged: TelemetryGroup[] = [];
      for (const group of groups) merged.push(await mergeOne(group, own.get(keyOf(group.source))));
      return merged;
    },
  };
}

/** What an agent is known by: its service, its scope, its resource. */
function keyOf({ service, scope, resource }: TelemetrySource): string {
  return JSON.stringify([service, scope, resource], (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
