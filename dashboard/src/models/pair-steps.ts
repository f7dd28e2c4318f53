/** Pairs of alike steps → rows, in the order of both: what only one has stands between; steps are in the order of their starts. Pure. */
import type { SessionPairAnswer } from '../../../src/query/api/compare.ts';

export interface Step {
  /** Rows of the sessions' columns. */
  a?: number;
  b?: number;
  /** The first row in which they are not alike. */
  isDivergence: boolean;
}

interface Side {
  spans: { kind: string[]; start: number[] };
}

export function toSteps({ a, b, pairs, divergence }: Pick<SessionPairAnswer, 'pairs' | 'divergence'> & { a: Side; b: Side }): Step[] {
  const [left, right] = [toolRows(a), toolRows(b)];
  const steps: Step[] = [];
  let [atA, atB] = [0, 0];
  const push = (rowA: number | undefined, rowB: number | undefined): void => {
    const isAlike = rowA !== undefined && rowB !== undefined;
    const isDivergence = divergence !== undefined && !isAlike && steps.every((step) => !step.isDivergence);
    steps.push({ ...(rowA === undefined ? {} : { a: rowA }), ...(rowB === undefined ? {} : { b: rowB }), isDivergence });
  };
  for (const [rowA, rowB] of [...pairs, [undefined, undefined] as const]) {
    for (; atA < left.length && left[atA] !== rowA; atA++) push(left[atA], undefined);
    for (; atB < right.length && right[atB] !== rowB; atB++) push(undefined, right[atB]);
    if (rowA === undefined) break;
    push(rowA, rowB);
    atA += 1;
    atB += 1;
  }
  return steps;
}

/** As the server orders them before it pairs them: a subagent's calls may begin after calls of rows below. */
function toolRows({ spans: { kind, start } }: Side): number[] {
  const rows = kind.flatMap((one, row) => (one === 'tool' ? [row] : []));
  return rows.sort((one, other) => (start[one] ?? 0) - (start[other] ?? 0) || one - other);
}
