import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createFarTexts, replaceMarks, type FarTexts } from '#spoor/agents/far-texts.ts';
import { readLines } from '#spoor/agents/jsonl.ts';
import { asText } from '#spoor/agents/untrusted.ts';
import { restoreTexts } from '#spoor/collector/restore-texts.ts';
import { plainSpan } from '../support/plain-span.ts';

const LARGE = 1 << 30;
const LONG = 'löng "text"\n'.repeat(1000);

function leaveAll(path: string, bytes: number): { far: FarTexts; kept: string[] } {
  const far = createFarTexts(path, bytes);
  const kept: string[] = [];
  readLines(path, (text, _line, place) => {
    far.enter(place);
    const told = JSON.parse(text) as { text: string };
    kept.push(far.leave(told.text, (record) => asText(record.text)));
  });
  return { far, kept };
}

function writeTexts(t: TestContext, texts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'spoor-far-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'texts.jsonl');
  writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join('\n'));
  return path;
}

test('long texts of a large file become marks, and are found again where they stand', (t) => {
  const texts = ['short', LONG, 'é'.repeat(5000), `${LONG}end`];
  const path = writeTexts(t, texts);
  const { far, kept } = leaveAll(path, LARGE);
  assert.deepEqual(kept.map((text, index) => text === texts[index]), [true, false, false, false]);
  assert.ok(kept.every((text) => text.length < 400));
  assert.deepEqual(kept.map((text) => replaceMarks(text, (name) => far.find(name) ?? '?')), texts);
  assert.equal(replaceMarks(`{"a":${JSON.stringify(kept[1])}}`, (name) => JSON.stringify(far.find(name)).slice(1, -1)), JSON.stringify({ a: LONG }));
});

test('those of other files are kept', (t) => {
  const { far, kept } = leaveAll(writeTexts(t, [LONG]), 1000);
  assert.deepEqual(kept, [LONG]);
  assert.ok(far.isEmpty());
});

test('what the file does not say any more is not there, and foreign marks find nothing', (t) => {
  const path = writeTexts(t, [LONG, `${LONG}2`]);
  const { far, kept } = leaveAll(path, LARGE);
  writeFileSync(path, `${JSON.stringify({ text: 'other' })}\n`);
  assert.deepEqual(kept.map((text) => replaceMarks(text, (name) => far.find(name) ?? '')), ['', '']);
  assert.equal(replaceMarks(`x\uE000${'0'.repeat(32)}..\uE001y`, (name) => far.find(name) ?? ''), 'xy');
});

test('spans get their texts back without secrets', () => {
  const name = 'a'.repeat(32);
  const mark = `\uE000${name}...\uE001`;
  const content = { toolResult: mark, toolArguments: JSON.stringify({ content: mark }) };
  const span = plainSpan({ spanId: '1', traceId: '2', sessionId: 's', startUnixNano: 1n, values: { errorMessage: mark }, content });
  const [restored] = restoreTexts([span], { findText: (asked) => (asked === name ? `"line"\npassword=hunter22x` : undefined) });
  const clean = '"line"\npassword=[redacted:password]';
  assert.deepEqual(restored?.content, { toolResult: clean, toolArguments: JSON.stringify({ content: clean }) });
  assert.equal(restored?.values.errorMessage, clean);
});
