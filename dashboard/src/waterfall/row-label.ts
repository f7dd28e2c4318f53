/** What stands beside the bar of a row. Pure. */
import { formatDuration, plural } from '../models/format.ts';
import { formatCost, formatTokenSum } from '../models/waterfall/format.ts';
import { isEndless, KIND, OUTCOME, runMillis, waitMillis } from '../models/waterfall/span-tree.ts';
import type { Layout } from './layout.ts';
import { NO_END } from './row-text.ts';

/** Run time where it is told, the waiting apart from it; of turns and subagents what they came to. Empty: nothing is told. */
export function toLabel({ tree, sums, serialGroups }: Layout, row: number): string {
  const wait = waitMillis(tree, row);
  const run = runMillis(tree, row);
  const sum = tree.kind[row] === KIND.agent ? sums.get(row) : undefined;
  const group = serialGroups.get(row);
  const isRefused = tree.outcome[row] === OUTCOME.denied;
  const parts = [
    isRefused ? 'denied' : tree.kind[row] === KIND.permission ? undefined : isEndless(tree, row) ? NO_END : run === undefined ? undefined : formatDuration(run),
    wait > 0 ? `${formatDuration(wait)} waiting` : undefined,
    sum && plural(sum.calls, 'call'),
    sum && formatTokenSum(sum.tokens),
    sum && formatCost(sum.cost),
    group?.rows[0] === row ? `∥ ${group.rows.length} could have run at once, saving an estimated ${formatDuration(Math.max(group.savedMillis, 1))} to ${formatDuration(group.savedUpToMillis)}` : group ? '∥' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
