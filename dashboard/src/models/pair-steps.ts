/** Pairs of alike steps → rows, in the order of both: what only one has stands between. Pure. */
import type { SessionPairAnswer } from '../../../src/query/api/compare.ts';

export interface Step {
  /** Rows of the sessions' columns. */
  a?: number;
  b?: number;
  isDivergence: boolean;
}

export function toSteps({ a, b, pairs, divergence }: Pick<SessionPairAnswer, 'pairs' | 'divergence'> & { a: { spans: { kind: string[] } }; b: { spans: { kind: string[] } } }): Step[] {
  const [left, right] = [toolRows(a.spans.kind), toolRows(b.spans.kind)];
  const steps: Step[] = [];
  const push = (rowA: number | undefined, rowB: number | undefined): void => {
    const isDivergence = divergence !== undefined && ((rowA !== undefined && rowA === divergence.a) || (rowB !== undefined && rowB === divergence.b));
    steps.push({ ...(rowA === undefined ? {} : { a: rowA }), ...(rowB === undefined ? {} : { b: rowB }), isDivergence });
  };
  let [atA, atB] = [0, 0];
  for (const [rowA, rowB] of [...pairs, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const]) {
    for (; atA < left.length && (left[atA] ?? 0) < rowA; atA++) push(left[atA], undefined);
    for (; atB < right.length && (right[atB] ?? 0) < rowB; atB++) push(undefined, right[atB]);
    if (!Number.isFinite(rowA)) break;
    push(rowA, rowB);
    atA += 1;
    atB += 1;
  }
  return steps;
}

function toolRows(kinds: readonly string[]): number[] {
  return kinds.flatMap((kind, row) => (kind === 'tool' ? [row] : []));
}
