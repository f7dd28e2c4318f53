/** Which rows the waterfall shows: what is collapsed hides all below it. */
import { KIND, rootRows, type SpanTree } from './span-tree.ts';

/** `none`: all is open · `subagents`: their insides are hidden · `turns`: only the turns are seen. */
export type CollapseLevel = 'none' | 'subagents' | 'turns';

/** What is collapsed: a level for all, and the spans (by id) that are the other way round. It fits into an address. */
export interface Collapse {
  level: CollapseLevel;
  toggled: readonly string[];
}

/** The rows on show, from the top. */
export interface VisibleRows {
  /** Position → row. */
  rows: Int32Array;
  /** Row → its position, or that of the collapsed span it is in; -1: of another turn than the one on show. */
  positionOf: Int32Array;
  /** By row: 1 where its insides are hidden. */
  collapsed: Uint8Array;
}

/** Whether a span can be collapsed at all. */
export function isFoldable(tree: SpanTree, row: number): boolean {
  return (tree.end[row] ?? 0) > row + 1;
}

/** Rows on show. `root`: only this turn, with what is below it. */
export function toVisibleRows(tree: SpanTree, collapse: Collapse, root?: number): VisibleRows {
  const collapsed = toCollapsed(tree, collapse);
  const from = root ?? 0;
  const to = root === undefined ? tree.count : (tree.end[root] ?? tree.count);
  const rows = new Int32Array(to - from);
  const positionOf = new Int32Array(tree.count).fill(-1);
  let length = 0;
  for (let row = from; row < to; ) {
    const next = collapsed[row] === 1 ? (tree.end[row] ?? to) : row + 1;
    positionOf.fill(length, row, next);
    rows[length++] = row;
    row = next;
  }
  return { rows: rows.subarray(0, length), positionOf, collapsed };
}

/** The other way round with one span. */
export function toggleRow(tree: SpanTree, collapse: Collapse, row: number): Collapse {
  const id = tree.id[row];
  if (id === undefined || !isFoldable(tree, row)) return collapse;
  const without = collapse.toggled.filter((one) => one !== id);
  return { level: collapse.level, toggled: without.length < collapse.toggled.length ? without : [...collapse.toggled, id] };
}

/** none → subagents → turns → none; single exceptions are forgotten. */
export function nextLevel(tree: SpanTree, collapse: Collapse): Collapse {
  const levels: CollapseLevel[] = hasSubagents(tree) ? ['none', 'subagents', 'turns'] : ['none', 'turns'];
  return { level: levels[(levels.indexOf(collapse.level) + 1) % levels.length] ?? 'none', toggled: [] };
}

/** Opens all that hides a row. */
export function revealRow(tree: SpanTree, collapse: Collapse, row: number): Collapse {
  const collapsed = toCollapsed(tree, collapse);
  let open = collapse;
  for (let above = tree.parent[row] ?? -1; above >= 0; above = tree.parent[above] ?? -1) if (collapsed[above] === 1) open = toggleRow(tree, open, above);
  return open;
}

/** A subagent's run: an agent span that is no turn. */
export function isSubagent(tree: SpanTree, row: number): boolean {
  return tree.kind[row] === KIND.agent && (tree.parent[row] ?? -1) >= 0;
}

function hasSubagents(tree: SpanTree): boolean {
  for (let row = 0; row < tree.count; row++) if (isSubagent(tree, row)) return true;
  return false;
}

function toCollapsed(tree: SpanTree, { level, toggled }: Collapse): Uint8Array {
  const collapsed = new Uint8Array(tree.count);
  if (level === 'turns') for (const row of rootRows(tree)) collapsed[row] = isFoldable(tree, row) ? 1 : 0;
  const exceptions = new Set(toggled);
  for (let row = 0; row < tree.count; row++) {
    if (!isFoldable(tree, row)) continue;
    if (level !== 'none' && isSubagent(tree, row)) collapsed[row] = 1;
    // What a call waited for, and what the gate decided, its own bar shows: they are rows of their own only on demand.
    if (tree.kind[row] === KIND.tool && hasOnlyDecisions(tree, row)) collapsed[row] = 1;
    if (exceptions.size > 0 && exceptions.has(tree.id[row] ?? '')) collapsed[row] = collapsed[row] === 1 ? 0 : 1;
  }
  return collapsed;
}

function hasOnlyDecisions(tree: SpanTree, row: number): boolean {
  const end = tree.end[row] ?? 0;
  for (let below = row + 1; below < end; below++) if (tree.kind[below] !== KIND.permission && tree.kind[below] !== KIND.policy) return false;
  return true;
}
