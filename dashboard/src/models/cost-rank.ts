/** Costs in an order. Pure. */
import type { CostFigures } from '../../../src/query/api/figures.ts';

/** Credits and premium requests have no price that we know: they order, below all that has dollars, what has none. As the server orders sessions. */
const WITHOUT_DOLLARS = 1e-9;

/** What a table sorts by, and nothing to be shown: undefined where nothing is told. */
export function toCostRank({ usd, equivalentUsd, credits, premiumRequests }: CostFigures): number | undefined {
  if (usd !== undefined || equivalentUsd !== undefined) return (usd ?? 0) + (equivalentUsd ?? 0);
  const other = credits ?? premiumRequests;
  return other === undefined ? undefined : other * WITHOUT_DOLLARS;
}
