import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findPreset, presets } from '#spoor/exporters/presets/index.ts';
import { toTraceUrl } from '#spoor/exporters/presets/trace-url.ts';

const TRACE = '5759e988bd862e3fe1be46a994272793';

const cases: [preset: string, of: { url?: string; region?: string }, page: string | undefined][] = [
  ['phoenix', { url: 'http://localhost:6006/v1/traces' }, `http://localhost:6006/redirects/traces/${TRACE}`],
  ['phoenix', { url: 'https://app.phoenix.arize.com/s/den/v1/traces' }, `https://app.phoenix.arize.com/s/den/redirects/traces/${TRACE}`],
  ['jaeger', { url: 'http://jaeger.local:4318/v1/traces' }, `http://jaeger.local:16686/trace/${TRACE}`],
  ['xray', { url: 'https://xray.eu-west-1.amazonaws.com/v1/traces', region: 'eu-west-1' }, 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#xray:traces/1-5759e988-bd862e3fe1be46a994272793'],
  ['xray', { url: 'https://xray.eu-west-1.amazonaws.com/v1/traces' }, undefined],
  ['xray', { url: 'https://xray.eu-west-1.amazonaws.com/v1/traces', region: 'evil.example/' }, undefined],
  ['phoenix', { url: 'javascript:alert(1)' }, undefined],
  ['phoenix', {}, undefined],
  ['honeycomb', { url: 'https://api.honeycomb.io/v1/traces' }, undefined],
];
for (const [preset, of, page] of cases) {
  it(`${preset} at ${of.url ?? 'no address'}: ${page ?? 'no page'}`, () => assert.equal(toTraceUrl(findPreset(preset) ?? {}, of, TRACE), page));
}

it('takes nothing for a trace that is none', () => {
  for (const preset of presets) assert.equal(toTraceUrl(preset, { url: 'http://localhost:1/v1/traces', region: 'us-east-1' }, '../../x'), undefined);
});
