/** OpenCode: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { openCodeHistory } from './history.ts';
import { openCodeInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';
import { openCodeTelemetry } from './telemetry.ts';

export const openCode: Agent = {
  id: 'opencode',
  title: 'OpenCode',
  program: 'opencode',
  // A row is written before its event is told; 5 s is for a slow disk. Each answer names its provider.
  traits: { hooksKnowCallId: true, hooksKnowTurnKey: true, callsNameSubagents: true, historyWaitMillis: 5_000, provider: 'opencode' },
  variables: ['OPENCODE_DB'],
  parsePayload,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: openCodeHistory,
  installer: openCodeInstaller,
  telemetry: openCodeTelemetry,
};
