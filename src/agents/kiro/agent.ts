/** Kiro: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { kiroHistory } from './history.ts';
import { kiroInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { isProvisional, parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';

export const kiro: Agent = {
  id: 'kiro',
  title: 'Kiro',
  program: 'kiro-cli',
  // The sidecar of a turn is written after its stop hooks have returned: usually at once, so 15 s is a long time.
  traits: { hooksKnowCallId: false, historyWaitMillis: 15_000, provider: 'kiro', billing: 'credits' },
  variables: ['KIRO_HOME', 'KIRO_DATA_DIR', 'KIRO_SESSION_ID'],
  parsePayload,
  isProvisional,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: kiroHistory,
  installer: kiroInstaller,
};
