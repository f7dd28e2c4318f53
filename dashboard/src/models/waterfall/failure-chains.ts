/** What happened after a call failed: tried again, tried something else, got over it or not. */
import { childRows, KIND, OUTCOME, type SpanTree } from './span-tree.ts';

export interface FailureChain {
  /** Rows from the first failed call to the one that ended the chain. */
  rows: number[];
  /** The same tool worked in the end. */
  isRecovered: boolean;
  failures: number;
  /** ms from the start of the first to the end of the last. */
  millis: number;
}

/** Calls in a row that do something else, after which nobody is trying any more. */
const LONGEST_DETOUR = 6;

/** Chains in the order of their first call. They do not overlap within one agent. */
export function findFailureChains(tree: SpanTree): FailureChain[] {
  const chains: FailureChain[] = [];
  for (let row = 0; row < tree.count; row++) {
    if (tree.kind[row] === KIND.agent) chains.push(...chainsOf(tree, childRows(tree, row).filter((child) => tree.kind[child] === KIND.tool)));
  }
  return chains.sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
}

function chainsOf(tree: SpanTree, calls: readonly number[]): FailureChain[] {
  const chains: FailureChain[] = [];
  for (let at = 0; at < calls.length; at++) {
    const first = calls[at] ?? 0;
    if (!hasFailed(tree, first)) continue;
    const length = lengthOfChain(tree, calls, at);
    chains.push(toChain(tree, calls.slice(at, at + length)));
    at += length - 1;
  }
  return chains;
}

/** Up to the success of the tool that failed first; else up to the last failure that no long detour parts from the one before. */
function lengthOfChain(tree: SpanTree, calls: readonly number[], from: number): number {
  const tool = tree.name[calls[from] ?? 0];
  let lastFailure = from;
  for (let at = from + 1; at < calls.length && at - lastFailure <= LONGEST_DETOUR; at++) {
    const call = calls[at] ?? 0;
    if (hasFailed(tree, call)) lastFailure = at;
    else if (tree.name[call] === tool && tree.outcome[call] === OUTCOME.ok) return at - from + 1;
  }
  return lastFailure - from + 1;
}

function toChain(tree: SpanTree, rows: number[]): FailureChain {
  const [first, last] = [rows[0] ?? 0, rows.at(-1) ?? 0];
  return {
    rows,
    isRecovered: rows.length > 1 && tree.outcome[last] === OUTCOME.ok,
    failures: rows.filter((row) => hasFailed(tree, row)).length,
    millis: Math.max(...rows.map((row) => tree.finish[row] ?? 0)) - (tree.start[first] ?? 0),
  };
}

function hasFailed(tree: SpanTree, row: number): boolean {
  return tree.outcome[row] === OUTCOME.error || tree.outcome[row] === OUTCOME.timeout;
}
