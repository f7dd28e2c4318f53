import type { TraceBatch, WireSpan } from '../otlp/trace.ts';
import type { Exporter } from './exporter.ts';

export interface MemoryExporter extends Exporter {
  /** Every batch in the order it came. */
  batches: TraceBatch[];
  spans(): WireSpan[];
}

/** Keeps what it is given: for tests and for those who use spoor as a library. */
export function createMemoryExporter(): MemoryExporter {
  const batches: TraceBatch[] = [];
  return {
    batches,
    spans: () => batches.flatMap((batch) => batch.resourceSpans).flatMap((group) => group.spans),
    async export(batch) {
      batches.push(batch);
      return { status: 'success' };
    },
    async close() {},
  };
}
