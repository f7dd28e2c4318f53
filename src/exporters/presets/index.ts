/** The list of presets: one line each. Where two listen at one address, the first is the one that is offered. */
import { arizeAx } from './arize-ax.ts';
import { datadog } from './datadog.ts';
import { grafanaCloud } from './grafana-cloud.ts';
import { honeycomb } from './honeycomb.ts';
import { jaeger } from './jaeger.ts';
import { langfuse } from './langfuse.ts';
import { otelCollector } from './otel-collector.ts';
import { otlp } from './otlp.ts';
import { phoenix } from './phoenix.ts';
import type { Preset } from './preset.ts';
import { tempo } from './tempo.ts';
import { xray } from './xray.ts';

export const presets: readonly Preset[] = [phoenix, otlp, jaeger, otelCollector, tempo, arizeAx, xray, honeycomb, grafanaCloud, datadog, langfuse];

/** The preset of this name, or undefined. */
export function findPreset(id: string): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}
