/**
 * Arize Phoenix. It takes protobuf only, on the port of its web page; a cloud space has a path (`https://app.phoenix.arize.com/s/<space>`).
 * The header wins over the resource attribute `openinference.project.name`, where every destination of ours has the project as well.
 */
import type { Preset } from './preset.ts';

export const phoenix: Preset = {
  id: 'phoenix',
  title: 'Phoenix',
  url: 'http://localhost:6006',
  needs: [{ key: 'apiKey', title: 'API key', variable: 'PHOENIX_API_KEY', isSecret: true, isOptional: true }],
  headers: { authorization: 'Bearer {apiKey}' },
  dialect: 'openinference',
  projectHeader: 'x-project-name',
  metrics: false,
  // It knows the project of a trace by itself (Phoenix 11 and newer).
  traceUrl: '{base}/redirects/traces/{traceId}',
  docs: 'https://arize.com/docs/phoenix/tracing/how-to-tracing/setup-tracing',
};
