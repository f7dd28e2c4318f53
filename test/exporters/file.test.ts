import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createFileExporter } from '#spoor/exporters/file.ts';
import { parseOtlpJson } from '#spoor/otlp/parse-json.ts';
import { destinationOf } from '../contracts/exporter.ts';
import { sampleBatch, withoutAbsent } from '../otlp/sample-batch.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('each batch is one line of TracesData', async (t) => {
  const path = join(temporaryFolder(t), 'traces.jsonl');
  const exporter = createFileExporter(destinationOf({ exporter: 'file', path }));
  await exporter.export(sampleBatch);
  await exporter.export(sampleBatch);
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  assert.equal(lines.length, 3);
  assert.equal(lines[2], '');
  for (const line of lines.slice(0, 2)) assert.deepEqual(withoutAbsent(parseOtlpJson(line).value), sampleBatch);
});

test('the file is for its owner alone, and so is a folder made for it', async (t) => {
  const folder = temporaryFolder(t);
  const exporter = createFileExporter(destinationOf({ exporter: 'file', path: join(folder, 'new', 'traces.jsonl') }));
  await exporter.export(sampleBatch);
  assert.equal(statSync(join(folder, 'new')).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'new', 'traces.jsonl')).mode & 0o777, 0o600);
});

test('what stood there before stays, and a half line of a crash is ended first', async (t) => {
  const path = join(temporaryFolder(t), 'traces.jsonl');
  writeFileSync(path, '{"resourceSpans":[]}\n{"resou');
  const exporter = createFileExporter(destinationOf({ exporter: 'file', path }));
  await exporter.export(sampleBatch);
  appendFileSync(path, 'x');
  await exporter.export(sampleBatch);
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.deepEqual([lines[0], lines[1], lines[3]], ['{"resourceSpans":[]}', '{"resou', 'x']);
  for (const index of [2, 4]) assert.deepEqual(withoutAbsent(parseOtlpJson(lines[index] ?? '').value), sampleBatch);
});

test('a disk that is full in the middle of a line leaves the file as it was', (t) => {
  const path = join(temporaryFolder(t), 'traces.jsonl');
  writeFileSync(path, '{"resourceSpans":[]}\n');
  const script = `
    import { createFileExporter } from '#spoor/exporters/file.ts';
    const attributes = { large: 'x'.repeat(100_000) };
    const batch = { resourceSpans: [{ resource: attributes, scope: { name: 'spoor' }, spans: [] }] };
    console.log(JSON.stringify(await createFileExporter({ name: 'full', path: process.argv[1] }).export(batch)));`;
  // A limit on the size of files stands in for the disk: the write stops half way, with an error.
  const limited = 'ulimit -f 8; trap "" XFSZ; exec "$0" "$@"';
  const node = [process.execPath, ...process.execArgv.filter((option) => option.startsWith('--conditions')), '--input-type=module', '-e', script, path];
  const child = spawnSync('sh', ['-c', limited, ...node], { cwd: import.meta.dirname, encoding: 'utf8' });
  assert.match(child.stdout, /"retryable".*could not be written \(EFBIG\)/, child.stderr);
  assert.equal(readFileSync(path, 'utf8'), '{"resourceSpans":[]}\n');
});

test('a device is no place for it', async () => {
  const result = await createFileExporter(destinationOf({ exporter: 'file', path: '/dev/null' })).export(sampleBatch);
  assert.equal(result.status, 'retryable');
});

test('a place that cannot be written is retryable and named', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'in-the-way'), '');
  for (const path of [folder, join(folder, 'in-the-way', 'traces.jsonl')]) {
    const result = await createFileExporter(destinationOf({ exporter: 'file', path })).export(sampleBatch);
    assert.equal(result.status, 'retryable');
    assert.match(result.message ?? '', new RegExp(`^${path} could not be written \\((EISDIR|ENOTDIR|EEXIST)\\)`));
  }
});

test('a destination without a path is refused with a sentence', () => {
  assert.throws(() => createFileExporter(destinationOf({ exporter: 'file' })), /has no path/);
});
