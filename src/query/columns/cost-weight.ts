/** What a request is worth, where costs only put things in an order. Pure. */
import type { Columns } from './columns.ts';

/** By unit. Credits and premium requests have no price that we know: they order what has no dollars. */
const WEIGHTS = [0, 1, 1, 1e-9, 1e-12];

/** Dollars, charged or not; then credits, then premium requests. Only an order: no page shows such a sum. */
export function toWeight({ amount, unit }: Columns['chats']['of'], at: number): number {
  return (amount[at] ?? 0) * (WEIGHTS[unit[at] ?? 0] ?? 0);
}
