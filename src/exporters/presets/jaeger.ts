/** Jaeger: its OTLP receiver listens on OTLP's own port. */
import type { Preset } from './preset.ts';

export const jaeger: Preset = {
  id: 'jaeger',
  title: 'Jaeger',
  url: 'http://localhost:4318',
  needs: [],
  headers: {},
  projectAsService: true,
  metrics: false,
  // Its UI has a port of its own.
  traceUrl: 'http://{host}:16686/trace/{traceId}',
  docs: 'https://www.jaegertracing.io/docs/latest/architecture/apis/',
};
