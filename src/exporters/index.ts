/** The list of exporters: one line each. */
import { createConsoleExporter } from './console.ts';
import type { Destination, Exporter } from './exporter.ts';
import { createFileExporter } from './file.ts';
import { createMemoryExporter } from './memory.ts';
import { createOtlpHttpExporter } from './otlp-http.ts';

/** What an exporter may need of its surroundings. */
export interface ExporterSurroundings {
  /** Where the console exporter writes: only the command line has a terminal. */
  print?(text: string): void;
}

type CreateExporter = (destination: Destination, surroundings: ExporterSurroundings) => Exporter;

export const exporters: Record<Destination['exporter'], CreateExporter> = {
  'otlp-http': createOtlpHttpExporter,
  file: createFileExporter,
  console: createConsoleExporter,
  memory: createMemoryExporter,
};

/** The exporter of a destination. Throws one sentence when the destination lacks what it needs (a URL, a path, a terminal). */
export function createExporter(destination: Destination, surroundings: ExporterSurroundings = {}): Exporter {
  return exporters[destination.exporter](destination, surroundings);
}
