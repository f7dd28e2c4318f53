/** The spans of a session as a tree in typed arrays: what every other model of the waterfall reads. 100,000 spans are a few megabytes and no objects. */
import type { SpanColumnsJson, SpanDetails } from '../../../../src/query/api/session.ts';
import { toRunMillis, toWaitMillis } from '../run-time.ts';

/** What a span is, as a number that fits into a byte. `other`: a kind this page does not know yet. */
export const KIND = { agent: 0, chat: 1, tool: 2, permission: 3, policy: 4, other: 5 } as const;

/** How a span ended, as a number. */
export const OUTCOME = { ok: 0, error: 1, denied: 2, cancelled: 3, timeout: 4, unknown: 5 } as const;

export interface SpanTree {
  count: number;
  id: readonly string[];
  name: readonly string[];
  /** Row of the parent; -1: a turn. */
  parent: Int32Array;
  /** 0: a turn. */
  depth: Uint16Array;
  /** The row behind the last one below it: rows [row, end) are the span with all that is below it. */
  end: Int32Array;
  /** Itself for an agent span, else the nearest agent span above; -1: none. */
  agentRow: Int32Array;
  /** ms after the session's start. */
  start: Float64Array;
  /** ms after the session's start; of an open span: the moment of the last `extendOpenSpans`. */
  finish: Float64Array;
  /** A value of KIND. */
  kind: Uint8Array;
  /** A value of OUTCOME. */
  outcome: Uint8Array;
  /** Row in the answer's `turns`. */
  turn: Int32Array;
  details: Readonly<Record<number, SpanDetails>>;
  /** Rows of spans that have not ended. */
  open: Int32Array;
  /** Those of them in which nothing goes on: their end was never told. */
  lost: ReadonlySet<number>;
}

/**
 * Columns of the answer → the tree, its rows depth first. Rows in another order are brought into it; a parent that is none (of a later row,
 * out of range) makes its child a root, so that a torn answer is shown and not refused. `until`: how far open spans go.
 */
export function toSpanTree(columns: SpanColumnsJson, details: Readonly<Record<number, SpanDetails>>, until: OpenUntil = () => 0): SpanTree {
  const count = columns.id.length;
  const parents = Int32Array.from(columns.parent, (parent, row) => (parent >= 0 && parent < row ? parent : -1));
  const order = isDepthFirst(parents) ? undefined : toDepthFirst(parents);
  const tree = order ? allocate(pick(columns, order), toMoved(details, order), relinked(parents, order)) : allocate(columns, details, parents);
  for (let row = count - 1; row >= 0; row--) {
    const parent = tree.parent[row] ?? -1;
    if (parent >= 0) tree.end[parent] = Math.max(tree.end[parent] ?? 0, tree.end[row] ?? 0);
  }
  extendOpenSpans(tree, until);
  return tree;
}

/** How far an open span of that row of `turns` goes, in ms after the session's start. */
export type OpenUntil = (turn: number) => number;

/** Lets open spans go so far; changes `finish` in place, which is what a live page does each frame. */
export function extendOpenSpans(tree: SpanTree, until: OpenUntil): void {
  for (const row of tree.open) tree.finish[row] = Math.max(tree.start[row] ?? 0, until(tree.turn[row] ?? -1));
}

/** Direct children of a span, in their order. */
export function childRows(tree: SpanTree, row: number): number[] {
  const rows: number[] = [];
  const end = tree.end[row] ?? row + 1;
  for (let child = row + 1; child < end; child = tree.end[child] ?? end) rows.push(child);
  return rows;
}

/** Rows of the turns, and of whatever else has no parent. */
export function rootRows(tree: SpanTree): number[] {
  const rows: number[] = [];
  for (let row = 0; row < tree.count; row = tree.end[row] ?? tree.count) rows.push(row);
  return rows;
}

/** How long it ran, in ms: see `toRunMillis`. An open one goes as far as it is drawn; undefined where its end was never told. A turn is as long as it is active: with its waits. */
export function runMillis(tree: SpanTree, row: number): number | undefined {
  if (tree.kind[row] === KIND.permission) return 0;
  const { waits, ...details } = tree.details[row] ?? {};
  const isTurn = tree.kind[row] === KIND.agent && (tree.parent[row] ?? -1) < 0;
  return toRunMillis(tree.lost.has(row) ? undefined : (tree.finish[row] ?? 0) - (tree.start[row] ?? 0), isTurn || !waits ? details : { ...details, waits });
}

