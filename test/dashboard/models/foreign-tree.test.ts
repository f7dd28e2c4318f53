/** Any spans become a tree in which each stands once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toTree } from '../../../dashboard/src/models/foreign-tree.ts';

test('property: each span once, a child below its parent, whatever the links', () => {
  const span = fc.record({ spanId: fc.constantFrom('a', 'b', 'c', 'd', 'e'), parentSpanId: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x'), { nil: undefined }), startMillis: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.uniqueArray(span, { selector: ({ spanId }) => spanId }), (spans) => {
      const rows = toTree(spans);
      assert.deepEqual(new Set(rows.map((row) => row.span)), new Set(spans));
      assert.equal(rows.length, spans.length);
      for (const [index, { span: { parentSpanId, spanId }, depth }] of rows.entries()) {
        const parent = rows.findIndex((row) => row.span.spanId === parentSpanId);
        if (depth > 0) assert.ok(parent >= 0 && parent < index && rows[parent]?.depth === depth - 1, spanId);
      }
    }),
  );
});
