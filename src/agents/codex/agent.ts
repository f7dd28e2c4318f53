/** Codex: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { codexHistory } from './history.ts';
import { codexInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';
import { codexTelemetry } from './telemetry.ts';

export const codex: Agent = {
  id: 'codex',
  title: 'Codex',
  program: 'codex',
  // A rollout is written as it happens; its last line follows the stop hooks at once.
  traits: { hooksKnowCallId: true, hooksKnowTurnKey: true, historyWaitMillis: 15_000, provider: 'openai' },
  variables: ['CODEX_HOME', 'CODEX_THREAD_ID', 'CODEX_SESSION_ID'],
  parsePayload,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: codexHistory,
  installer: codexInstaller,
  telemetry: codexTelemetry,
};
