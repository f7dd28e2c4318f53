/** Spans with their children, for views that draw trees. */
import { compare } from '../../core/order.ts';
import type { Span } from '../../core/span.ts';

export interface SpanNode {
  span: Span;
  /** By start; at the same moment a model's answer stands before the tools it asked for. */
  children: SpanNode[];
}

/** Spans in any order → trees. A span whose parent is not among them is a root; so is one of a ring of parents. */
export function toSpanTree(spans: readonly Span[]): SpanNode[] {
  const nodes = new Map(spans.map((span) => [span.spanId, { span, children: [] as SpanNode[] }]));
  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parentSpanId ?? '');
    if (parent && !isBelow(parent, node, nodes)) parent.children.push(node);
    else roots.push(node);
  }
  for (const node of nodes.values()) node.children.sort(byStart);
  return roots.sort(byStart);
}

/** Whether `node` is `ancestor` or stands below it by parent ids: a foreign trace may hold a ring. */
function isBelow(node: SpanNode, ancestor: SpanNode, nodes: ReadonlyMap<string, SpanNode>): boolean {
  const seen = new Set<SpanNode>();
  for (let at: SpanNode | undefined = node; at && !seen.has(at); at = nodes.get(at.span.parentSpanId ?? '')) {
    if (at === ancestor) return true;
    seen.add(at);
  }
  return false;
}

const RANK: Readonly<Record<Span['kind'], number>> = { session: 0, agent: 1, permission: 2, chat: 3, tool: 4, mcp: 5 };

function byStart(a: SpanNode, b: SpanNode): number {
  return compare(a.span.startUnixNano, b.span.startUnixNano) || a.span.turnIndex - b.span.turnIndex || RANK[a.span.kind] - RANK[b.span.kind];
}
