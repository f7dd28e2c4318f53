/** Grafana Cloud's OTLP gateway. The region is the zone of the stack, such as `prod-us-east-0`; the instance id is the user of the token. */
import type { Preset } from './preset.ts';

export const grafanaCloud: Preset = {
  id: 'grafana-cloud',
  title: 'Grafana Cloud',
  url: 'https://otlp-gateway-{region}.grafana.net/otlp',
  path: '/otlp/v1/traces',
  needs: [
    { key: 'region', title: 'zone of the stack (prod-us-east-0)' },
    { key: 'keyId', title: 'instance id' },
    { key: 'apiKey', title: 'access policy token (traces:write)', variable: 'GRAFANA_CLOUD_API_KEY', isSecret: true },
  ],
  headers: { authorization: 'Basic base64({keyId}:{apiKey})' },
  projectAsService: true,
  docs: 'https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/',
};
