/** Orders of spans in which a tree can be read or sent. Pure. Links that form a ring (foreign data) are cut where it closes. */
import { compare } from '../core/order.ts';
import type { Span } from '../core/span.ts';

/** By start; a parent never after its child, even where their clocks disagree. */
export function parentsFirst<T extends Span>(spans: readonly T[]): T[] {
  return place(spans)
    .sort((a, b) => compare(a.at, b.at) || a.depth - b.depth || compare(a.span.spanId, b.span.spanId))
    .map(({ span }) => span);
}

/** The deepest first, so that a child never comes after its parent; among equals by end. */
export function childrenFirst<T extends Span>(spans: readonly T[]): T[] {
  const ended = (span: Span): bigint => span.endUnixNano ?? span.startUnixNano;
  return place(spans)
    .sort((a, b) => b.depth - a.depth || compare(ended(a.span), ended(b.span)) || compare(a.span.spanId, b.span.spanId))
    .map(({ span }) => span);
}

interface Placed<T> {
  span: T;
  depth: number;
  /** Its start, or its parent's place where that is later. */
  at: bigint;
}

function place<T extends Span>(spans: readonly T[]): Placed<T>[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const placed = new Map<string, Placed<T>>();
  for (const span of byId.values()) {
    for (const link of unplacedAncestry(span, byId, placed)) {
      const parent = link.parentSpanId === undefined ? undefined : placed.get(link.parentSpanId);
      const at = parent && parent.at > link.startUnixNano ? parent.at : link.startUnixNano;
      placed.set(link.spanId, { span: link, depth: parent ? parent.depth + 1 : 0, at });
    }
  }
  return [...placed.values()];
}

/** The span and its ancestors that have no place yet, topmost first. A loop, not a recursion: a chain may be long. */
function unplacedAncestry<T extends Span>(span: T, byId: ReadonlyMap<string, T>, placed: ReadonlyMap<string, unknown>): T[] {
  const chain = new Map<string, T>();
  let next: T | undefined = span;
  while (next && !placed.has(next.spanId) && !chain.has(next.spanId)) {
    chain.set(next.spanId, next);
    next = next.parentSpanId === undefined ? undefined : byId.get(next.parentSpanId);
  }
  return [...chain.values()].reverse();
}
