/** Honeycomb: spans go into the dataset that their `service.name` names. */
import type { Preset } from './preset.ts';

export const honeycomb: Preset = {
  id: 'honeycomb',
  title: 'Honeycomb',
  url: 'https://{region}',
  regions: { us: 'api.honeycomb.io', eu: 'api.eu1.honeycomb.io' },
  needs: [{ key: 'apiKey', title: 'ingest API key', variable: 'HONEYCOMB_API_KEY', isSecret: true }],
  headers: { 'x-honeycomb-team': '{apiKey}' },
  projectAsService: true,
  docs: 'https://docs.honeycomb.io/send-data/opentelemetry/',
};
