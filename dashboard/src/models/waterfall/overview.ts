/** The strip above the waterfall: the whole session in as many buckets as it has pixels. */
import { KIND, OUTCOME, waitMillis, type SpanTree } from './span-tree.ts';
import { toX, toTime, type TimeScale } from './time-scale.ts';
import type { TimeWindow } from './time-scale.ts';

/** Shares from 0 to 1 of each bucket in which a model answered, a tool ran, a person was waited for; and counts of what to look at. */
export interface OverviewBuckets {
  model: Float32Array;
  tool: Float32Array;
  wait: Float32Array;
  errors: Uint16Array;
  denials: Uint16Array;
  compactions: Uint16Array;
  /** Turns that start there. */
  turns: Uint16Array;
}

/** Rows [from, to) on a scale that shows all of them, one bucket a pixel. Costs one pass over the spans and one over the buckets. */
export function toOverview(tree: SpanTree, scale: TimeScale, { from = 0, to = tree.count }: { from?: number; to?: number } = {}): OverviewBuckets {
  const size = Math.max(1, Math.ceil(scale.width));
  const lanes = { model: createLane(size), tool: createLane(size), wait: createLane(size) };
  const [errors, denials, compactions, turns] = [new Uint16Array(size), new Uint16Array(size), new Uint16Array(size), new Uint16Array(size)];
  const bucketAt = (time: number): number => Math.min(size - 1, Math.max(0, Math.floor(toX(scale, time))));
  const count = (marks: Uint16Array, time: number): void => void (marks[bucketAt(time)] = (marks[bucketAt(time)] ?? 0) + 1);
  const cover = (lane: Lane, start: number, finish: number): void => coverLane(lane, toX(scale, start), toX(scale, finish));
  for (let row = from; row < to; row++) {
    const [start, finish, kind, outcome] = [tree.start[row] ?? 0, tree.finish[row] ?? 0, tree.kind[row], tree.outcome[row]];
    const detail = tree.details[row];
    if (kind === KIND.chat) cover(lanes.model, start, finish);
    else if (kind === KIND.permission) cover(lanes.wait, start, finish);
    else if (kind === KIND.tool && outcome !== OUTCOME.denied && waitMillis(tree, row) < finish - start) cover(lanes.tool, Math.max(start, lastWaitEnd(detail?.waits, start)), finish);
    for (const [waitStart, waitEnd] of detail?.waits ?? []) cover(lanes.wait, waitStart, waitEnd);
    if (kind === KIND.tool || kind === KIND.chat) {
      if (outcome === OUTCOME.error || outcome === OUTCOME.timeout) count(errors, finish);
      else if (outcome === OUTCOME.denied) count(denials, finish);
    }
    if ((tree.parent[row] ?? -1) < 0) count(turns, start);
    for (const event of detail?.events ?? []) if (event.name === 'compaction') count(compactions, event.at);
  }
  return { model: toShares(lanes.model), tool: toShares(lanes.tool), wait: toShares(lanes.wait), errors, denials, compactions, turns };
}

/** Two places on the strip, in any order → the window between them; a click (less than 4 px) is none. */
export function brushWindow(scale: TimeScale, x0: number, x1: number): TimeWindow | undefined {
  const [left, right] = [Math.max(0, Math.min(x0, x1)), Math.min(scale.width, Math.max(x0, x1))];
  return right - left < 4 ? undefined : { t0: toTime(scale, left), t1: toTime(scale, right) };
}

interface Lane {
  /** Parts of single buckets. */
  partial: Float32Array;
  /** +1 where whole buckets begin, -1 behind the last. */
  edges: Float32Array;
}

function createLane(size: number): Lane {
  return { partial: new Float32Array(size), edges: new Float32Array(size + 1) };
}

function coverLane({ partial, edges }: Lane, x0: number, x1: number): void {
  const last = partial.length - 1;
  const [left, right] = [Math.max(0, x0), Math.min(partial.length, x1)];
  if (right < left) return;
  const [first, behind] = [Math.min(last, Math.floor(left)), Math.min(last, Math.floor(right))];
  if (first === behind) {
    partial[first] = (partial[first] ?? 0) + Math.max(right - left, 0.02);
    return;
  }
  partial[first] = (partial[first] ?? 0) + (first + 1 - left);
  partial[behind] = (partial[behind] ?? 0) + (right - behind);
  edges[first + 1] = (edges[first + 1] ?? 0) + 1;
  edges[behind] = (edges[behind] ?? 0) - 1;
}

/** What overlaps counts once: at most 1. */
function toShares({ partial, edges }: Lane): Float32Array {
  let whole = 0;
  return Float32Array.from(partial, (part, bucket) => {
    whole += edges[bucket] ?? 0;
    return Math.min(1, whole + part);
  });
}

/** Waits stand at the beginning of a call nearly always; what runs before one is left to the bar. */
function lastWaitEnd(waits: readonly (readonly [number, number])[] | undefined, start: number): number {
  return waits?.at(-1)?.[1] ?? start;
}
