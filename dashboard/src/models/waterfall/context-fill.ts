/** How full the context window was at each row: what the strip on the left shows. */
import { KIND, type SpanTree } from './span-tree.ts';

/**
 * Per cent by row; -1: not known. A figure holds from the request that told it until the next of the same agent; a compaction ends it, because
 * nobody tells how much it left. A turn has the highest of its own requests; a subagent has a window of its own.
 */
export function toContextFill(tree: SpanTree): Float32Array {
  const fill = new Float32Array(tree.count).fill(-1);
  const highest = new Map<number, number>();
  // -1: the window of the session itself, which goes on over its turns.
  const current = new Map<number, number>();
  for (let row = 0; row < tree.count; row++) {
    const agent = tree.agentRow[row] ?? -1;
    const scope = agent >= 0 && (tree.parent[agent] ?? -1) >= 0 ? agent : -1;
    const detail = tree.details[row];
    if (tree.kind[row] === KIND.agent) {
      fill[row] = detail?.contextPercent ?? -1;
      if (detail?.contextPercent !== undefined && scope >= 0) current.set(scope, detail.contextPercent);
      continue;
    }
    const told = detail?.contextPercent;
    if (told !== undefined) {
      current.set(scope, told);
      highest.set(agent, Math.max(highest.get(agent) ?? 0, told));
    }
    fill[row] = current.get(scope) ?? -1;
    if (detail?.events?.some((event) => event.name === 'compaction')) current.delete(scope);
  }
  for (const [row, percent] of highest) if (row >= 0 && (fill[row] ?? -1) < 0) fill[row] = percent;
  return fill;
}
