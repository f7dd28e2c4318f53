/** Answers of `/api/health`, made up. */
import type { HealthAnswer } from '#spoor/query/api/overview.ts';

export const HEALTH: HealthAnswer = {
  queryMillis: 2,
  version: '0.1.0',
  state: 'attention',
  notes: ['xray has not taken a span for 2 h: credentials expired. Sign in with: aws sso login'],
  agents: [
    { agent: 'claude-code', title: 'Claude Code', installed: true, hooksSeen: 4120, lastHookMillis: Date.now() - 4000, hook: { count: 4120, p50: 2.9, p95: 6.1, max: 41 } },
    { agent: 'kiro', title: 'Kiro', installed: true, hooksSeen: 911, lastHookMillis: Date.now() - 3_600_000, hook: { count: 911, p50: 3.1, p95: 7, max: 12 } },
    { agent: 'codex', title: 'Codex', installed: false, hooksSeen: 0, hook: { count: 0 } },
  ],
  spool: { waiting: 0 },
  destinations: [
    { name: 'phoenix', type: 'phoenix', endpoint: 'http://127.0.0.1:6006', sent: 41_220, waiting: 0, setAside: 0, held: 0, acceptedAtMillis: Date.now() - 5000 },
    { name: 'xray', type: 'xray', endpoint: 'https://xray.eu-west-1.amazonaws.com', sent: 12_000, waiting: 412, setAside: 2, held: 0, oldestWaitingMillis: Date.now() - 7_200_000, lastError: 'The credentials have expired.' },
  ],
  problems: [{ agent: 'codex', code: 'unknown-record', detail: 'response_item of type "local_shell_call_output"', count: 12, advice: 'Nothing is lost; a newer spoor may read it.' }],
  receiver: [{ signal: 'logs', service: 'claude-code', records: 812, merged: 640, kept: 172, lastMillis: Date.now() - 9000 }],
};