/** Whether nobody told its end: it has none, or was given one at the last that is known of it, and how it ended is not told either. */
export function isEndless(tree: SpanTree, row: number): boolean {
  const { estimated, own } = tree.details[row] ?? {};
  const isRun = tree.kind[row] === KIND.agent || tree.kind[row] === KIND.tool;
  return tree.lost.has(row) || (isRun && estimated === true && own === undefined && tree.outcome[row] === OUTCOME.unknown && !tree.open.includes(row));
}

/** How long a person was waited for inside the span, in ms. */
export function waitMillis(tree: SpanTree, row: number): number {
  if (tree.kind[row] === KIND.permission) return (tree.finish[row] ?? 0) - (tree.start[row] ?? 0);
  return toWaitMillis(tree.details[row] ?? {});
}

function allocate(columns: SpanColumnsJson, details: Readonly<Record<number, SpanDetails>>, parent: Int32Array): SpanTree {
  const count = columns.id.length;
  const tree: SpanTree = {
    count, id: columns.id, name: columns.name, parent, details,
    depth: new Uint16Array(count), end: new Int32Array(count), agentRow: new Int32Array(count),
    start: Float64Array.from(columns.start), finish: new Float64Array(count),
    kind: new Uint8Array(count), outcome: new Uint8Array(count), turn: Int32Array.from(columns.turn),
    open: new Int32Array(0), lost: new Set(),
  };
  const open: number[] = [];
  for (let row = 0; row < count; row++) {
    const above = parent[row] ?? -1;
    const duration = columns.duration[row] ?? 0;
    tree.depth[row] = above < 0 ? 0 : (tree.depth[above] ?? 0) + 1;
    tree.end[row] = row + 1;
    tree.kind[row] = codeOf(KIND, columns.kind[row] ?? '', KIND.other);
    tree.outcome[row] = codeOf(OUTCOME, columns.outcome[row] ?? '', OUTCOME.unknown);
    tree.agentRow[row] = tree.kind[row] === KIND.agent ? row : above < 0 ? -1 : (tree.agentRow[above] ?? -1);
    tree.finish[row] = (tree.start[row] ?? 0) + Math.max(0, duration);
    if (duration < 0) open.push(row);
  }
  return { ...tree, open: Int32Array.from(open) };
}

function codeOf(codes: Readonly<Record<string, number>>, word: string, otherwise: number): number {
  return Object.hasOwn(codes, word) ? (codes[word] ?? otherwise) : otherwise;
}

/** Whether each row's parent is the row before it or one above that. Walking up costs what was walked down. */
function isDepthFirst(parents: Int32Array): boolean {
  for (let row = 1; row < parents.length; row++) {
    let above = row - 1;
    while (above >= 0 && above !== parents[row]) above = parents[above] ?? -1;
    if (above !== parents[row]) return false;
  }
  return true;
}

/** New position → old row. */
function toDepthFirst(parents: Int32Array): Int32Array {
  const children = new Map<number, number[]>();
  parents.forEach((parent, row) => {
    const siblings = children.get(parent);
    if (siblings) siblings.push(row);
    else children.set(parent, [row]);
  });
  const order = new Int32Array(parents.length);
  const stack = (children.get(-1) ?? []).toReversed();
  for (let next = 0; next < order.length; next++) {
    const row = stack.pop() ?? 0;
    order[next] = row;
    for (const child of (children.get(row) ?? []).toReversed()) stack.push(child);
  }
  return order;
}

function relinked(parents: Int32Array, order: Int32Array): Int32Array {
  const position = new Int32Array(order.length);
  order.forEach((row, next) => (position[row] = next));
  return Int32Array.from(order, (row) => {
    const parent = parents[row] ?? -1;
    return parent < 0 ? -1 : (position[parent] ?? -1);
  });
}

function pick(columns: SpanColumnsJson, order: Int32Array): SpanColumnsJson {
  const moved = <T>(values: readonly T[]): T[] => Array.from(order, (row) => values[row] as T);
  return {
    id: moved(columns.id), parent: [], kind: moved(columns.kind), name: moved(columns.name), start: moved(columns.start),
    duration: moved(columns.duration), outcome: moved(columns.outcome), turn: moved(columns.turn),
  };
}

function toMoved(details: Readonly<Record<number, SpanDetails>>, order: Int32Array): Record<number, SpanDetails> {
  const moved: Record<number, SpanDetails> = {};
  order.forEach((row, next) => {
    const detail = details[row];
    if (detail) moved[next] = detail;
  });
  return moved;
}
