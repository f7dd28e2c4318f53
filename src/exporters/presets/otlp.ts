/** Anything that takes OTLP over HTTP, on the port that the protocol has for it. */
import type { Preset } from './preset.ts';

export const otlp: Preset = {
  id: 'otlp',
  title: 'an OTLP receiver',
  url: 'http://localhost:4318',
  needs: [],
  headers: {},
  projectAsService: true,
  docs: 'https://opentelemetry.io/docs/specs/otlp/#otlphttp',
};
