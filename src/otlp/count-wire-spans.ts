import type { TraceBatch } from './trace.ts';

/** How many spans a request holds. */
export function countWireSpans({ resourceSpans }: TraceBatch): number {
  return resourceSpans.reduce((sum, { spans }) => sum + spans.length, 0);
}
