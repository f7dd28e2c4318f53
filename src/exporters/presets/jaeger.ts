/** Jaeger: its OTLP receiver listens on OTLP's own port. */
import type { Preset } from './preset.ts';

export const jaeger: Preset = {
  id: 'jaeger',
  title: 'Jaeger',
  url: 'http://localhost:4318',
  needs: [],
  headers: {},
  projectAsService: true,
  docs: 'https://www.jaegertracing.io/docs/latest/architecture/apis/',
};
