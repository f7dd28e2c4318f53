/** The parts of a bar: running and waiting are never one colour. */
import { KIND, OUTCOME, type SpanTree } from './span-tree.ts';

/** ok · model · error · cancelled · gate · agent: it ran, and ended so · wait: a person was waited for · deny: the moment of the refusal. */
export type SegmentKind = 'ok' | 'model' | 'error' | 'wait' | 'deny' | 'gate' | 'cancelled' | 'agent';

export interface Segment {
  kind: SegmentKind;
  /** ms after the session's start. */
  start: number;
  end: number;
}

/**
 * What is drawn for a row, from the left. A refused call has its waits and a mark of no length at its end, and nothing that looks like
 * running: it never ran.
 */
export function toSegments(tree: SpanTree, row: number): Segment[] {
  const [start, end] = [tree.start[row] ?? 0, tree.finish[row] ?? 0];
  const kind = toSegmentKind(tree, row);
  const waits = tree.kind[row] === KIND.agent ? [] : (tree.details[row]?.waits ?? []);
  if (waits.length === 0 && kind !== 'deny') return [{ kind, start, end }];
  const segments: Segment[] = [];
  let from = start;
  for (const [waitStart, waitEnd] of waits) {
    const [left, right] = [Math.max(from, Math.min(waitStart, end)), Math.max(from, Math.min(waitEnd, end))];
    if (kind !== 'deny' && left > from) segments.push({ kind, start: from, end: left });
    if (right > left) segments.push({ kind: 'wait', start: left, end: right });
    from = right;
  }
  if (kind === 'deny') segments.push({ kind, start: end, end });
  else if (end > from || segments.length === 0) segments.push({ kind, start: from, end });
  return segments;
}

/** The colour of a row's own bar. */
export function toSegmentKind(tree: SpanTree, row: number): SegmentKind {
  const [kind, outcome] = [tree.kind[row], tree.outcome[row]];
  if (kind === KIND.permission) return outcome === OUTCOME.denied ? 'deny' : 'wait';
  if (outcome === OUTCOME.denied) return 'deny';
  if (outcome === OUTCOME.error || outcome === OUTCOME.timeout) return 'error';
  if (outcome === OUTCOME.cancelled) return 'cancelled';
  if (kind === KIND.policy) return 'gate';
  if (kind === KIND.chat) return 'model';
  return kind === KIND.agent ? 'agent' : 'ok';
}
