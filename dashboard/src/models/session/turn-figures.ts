/** Tokens and cost of turns as what is drawn of them. Pure. */
import type { TokenFigures } from '../../../../src/query/api/figures.ts';
import type { TurnRow } from '../../../../src/query/api/session.ts';

/** From the top of a bar down. `fresh`: input that was neither read from a cache nor written to one. */
export const TOKEN_PARTS = [
  { key: 'output', label: 'output' },
  { key: 'fresh', label: 'input' },
  { key: 'cacheCreation', label: 'written to a cache' },
  { key: 'cacheRead', label: 'read from a cache' },
] as const;

export type TokenParts = Record<(typeof TOKEN_PARTS)[number]['key'], number>;

/** Undefined: nothing is told. */
export function toTokenParts({ input, output, cacheRead = 0, cacheCreation = 0 }: TokenFigures): TokenParts | undefined {
  if (input === undefined && output === undefined) return undefined;
  return { cacheRead, cacheCreation, fresh: Math.max(0, (input ?? 0) - cacheRead - cacheCreation), output: output ?? 0 };
}

const UNITS = ['usd', 'equivalentUsd', 'credits', 'premiumRequests'] as const;
export type CostUnit = (typeof UNITS)[number];

/** Costs of the turns in the unit that most of them have: units are never mixed on one axis. */
export function toCostSeries(turns: readonly Pick<TurnRow, 'cost'>[]): { unit: CostUnit | undefined; values: (number | undefined)[] } {
  const counts = UNITS.map((unit) => turns.filter(({ cost }) => cost[unit] !== undefined).length);
  const most = Math.max(...counts);
  const unit = most === 0 ? undefined : UNITS[counts.indexOf(most)];
  return { unit, values: unit === undefined ? [] : turns.map(({ cost }) => cost[unit]) };
}
