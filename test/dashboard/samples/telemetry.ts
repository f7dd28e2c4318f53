/** Answers of `/api/telemetry…` and `/api/settings`, made up. */
import type { SettingsAnswer } from '#spoor/query/api/settings.ts';
import type { ForeignTraceAnswer, ForeignTracesAnswer, LogsAnswer, TelemetryAnswer } from '#spoor/query/api/telemetry.ts';

const NOW = Date.now();
const raw = { attributes: { 'http.route': '/pay', 'http.response.status_code': 502 }, resource: { 'service.name': 'checkout' } };

export const SERVICES: TelemetryAnswer = {
  queryMillis: 1,
  services: [
    { signal: 'traces', service: 'checkout', records: 41, merged: 0, kept: 41, lastMillis: NOW },
    { signal: 'logs', service: 'claude-code', records: 812, merged: 640, kept: 172, lastMillis: NOW },
  ],
};
export const TRACES: ForeignTracesAnswer = { queryMillis: 1, items: [{ traceId: 'ab'.repeat(16), service: 'checkout', name: 'POST /pay', startMillis: NOW - 9000, durationMillis: 812, spans: 3, errors: 1 }] };
export const TRACE: ForeignTraceAnswer = {
  queryMillis: 1,
  traceId: 'ab'.repeat(16),
  isCut: false,
  spans: [
    { ...raw, spanId: '01', service: 'checkout', name: 'POST /pay', kind: 'server', startMillis: NOW - 9000, durationMillis: 812, status: 'error', statusMessage: 'bad gateway', events: [], links: [] },
    { ...raw, spanId: '02', parentSpanId: '01', service: 'checkout', name: 'charge card', kind: 'client', startMillis: NOW - 8900, durationMillis: 700, status: 'error', events: [], links: [] },
    { ...raw, spanId: '03', parentSpanId: 'ff', service: 'ledger', name: 'write entry', kind: 'internal', startMillis: NOW - 8300, durationMillis: 40, status: 'unset', events: [], links: [] },
  ],
};
export const LOGS: LogsAnswer = { queryMillis: 1, items: [{ id: 1, service: 'claude-code', name: 'mcp_server_connection', attributes: { status: 'connected' }, resource: {}, receivedMillis: NOW - 4000 }] };

export const SETTINGS: SettingsAnswer = {
  queryMillis: 1,
  version: '0.1.0',
  node: '24.1.0',
  platform: 'linux',
  paths: [{ name: 'home', path: '/home/you/.spoor' }],
  settings: [{ name: 'store.keep.content', value: '90d', source: 'default' }, { name: 'userId', value: 'you', source: 'env', from: 'SPOOR_USER_ID' }],
  destinations: [{ name: 'ax', type: 'otlp-http', preset: 'arize-ax', endpoint: 'https://otlp.arize.com', dialect: 'openinference', content: 'none', trace: 'turn', headers: ['authorization'], missingSecrets: ['ARIZE_API_KEY'] }],
  agents: [{ agent: 'kiro', title: 'Kiro', present: true, installedIn: ['~/.kiro/agents/spoor.json'] }, { agent: 'codex', title: 'Codex', present: false, installedIn: [] }],
  problems: [{ code: 'unknown-key', detail: 'config.yaml:4 has no "exlude"; did you mean "exclude"?' }],
};
