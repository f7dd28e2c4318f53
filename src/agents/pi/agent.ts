/** pi: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { piHistory } from './history.ts';
import { piInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';

export const pi: Agent = {
  id: 'pi',
  title: 'pi',
  program: 'pi',
  // An entry is written when it is whole; 5 s is for a slow disk. Each answer names its provider.
  traits: { hooksKnowCallId: false, historyWaitMillis: 5_000, provider: 'pi' },
  variables: ['PI_SESSION_ID', 'PI_SESSION_FILE', 'PI_CODING_AGENT_DIR', 'PI_CODING_AGENT_SESSION_DIR'],
  parsePayload,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: piHistory,
  installer: piInstaller,
};
