import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toFigure } from '#spoor/metrics/figure.ts';
import { INSTRUMENTS } from '#spoor/metrics/instruments.ts';
import type { Series } from '#spoor/metrics/ledger.ts';
import { toPrometheusText } from '#spoor/metrics/to-prometheus-text.ts';
import { parsePrometheusText } from './prometheus-grammar.ts';

const series = (instrument: (typeof INSTRUMENTS)[keyof typeof INSTRUMENTS], value: number, labels: Record<string, string> = {}): Series => ({ metric: instrument.name, resource: {}, labels, isOverflow: false, figure: toFigure(instrument, value) });

const sample = [series(INSTRUMENTS.turns, 3, { 'spoor.agent': 'kiro' }), series(INSTRUMENTS.costUsd, 0.25), { ...series(INSTRUMENTS.toolCalls, 7), isOverflow: true }];

test('the older text', () => {
  assert.equal(toPrometheusText({ series: sample }, { format: 'text', gauges: [{ name: 'spoor_build_info', description: 'v', samples: [{ labels: { version: '1' }, value: 1 }] }] }), `# HELP spoor_turns_total Turns, from a prompt to its final answer
# TYPE spoor_turns_total counter
spoor_turns_total{spoor_agent="kiro"} 3
# HELP spoor_cost_usd_total US dollars that model requests cost
# TYPE spoor_cost_usd_total counter
spoor_cost_usd_total 0.25
# HELP spoor_tool_calls_total Tool calls
# TYPE spoor_tool_calls_total counter
spoor_tool_calls_total{otel_metric_overflow="true"} 7
# HELP spoor_build_info v
# TYPE spoor_build_info gauge
spoor_build_info{version="1"} 1
`);
});

test('OpenMetrics: families without their suffix, units, floats as bounds, an end', () => {
  const text = toPrometheusText({ series: [series(INSTRUMENTS.turnDuration, 1.5, { 'spoor.agent': 'pi' })] }, { format: 'openmetrics' });
  assert.ok(text.startsWith('# HELP spoor_turn_duration_seconds How long a turn took\n# TYPE spoor_turn_duration_seconds histogram\n# UNIT spoor_turn_duration_seconds seconds\nspoor_turn_duration_seconds_bucket{spoor_agent="pi",le="1.0"} 0\nspoor_turn_duration_seconds_bucket{spoor_agent="pi",le="2.0"} 1\n'), text);
  assert.ok(text.endsWith('spoor_turn_duration_seconds_bucket{spoor_agent="pi",le="+Inf"} 1\nspoor_turn_duration_seconds_sum{spoor_agent="pi"} 1.5\nspoor_turn_duration_seconds_count{spoor_agent="pi"} 1\n# EOF\n'), text);
});

test('whatever the labels hold, both texts can be read, and say it', () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '\\', '\n', '\r', '\u2028', 'a\\n"b', '}', ',x="1"'));
  const one = fc.record({ instrument: fc.constantFrom(...Object.values(INSTRUMENTS)), text: value, figure: fc.integer({ min: 0, max: 10_000 }) });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ instrument, text }) => `${instrument.name} ${text}`, minLength: 1, maxLength: 8 }), fc.constantFrom('text' as const, 'openmetrics' as const), (list, format) => {
      const families = parsePrometheusText(toPrometheusText({ series: list.map(({ instrument, text, figure }) => series(instrument, figure, { 'gen_ai.tool.name': text })) }, { format }), format);
      const told = new Set(families.flatMap(({ samples }) => samples.map(({ labels }) => labels.gen_ai_tool_name)));
      assert.deepEqual(told, new Set(list.map(({ text }) => text)));
    }),
    { numRuns: 200 },
  );
});
