/** The OpenTelemetry Collector, whose OTLP receiver listens for HTTP on 4318. Backends that speak gRPC only are reached through it. */
import type { Preset } from './preset.ts';

export const otelCollector: Preset = {
  id: 'otel-collector',
  title: 'OpenTelemetry Collector',
  url: 'http://localhost:4318',
  needs: [],
  headers: {},
  projectAsService: true,
  docs: 'https://github.com/open-telemetry/opentelemetry-collector/tree/main/receiver/otlpreceiver',
};
