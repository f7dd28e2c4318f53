/** Datadog's OTLP intake. `llmobs` has it show the spans as LLM Observability; the region is a site of theirs by its short name. */
import type { Preset } from './preset.ts';

export const datadog: Preset = {
  id: 'datadog',
  title: 'Datadog',
  url: 'https://otlp.{region}',
  regions: { us1: 'datadoghq.com', us3: 'us3.datadoghq.com', us5: 'us5.datadoghq.com', eu1: 'datadoghq.eu', ap1: 'ap1.datadoghq.com', ap2: 'ap2.datadoghq.com' },
  needs: [{ key: 'apiKey', title: 'API key', variable: 'DD_API_KEY', isSecret: true }],
  headers: { 'dd-api-key': '{apiKey}', 'dd-otlp-source': 'llmobs' },
  projectAsService: true,
  docs: 'https://docs.datadoghq.com/llm_observability/instrumentation/otel_instrumentation/',
};
