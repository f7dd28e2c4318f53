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

/** What nobody told has no part. */
export type TokenParts = Partial<Record<(typeof TOKEN_PARTS)[number]['key'], number>>;

/** Undefined: nothing is told. Where no cache is told of, all input counts as neither read from one nor written to one. */
export function toTokenParts({ input, output, cacheRead, cacheCreation }: TokenFigures): TokenParts | undefined {
  if (input === undefined && output === undefined) return undefined;
  const fresh = input === undefined ? undefined : Math.max(0, input - (cacheRead ?? 0) - (cacheCreation ?? 0));
  const parts = { output, fresh, cacheCreation, cacheRead };
  return Object.fromEntries(Object.entries(parts).filter(([, tokens]) => tokens !== undefined)) as TokenParts;
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
