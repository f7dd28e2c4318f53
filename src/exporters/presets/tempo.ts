/** Grafana Tempo: OTLP on its own port; where it has several tenants, a header names the one. */
import type { Preset } from './preset.ts';

export const tempo: Preset = {
  id: 'tempo',
  title: 'Grafana Tempo',
  url: 'http://localhost:4318',
  needs: [{ key: 'spaceId', title: 'tenant', isOptional: true }],
  headers: { 'x-scope-orgid': '{spaceId}' },
  projectAsService: true,
  docs: 'https://grafana.com/docs/tempo/latest/operations/multitenancy/',
};
