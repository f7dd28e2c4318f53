/** The forms in which `spoor export` writes a request. */
import { toFlatLines } from '../otlp/to-flat-lines.ts';
import { toOtlpJson } from '../otlp/to-json.ts';
import { toProtobuf } from '../otlp/to-protobuf.ts';
import type { TraceBatch } from '../otlp/trace.ts';

/**
 * otlp-json: a request a line · otlp-proto: each request behind its length (4 bytes, big-endian), as the Collector's file exporter writes and
 * its receiver reads them · jsonl: a span a line, its attributes and those of its resource as plain maps
 */
const SPAN_FORMATS = ['otlp-json', 'otlp-proto', 'jsonl'] as const;
export type SpanFormat = (typeof SPAN_FORMATS)[number];
/** html: one session as a page in one file, see `share/` */
export const EXPORT_FORMATS = [...SPAN_FORMATS, 'html'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One request in this form, to be written behind the one before. */
export function toExported(batch: TraceBatch, format: SpanFormat): string | Uint8Array {
  if (format === 'otlp-json') return `${toOtlpJson(batch)}\n`;
  if (format === 'jsonl') return toFlatLines(batch);
  const bytes = toProtobuf(batch);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
