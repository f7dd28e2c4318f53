import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_KEEP, parseStore, type KeepSettings } from '#spoor/config/parse-store.ts';
import { parseYaml } from '#spoor/config/yaml-file.ts';
import type { Problem } from '#spoor/core/problem.ts';

const DAY = 86_400_000;

function parse(yaml: string): { value: KeepSettings; problems: string[] } {
  const file = parseYaml(yaml, 'config.yaml');
  const problems: Problem[] = [];
  return { value: parseStore(file, (file.value as { store?: unknown } | null)?.store, problems), problems: problems.map(({ detail }) => detail) };
}

test('ages and a size are read; what is not said is as if there were nothing', () => {
  assert.deepEqual(parse('store: {keep: {content: 30d, spans: 1y, size: 5GB}}'), { value: { contentMillis: 30 * DAY, spansMillis: 365 * DAY, bytes: 5e9 }, problems: [] });
  assert.deepEqual(parse('store: {keep: {content: forever, size: 1.5 mb}}'), { value: { bytes: 1_500_000 }, problems: [] });
  assert.deepEqual(parse('store: {keep: {spans: 8w}}').value, { contentMillis: 90 * DAY, spansMillis: 56 * DAY });
  for (const yaml of ['store:', 'store: {keep: }', 'store: {}', 'x: 1']) assert.deepEqual(parse(yaml), { value: DEFAULT_KEEP, problems: [] });
});

test('what cannot be read deletes nothing, and is told with its line', () => {
  const { value, problems } = parse('store:\n  keep:\n    content: ninety\n    spans: -3d\n    size: 5\n    texts: 1d\n');
  assert.deepEqual(value, {});
  assert.deepEqual(problems, [
    'config.yaml:6: store: keep: unknown key "texts"; known are content, spans, size',
    'config.yaml:3: store: keep: "content" must be forever or a span of time such as 90d, 12h, 8w or 1y',
    'config.yaml:4: store: keep: "spans" must be forever or a span of time such as 90d, 12h, 8w or 1y',
    'config.yaml:5: store: keep: "size" must be an amount such as 500MB or 5GB',
  ]);
  for (const yaml of ['store: 5', 'store: {keep: [1]}']) assert.deepEqual(parse(yaml).value, {});
});
