/**
 * Arize AX. Its pages have `space_id` and `api_key`; its own tracer of coding agents sends the key as `authorization`. Both are sent.
 * The project stands on the resource (`openinference.project.name`) and, as its own tracer has it, on every span. On premises: `url`.
 */
import type { Preset } from './preset.ts';

export const arizeAx: Preset = {
  id: 'arize-ax',
  title: 'Arize AX',
  url: 'https://{region}',
  regions: { us: 'otlp.arize.com', eu: 'otlp.eu-west-1a.arize.com', ca: 'otlp.ca-central-1a.arize.com' },
  needs: [
    { key: 'apiKey', title: 'API key', variable: 'ARIZE_API_KEY', isSecret: true },
    { key: 'spaceId', title: 'space id', variable: 'ARIZE_SPACE_ID' },
  ],
  headers: { authorization: 'Bearer {apiKey}', api_key: '{apiKey}', space_id: '{spaceId}' },
  dialect: 'openinference',
  projectAttribute: 'arize.project.name',
  docs: 'https://arize.com/docs/ax/observe/tracing/configure/otel-exporter',
};
