import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Destination } from '#spoor/exporters/exporter.ts';
import { exporters } from '#spoor/exporters/index.ts';
import type { MemoryExporter } from '#spoor/exporters/memory.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { startOtlpBackend } from '../support/otlp-backend.ts';
import { destinationOf, type ExporterStage, testExporter } from './exporter.ts';

const stages: Record<Destination['exporter'], () => Promise<ExporterStage>> = {
  'otlp-http': openBackend,
  file: openFolder,
  console: openTerminal,
  memory: async () => ({
    destination: destinationOf({ exporter: 'memory' }),
    received: (exporter) => (exporter as MemoryExporter).spans().map((span) => span.spanId),
    async stop() {},
  }),
};

test('every listed exporter has a stage', () => {
  assert.deepEqual(Object.keys(exporters).sort(), Object.keys(stages).sort());
});

for (const [name, openStage] of Object.entries(stages)) testExporter(name as Destination['exporter'], openStage);

async function openBackend(): Promise<ExporterStage> {
  const backend = await startOtlpBackend();
  return {
    destination: destinationOf({ exporter: 'otlp-http', url: backend.url }),
    received: () => backend.spans().map((span) => span.spanId),
    breakIt: () => backend.become({ type: 'refuse' }),
    mendIt: () => backend.heal(),
    stop: () => backend.stop(),
  };
}

/** Breaking: a folder stands where the file should be. */
async function openFolder(): Promise<ExporterStage> {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-exporter-'));
  const path = join(folder, 'sub', 'traces.jsonl');
  return {
    destination: destinationOf({ exporter: 'file', path }),
    received: () => readSpanIds(path),
    async breakIt() {
      mkdirSync(path, { recursive: true });
    },
    async mendIt() {
      renameSync(path, `${path}.away`);
    },
    async stop() {
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true });
    },
  };
}

function readSpanIds(path: string): string[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  const groups = lines.flatMap((line) => parseOtlpJson(line).value?.resourceSpans ?? []);
  return groups.flatMap((group) => group.spans.map((span) => span.spanId));
}

/** Breaking: the terminal went away. */
async function openTerminal(): Promise<ExporterStage> {
  let text = '';
  let isGone = false;
  const print = (more: string): void => {
    if (isGone) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    text += more;
  };
  return {
    destination: destinationOf({ exporter: 'console' }),
    surroundings: { print },
    received: () => [...text.matchAll(/^ {2}trace \S+ span (\S+)/gm)].map((match) => match[1] ?? ''),
    async breakIt() {
      isGone = true;
    },
    async mendIt() {
      isGone = false;
    },
    async stop() {},
  };
}
