import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createExporter } from '#spoor/exporters/index.ts';
import { putAside } from '#spoor/exporters/rotate-file.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { toOtlpJson } from '#spoor/otlp/to-json.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { destinationOf } from '../contracts/exporter.ts';

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-rotate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function batchOf(index: number): TraceBatch {
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: index.toString(16).padStart(16, '0'), name: 'x'.repeat(index % 40), kind: 1 as const, startUnixNano: 1n, endUnixNano: 2n, attributes: {} };
  return { resourceSpans: [{ resource: {}, scope: { name: 'spoor' }, spans: [{ ...span, events: [], links: [], status: { code: 0 } }] }] };
}

/** Span ids of a file, every line a whole request. */
function readIds(path: string): number[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.pop(), '', `${path} ends with a line end`);
  return lines.map((line) => {
    const { value, problems } = parseOtlpJson(line);
    assert.deepEqual(problems, []);
    return parseInt(value?.resourceSpans[0]?.spans[0]?.spanId ?? '', 16);
  });
}

test('a file is put aside before it grows beyond its size; lines stay whole, the oldest file goes', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'traces.jsonl');
  const maxBytes = 1500;
  const exporter = createExporter(destinationOf({ exporter: 'file', path, rotate: { maxBytes, maxFiles: 3 } }));
  for (let index = 1; index <= 60; index++) assert.deepEqual(await exporter.export(batchOf(index)), { status: 'success' });
  assert.deepEqual(readdirSync(folder).sort(), ['traces-1.jsonl', 'traces-2.jsonl', 'traces-3.jsonl', 'traces.jsonl']);
  const ids = ['traces-3.jsonl', 'traces-2.jsonl', 'traces-1.jsonl', 'traces.jsonl'].flatMap((name) => readIds(join(folder, name)));
  assert.deepEqual(ids, Array.from({ length: ids.length }, (_, index) => 60 - ids.length + 1 + index), 'the newest ones, in order, each once');
  for (const name of readdirSync(folder)) {
    const stat = statSync(join(folder, name));
    assert.ok(stat.size <= maxBytes, name);
    assert.equal(stat.mode & 0o777, 0o600, name);
  }
});

test('a request larger than the size has a file of its own; a torn line is ended before the file is put aside', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'traces.jsonl');
  const exporter = createExporter(destinationOf({ exporter: 'file', path, rotate: { maxBytes: 100, maxFiles: 9 } }));
  await exporter.export(batchOf(1));
  await exporter.export(batchOf(2));
  assert.deepEqual([readIds(join(folder, 'traces-1.jsonl')), readIds(path)], [[1], [2]]);
  writeFileSync(path, `${toOtlpJson(batchOf(3))}\n{"resourceSpans":[{"sco`);
  await exporter.export(batchOf(4));
  assert.deepEqual(readIds(path), [4]);
  assert.equal(readFileSync(join(folder, 'traces-1.jsonl'), 'utf8'), `${toOtlpJson(batchOf(3))}\n{"resourceSpans":[{"sco\n`);
});

test('after a crash between two renames no file goes before its time', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'traces.jsonl');
  const at = (number: number): string => join(folder, `traces-${number}.jsonl`);
  for (const [name, text] of [[path, 'now'], [at(1), 'one'], [at(2), 'two'], [at(3), 'three']] as const) writeFileSync(name, text);
  renameSync(at(2), at(4));
  await putAside(path, 4);
  assert.deepEqual([1, 2, 3, 4].map((number) => readFileSync(at(number), 'utf8')), ['now', 'one', 'three', 'two']);
  writeFileSync(path, 'next');
  await putAside(path, 4);
  assert.deepEqual([1, 2, 3, 4].map((number) => readFileSync(at(number), 'utf8')), ['next', 'now', 'one', 'three']);
});
