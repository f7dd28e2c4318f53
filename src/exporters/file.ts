/** The OTLP file format: JSON lines, one TracesData a line, appended. Readable by the Collector's otlpjsonfile receiver. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toOtlpJson } from '../otlp/to-json.ts';
import type { TraceBatch } from '../otlp/trace.ts';
import type { Destination, Exporter, ExportResult } from './exporter.ts';

const NEWLINE = 0x0a;

/** Opens nothing yet. Throws one sentence when the destination has no path. */
export function createFileExporter({ name, path }: Destination): Exporter {
  if (!path) throw new Error(`The destination ${name} has no path. Give it the path of a .jsonl file.`);
  return {
    async export(batch) {
      try {
        return await append(path, batch);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        return { status: 'retryable', message: `${path} could not be written (${code}). Make room or give write permission there.` };
      }
    },
    async close() {},
  };
}

async function append(path: string, batch: TraceBatch): Promise<ExportResult> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { status: 'retryable', message: `${path} is not a file. Configure the path of a .jsonl file.` };
    await appendLine(file, stat.size, toOtlpJson(batch));
    await file.datasync();
    return { status: 'success' };
  } finally {
    await file.close();
  }
}

/** A line cut off by a full disk is taken back, one cut off by a crash is ended first: no two requests share a line. */
async function appendLine(file: FileHandle, size: number, line: string): Promise<void> {
  const start = (await endsOpen(file, size)) ? '\n' : '';
  try {
    await file.appendFile(`${start}${line}\n`);
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  }
}

async function endsOpen(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}
