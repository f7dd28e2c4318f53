/** Costs in an order. Pure. */
import type { CostFigures } from '../../../src/query/api/figures.ts';

/** Credits and premium requests have no price that we know: they order, below all that has dollars, what has none. As the server orders sessions (`toWeight`). */
const [CREDITS, PREMIUM] = [1e-9, 1e-12];

/** What a table sorts by, and nothing to be shown: undefined where nothing is told. */
export function toCostRank({ usd, equivalentUsd, credits, premiumRequests }: CostFigures): number | undefined {
  if ([usd, equivalentUsd, credits, premiumRequests].every((one) => one === undefined)) return undefined;
  return (usd ?? 0) + (equivalentUsd ?? 0) + (credits ?? 0) * CREDITS + (premiumRequests ?? 0) * PREMIUM;
}
