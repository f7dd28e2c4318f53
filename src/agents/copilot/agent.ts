/** GitHub Copilot (CLI, and what VS Code's hooks tell): the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { copilotHistory } from './history.ts';
import { copilotInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { TELEMETRY_VARIABLE } from './otel-file.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';
import { copilotTelemetry } from './telemetry.ts';

export const copilot: Agent = {
  id: 'copilot',
  title: 'GitHub Copilot',
  program: 'copilot',
  // Events are on the disk within milliseconds of what they tell; 5 s is for a slow one. `github`: what Copilot's own telemetry calls it.
  traits: { hooksKnowCallId: false, callsNameSubagents: true, historyWaitMillis: 5_000, provider: 'github' },
  variables: ['COPILOT_HOME', 'COPILOT_PROJECT_DIR', 'COPILOT_AGENT_SESSION_ID', TELEMETRY_VARIABLE],
  parsePayload,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: copilotHistory,
  installer: copilotInstaller,
  telemetry: copilotTelemetry,
};
