/** What a turn or a subagent came to: its own calls and requests, and those of the subagents below it. */
import type { CostFigures, TokenFigures } from '../../../../src/query/api/figures.ts';
import { KIND, OUTCOME, type SpanTree } from './span-tree.ts';

/** Over a whole subtree. Tokens and cost are absent where nothing below tells them. */
export interface RowSums {
  calls: number;
  requests: number;
  errors: number;
  denied: number;
  tokens?: TokenFigures;
  cost?: Pick<CostFigures, 'usd' | 'equivalentUsd' | 'credits' | 'premiumRequests'>;
}

const TOKENS = ['input', 'output', 'cacheRead', 'cacheCreation', 'reasoning'] as const;
const COSTS = ['usd', 'equivalentUsd', 'credits', 'premiumRequests'] as const;

/**
 * Sums of every agent span, by row: its own requests and calls, and with them those of the subagents below it. What the agent span itself tells
 * of its requests counts, figure by figure, where these tell less of it.
 */
export function toSums(tree: SpanTree): Map<number, RowSums> {
  const own = new Map<number, RowSums>();
  const below = new Map<number, RowSums>();
  // Whatever stands below a row has a later one, so a row's sums are whole when it is its turn.
  for (let row = tree.count - 1; row >= 0; row--) {
    const detail = tree.details[row];
    if (tree.kind[row] === KIND.agent) {
      const { tokens, cost, ...counts } = sumsOf(own, row);
      const whole: RowSums = { ...counts, tokens: larger(TOKENS, tokens, detail?.tokens), cost: larger(COSTS, cost, detail?.cost) };
      const subagents = below.get(row);
      if (subagents) add(whole, subagents);
      own.set(row, whole);
      const above = agentAbove(tree, row);
      if (above >= 0) add(sumsOf(below, above), whole);
      continue;
    }
    const agent = tree.agentRow[row] ?? -1;
    if (agent < 0) continue;
    const isCall = tree.kind[row] === KIND.tool;
    const isRequest = tree.kind[row] === KIND.chat;
    if (!isCall && !isRequest) continue;
    const outcome = tree.outcome[row];
    const isError = isCall && (outcome === OUTCOME.error || outcome === OUTCOME.timeout);
    const isDenied = isCall && outcome === OUTCOME.denied;
    add(sumsOf(own, agent), { calls: isCall ? 1 : 0, requests: isRequest ? 1 : 0, errors: isError ? 1 : 0, denied: isDenied ? 1 : 0, tokens: detail?.tokens, cost: detail?.cost });
  }
  return own;
}

function agentAbove(tree: SpanTree, row: number): number {
  const parent = tree.parent[row] ?? -1;
  return parent < 0 ? -1 : (tree.agentRow[parent] ?? -1);
}

function emptySums(): RowSums {
  return { calls: 0, requests: 0, errors: 0, denied: 0 };
}

function sumsOf(sums: Map<number, RowSums>, row: number): RowSums {
  const known = sums.get(row) ?? emptySums();
  sums.set(row, known);
  return known;
}

function add(sum: RowSums, more: RowSums): void {
  sum.calls += more.calls;
  sum.requests += more.requests;
  sum.errors += more.errors;
  sum.denied += more.denied;
  if (more.tokens) sum.tokens = added(TOKENS, sum.tokens, more.tokens);
  if (more.cost) sum.cost = added(COSTS, sum.cost, more.cost);
}

function added<K extends string>(names: readonly K[], one: Partial<Record<K, number>> | undefined, other: Partial<Record<K, number>>): Partial<Record<K, number>> {
  const sum: Partial<Record<K, number>> = { ...one };
  for (const name of names) {
    const value = other[name];
    if (value !== undefined) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

/** The larger of what requests add up to and what their agent span says of all of them. Neither tells anything: undefined. */
function larger<K extends string>(names: readonly K[], counted: Partial<Record<K, number>> | undefined, told: Partial<Record<K, number>> | undefined): Partial<Record<K, number>> | undefined {
  if (!told) return counted;
  const whole: Partial<Record<K, number>> = { ...counted };
  for (const name of names) {
    const value = told[name];
    if (value !== undefined) whole[name] = Math.max(whole[name] ?? 0, value);
  }
  return Object.keys(whole).length === 0 ? counted : whole;
}
