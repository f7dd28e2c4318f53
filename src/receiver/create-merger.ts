/** Which groups of a request are an agent's, and what is left of them when it has taken what it can. */
import { createHash } from 'node:crypto';
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
  /** The owner of each source of one request; only those that are not known are asked for. */
  const findOwners = async (groups: readonly TelemetryGroup[]): Promise<ReadonlyMap<string, string | null>> => {
    const sources = new Map(groups.map(({ source }) => [keyOf(source), source]));
    // A map of its own: another request may clear what is remembered meanwhile.
    const found = new Map<string, string | null>();
    for (const key of sources.keys()) {
      const owner = owners.get(key);
      if (owner !== undefined) found.set(key, owner);
    }
    const unknown = [...sources].filter(([key]) => !found.has(key));
    if (unknown.length === 0) return found;
    const told = (await ask({ type: 'owners', sources: unknown.map(([, source]) => source) })) as (string | null)[];
    if (owners.size >= MOST_REMEMBERED) owners.clear();
    unknown.forEach(([key], index) => {
      found.set(key, told[index] ?? null);
      owners.set(key, told[index] ?? null);
    });
    return found;
  };
  const mergeOne = async (group: TelemetryGroup, agent: string | null | undefined): Promise<TelemetryGroup> => {
    if (typeof agent !== 'string') return group;
    const used = (await ask({ type: 'records', agent, source: group.source, records: toRecords(group) })) as number[];
    return { ...removeUsed(group, used), agent };
  };
  return {
    areForeign: (groups) => groups.every(({ source }) => owners.get(keyOf(source)) === null),
    async merge(groups) {
      const own = await findOwners(groups);
      const merged: TelemetryGroup[] = [];
      for (const group of groups) merged.push(await mergeOne(group, own.get(keyOf(group.source))));
      return merged;
    },
  };
}

/** What an agent is known by: its service, its scope, its resource; as a digest, for a resource may be megabytes. */
function keyOf({ service, scope, resource }: TelemetrySource): string {
  const text = JSON.stringify([service, scope, resource], (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return createHash('sha256').update(text).digest('base64');
}
