import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toOutlineLine } from '#spoor/agents/claude-code/outline-line.ts';
import { createTranscriptReader } from '#spoor/agents/claude-code/transcript.ts';
import { scrubOutline } from '#spoor/collector/import/scrub-outline.ts';
import type { Fact } from '#spoor/core/fact.ts';

/** Longer than this, as it is written, a text is left out. */
const LONG_BYTES = 6 * 257;

const piece = fc.constantFrom('a', '"', '\\', '\\"', '\n', 'é', '→', '🦆', '{"is_error":true}', '"toolUseResult":', '[', '\u0001', ' of an ordinary length ');
const shortText = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
const longText = fc.array(piece, { minLength: 2000, maxLength: 2600 }).map((parts) => parts.join(''));
const someText = fc.oneof(shortText, longText);

function toRecord({ content, structured, isError }: { content: unknown; structured: unknown; isError?: boolean }): object {
  const block = { tool_use_id: 'c', type: 'tool_result', content, ...(isError === undefined ? {} : { is_error: isError }) };
  return { type: 'user', uuid: 'u', timestamp: '2026-01-01T00:00:00.000Z', message: { role: 'user', content: [block] }, toolUseResult: structured };
}

/** As a line stands in a chunk: other lines around it, at any place. */
function lineIn(text: string, before: number): Buffer {
  const bytes = Buffer.from(`${'"'.repeat(before)}${text}""\\"`);
  return bytes.subarray(before, before + Buffer.byteLength(text));
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2 > LONG_BYTES ? '.'.repeat(257) : value;
  if (Array.isArray(value)) return value.map(shorten);
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner)])) : value;
}

test('of a result the long texts are left out and nothing else, wherever the line stands and whatever they hold', () => {
  const structured = fc.oneof(someText, fc.record({ type: shortText, file: fc.record({ content: someText }), stdout: someText, durationMs: fc.nat() }));
  fc.assert(
    fc.property(someText, structured, fc.nat({ max: 9 }), fc.option(fc.constant(false), { nil: undefined }), (content, told, before, isError) => {
      const record = toRecord({ content, structured: told, ...(isError === undefined ? {} : { isError }) });
      assert.deepEqual(JSON.parse(toOutlineLine(lineIn(JSON.stringify(record), before))), shorten(record));
    }),
    { numRuns: 200 },
  );
});

test('a failure, a prompt and what is no JSON are given whole', () => {
  const long = 'x'.repeat(5000);
  const whole = [
    JSON.stringify(toRecord({ content: long, structured: `Error: ${long}`, isError: true })),
    JSON.stringify({ type: 'user', uuid: 'u', message: { role: 'user', content: long } }),
    JSON.stringify({ type: 'assistant', uuid: 'a', message: { id: 'm', content: [{ type: 'text', text: long }] } }),
    `{"type":"tool_result","content":"${long}`,
    `{"type":"tool_result","content":"${long}\\"`,
    long,
    '',
  ];
  for (const text of whole) assert.equal(toOutlineLine(lineIn(text, 3)), text);
});

test('an outline is the same whether it was read with the long texts or without', () => {
  const asOutline = (fact: Fact): Fact => scrubOutline(fact, { scrub: (one) => one, areCallsNamed: true });
  const factsOf = (texts: readonly string[]): Fact[] => {
    const reader = createTranscriptReader('s', { isSubagent: false });
    texts.forEach((text, order) => assert.deepEqual(reader.add(text, order), []));
    return reader.finish().facts.map(asOutline);
  };
  fc.assert(
    fc.property(someText, fc.array(someText, { maxLength: 3 }), fc.boolean(), (output, blocks, isError) => {
      const lines = [
        { type: 'user', uuid: 'p', message: { role: 'user', content: 'hi' } },
        toRecord({ content: blocks.length > 0 ? blocks.map((text) => ({ type: 'text', text })) : output, structured: { type: 'create', content: output, agentId: 'a1', totalDurationMs: 7 }, ...(isError ? { isError } : {}) }),
      ].map((line) => JSON.stringify(line));
      assert.deepEqual(factsOf(lines.map((line) => toOutlineLine(Buffer.from(line)))), factsOf(lines));
    }),
    { numRuns: 100 },
  );
});
