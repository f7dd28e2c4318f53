/** Spans in any order → the order of their tree. Pure; over indices, so that 100,000 of them make no objects. */

/** Of each span, at its own index. */
export interface TreeInput {
  ids: readonly string[];
  parentIds: readonly (string | null)[];
  /** In whatever unit; siblings stand by start. */
  starts: ArrayLike<number>;
  /** What stands first of siblings that start at once. */
  ranks: ArrayLike<number>;
}

export interface TreeOrder {
  /** Indices: a parent before its children, siblings by start. */
  order: Int32Array;
  /** Of each place in `order`, the place of its parent; -1: it stands at the top. */
  parents: Int32Array;
  /** Of each place in `order`, the place of what stands at the top above it. */
  tops: Int32Array;
}

const NONE = -1;

/** A span whose parent is not among them stands at the top. Of a ring of parents (foreign data), the one that starts first does. */
export function toTreeOrder({ ids, parentIds, starts, ranks }: TreeInput): TreeOrder {
  const count = ids.length;
  const indexOf = new Map<string, number>();
  for (let index = 0; index < count; index++) indexOf.set(ids[index] ?? '', index);
  const at = (list: ArrayLike<number>, index: number): number => list[index] ?? 0;
  const isBefore = (a: number, b: number): number => at(starts, a) - at(starts, b) || at(ranks, a) - at(ranks, b) || ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1);
  const byStart = new Int32Array(count);
  let isSorted = true;
  for (let index = 0; index < count; index++) {
    byStart[index] = index;
    if (index > 0 && isSorted) isSorted = isBefore(index - 1, index) < 0;
  }
  if (!isSorted) byStart.sort(isBefore);
  const links = createLinks(count);
  // From the last to the first, each put before the siblings that it has already.
  for (let place = count - 1; place >= 0; place--) {
    const index = at(byStart, place);
    const parent = indexOf.get(parentIds[index] ?? '');
    if (parent !== undefined && parent !== index) links.put(index, parent);
  }
  return walk(byStart, links);
}

interface Links {
  first: Int32Array;
  next: Int32Array;
  hasParent: Uint8Array;
  put(child: number, parent: number): void;
}

function createLinks(count: number): Links {
  const first = new Int32Array(count).fill(NONE);
  const next = new Int32Array(count).fill(NONE);
  const hasParent = new Uint8Array(count);
  return {
    first,
    next,
    hasParent,
    put(child, parent) {
      next[child] = first[parent] ?? NONE;
      first[parent] = child;
      hasParent[child] = 1;
    },
  };
}

function walk(byStart: Int32Array, { first, next, hasParent }: Links): TreeOrder {
  const count = byStart.length;
  const result: TreeOrder = { order: new Int32Array(count), parents: new Int32Array(count), tops: new Int32Array(count) };
  const places = new Int32Array(count).fill(NONE);
  let filled = 0;
  const place = (index: number, parent: number): void => {
    result.order[filled] = index;
    result.parents[filled] = parent;
    result.tops[filled] = parent === NONE ? filled : (result.tops[parent] ?? NONE);
    places[index] = filled++;
  };
  // A loop with a stack of its own: a chain of spans may be as long as a session.
  const descend = (top: number): void => {
    place(top, NONE);
    const stack = [top];
    for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
      const child = first[index] ?? NONE;
      if (child === NONE) {
        stack.pop();
        continue;
      }
      first[index] = next[child] ?? NONE;
      if (places[child] !== NONE) continue;
      place(child, places[index] ?? NONE);
      stack.push(child);
    }
  };
  for (const index of byStart) if (hasParent[index] === 0) descend(index);
  for (const index of byStart) if (places[index] === NONE) descend(index);
  return result;
}
