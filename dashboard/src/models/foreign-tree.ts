/** Spans of any trace → rows of its tree, each with its depth. What names a parent that is not there stands at the top. Pure. */

export interface TreeNode<T> {
  span: T;
  depth: number;
}

interface Linked {
  spanId: string;
  parentSpanId?: string;
  /** Absent: not told; it comes last. */
  startMillis?: number;
}

/** Siblings by start. A ring of parents (foreign data) is cut where it is met first. */
export function toTree<T extends Linked>(spans: readonly T[]): TreeNode<T>[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = Map.groupBy(spans, ({ parentSpanId, spanId }) => (parentSpanId !== undefined && parentSpanId !== spanId && byId.has(parentSpanId) ? parentSpanId : ''));
  for (const list of children.values()) list.sort((a, b) => (a.startMillis ?? Number.MAX_VALUE) - (b.startMillis ?? Number.MAX_VALUE));
  const rows: TreeNode<T>[] = [];
  const placed = new Set<T>();
  const place = (top: readonly T[]): void => {
    const open = top.map((span) => ({ span, depth: 0 })).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      if (placed.has(next.span)) continue;
      placed.add(next.span);
      rows.push(next);
      const below = children.get(next.span.spanId) ?? [];
      for (let index = below.length - 1; index >= 0; index--) {
        const child = below[index];
        if (child) open.push({ span: child, depth: next.depth + 1 });
      }
    }
  };
  place(children.get('') ?? []);
  for (const span of spans) if (!placed.has(span)) place([span]);
  return rows;
}
