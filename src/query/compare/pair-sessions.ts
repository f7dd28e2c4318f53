/** Two sessions step by step: which tool calls are the same, and where they part first. Pure. */
import type { SessionPairAnswer } from '../api/compare.ts';
import type { SessionAnswer } from '../api/session.ts';

type Steps = Pick<SessionAnswer, 'spans' | 'details' | 'session'>;

/** Above this many cells of a table (rows of a times rows of b) only the beginning and the end that are alike are paired. */
const MOST_CELLS = 16_000_000;

/**
 * Tool calls in the order of their starts, subagents' too. Equal: the same tool with the same one-line summary, in which the session's own
 * folder is left out. The most steps that are equal and in order are paired (longest common subsequence).
 */
export function pairSessions(a: Steps, b: Steps): Pick<SessionPairAnswer, 'pairs' | 'divergence'> {
  const [stepsA, stepsB] = [toSteps(a), toSteps(b)];
  const pairs = pairSteps(stepsA.map(({ key }) => key), stepsB.map(({ key }) => key));
  const divergence = findDivergence(pairs, stepsA.length, stepsB.length);
  return {
    pairs: pairs.map(([one, other]) => [stepsA[one]?.row ?? 0, stepsB[other]?.row ?? 0]),
    ...(divergence ? { divergence: { ...toRow('a', stepsA[divergence.a]?.row), ...toRow('b', stepsB[divergence.b]?.row) } } : {}),
  };
}

function toRow(side: 'a' | 'b', row: number | undefined): { a?: number; b?: number } {
  return row === undefined ? {} : { [side]: row };
}

function toSteps({ spans, details, session }: Steps): { row: number; key: string }[] {
  const rows = spans.kind.flatMap((kind, row) => (kind === 'tool' ? [row] : []));
  const inOrder = rows.sort((one, other) => (spans.start[one] ?? 0) - (spans.start[other] ?? 0) || one - other);
  return inOrder.map((row) => ({ row, key: `${spans.name[row] ?? ''}\0${toPlainSummary(details[row]?.summary ?? '', session.cwd)}` }));
}

/** `cat /home/ann/pond/src/a.ts` in one checkout and in another are one step. */
function toPlainSummary(summary: string, cwd: string | undefined): string {
  const local = cwd === undefined || cwd === '/' ? summary : summary.replaceAll(`${cwd}/`, '').replaceAll(cwd, '.');
  return local.replace(/\s+/g, ' ').trim();
}

/** Places of equal steps, ascending on both sides. */
export function pairSteps(a: readonly string[], b: readonly string[]): [number, number][] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = pairMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [
    ...Array.from({ length: head }, (_, at): [number, number] => [at, at]),
    ...middle.map(([one, other]): [number, number] => [one + head, other + head]),
    ...Array.from({ length: tail }, (_, at): [number, number] => [a.length - tail + at, b.length - tail + at]),
  ];
}

/** Lengths of the longest common subsequence of what is left, from the end; then along it from the front, so that the earliest are paired. */
function pairMiddle(a: readonly string[], b: readonly string[]): [number, number][] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > MOST_CELLS) return [];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (one: number, other: number): number => lengths[one * width + other] ?? 0;
  for (let one = a.length - 1; one >= 0; one -= 1) {
    for (let other = b.length - 1; other >= 0; other -= 1) {
      lengths[one * width + other] = a[one] === b[other] ? at(one + 1, other + 1) + 1 : Math.max(at(one + 1, other), at(one, other + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let one = 0, other = 0; one < a.length && other < b.length; ) {
    if (a[one] === b[other]) pairs.push([one++, other++]);
    else if (at(one + 1, other) >= at(one, other + 1)) one += 1;
    else other += 1;
  }
  return pairs;
}

/** The first place at which the sides go on with different steps; undefined: they never do. */
function findDivergence(pairs: readonly [number, number][], countA: number, countB: number): { a: number; b: number } | undefined {
  let same = 0;
  while (pairs[same]?.[0] === same && pairs[same]?.[1] === same) same += 1;
  return same === countA && same === countB ? undefined : { a: same, b: same };
}
