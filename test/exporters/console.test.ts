import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsoleExporter } from '#spoor/exporters/console.ts';
import type { TraceBatch } from '#spoor/otlp/trace.ts';
import { sampleBatch } from '../otlp/sample-batch.ts';

async function print(batch: TraceBatch): Promise<string> {
  let text = '';
  await createConsoleExporter({ name: 'terminal' }, { print: (more) => (text += more) }).export(batch);
  return text;
}

test('a span is a line of what and when, one of ids, and one for each attribute and event', async () => {
  const lines = (await print(sampleBatch)).split('\n');
  assert.equal(lines[0], '2025-11-21T13:00:00.123Z invoke_agent kiro_default 3876.543 ms');
  assert.equal(lines[1], '  trace 0af7651916cd43dd8448eb211c80319c span b7ad6b7169203331');
  assert.ok(lines.includes('  int = 42'));
  assert.ok(lines.includes('  list = a, b'));
  assert.ok(lines.includes('  event compaction'));
  assert.ok(lines.includes('2025-11-21T13:00:00.200Z chat claude-sonnet-4.5 700 ms ERROR: throttled'));
});

test('foreign text cannot steer the terminal', async () => {
  const batch = structuredClone(sampleBatch);
  const span = batch.resourceSpans[0]?.spans[1];
  assert.ok(span);
  span.name = 'a\u001b[2Jb\u202e';
  span.attributes = { text: 'line\nnext\r\u009b31m' };
  const text = await print(batch);
  assert.match(text, /a\\u001b\[2Jb\\u202e /);
  assert.match(text, /text = line\\nnext\\u000d\\u009b31m/);
});

test('without a terminal it is refused with a sentence', () => {
  assert.throws(() => createConsoleExporter({ name: 'terminal' }, {}), /terminal prints to a terminal/);
});
