/** The OTLP file format: JSON lines, one TracesData a line, appended. Readable by the Collector's otlpjsonfile receiver. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toOtlpJson } from '../otlp/to-json.ts';
import type { Destination, Exporter, ExportResult, FileRotation } from './exporter.ts';
import { putAside } from './rotate-file.ts';

const NEWLINE = 0x0a;

/** Opens nothing yet. Throws one sentence when the destination has no path. */
export function createFileExporter({ name, path, rotate }: Destination): Exporter {
  if (!path) throw new Error(`The destination ${name} has no path. Give it the path of a .jsonl file.`);
  return {
    async export(batch) {
      try {
        // No spans, no line: an empty request only asks whether it would be taken.
        return await append(path, batch.resourceSpans.length === 0 ? '' : `${toOtlpJson(batch)}\n`, rotate);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        return { status: 'retryable', message: `${path} could not be written (${code}). Make room or give write permission there.` };
      }
    },
    async close() {},
  };
}

async function append(path: string, line: string, rotate: FileRotation | undefined): Promise<ExportResult> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { status: 'retryable', message: `${path} is not a file. Configure the path of a .jsonl file.` };
    const isFull = rotate !== undefined && stat.size > 0 && stat.size + Buffer.byteLength(line) > rotate.maxBytes;
    if (isFull) {
      // A line that a crash cut off is ended, so that the reader of the old file finds lines only.
      if (await endsOpen(file, stat.size)) await file.appendFile('\n');
      await file.datasync();
    } else {
      await appendLine(file, stat.size, line);
      await file.datasync();
      return { status: 'success' };
    }
  } finally {
    await file.close();
  }
  await putAside(path, rotate?.maxFiles ?? 1);
  return await append(path, line, undefined);
}

/** A line cut off by a full disk is taken back, one cut off by a crash is ended first: no two requests share a line. */
async function appendLine(file: FileHandle, size: number, line: string): Promise<void> {
  const start = (await endsOpen(file, size)) ? '\n' : '';
  try {
    await file.appendFile(`${start}${line}`);
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
