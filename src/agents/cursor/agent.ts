/** Cursor (the IDE and `cursor-agent`): the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { cursorHistory } from './history.ts';
import { NEUTRAL_ANSWER } from './hook-answer.ts';
import { cursorInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { AGENT } from './names.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';
import { isMadeUp } from './subagents.ts';

export const cursor: Agent = {
  id: AGENT,
  title: 'Cursor',
  program: 'cursor',
  // The IDE writes its database a few seconds after what it tells; a transcript is written when its turn is over. `cursor`: where the model tells no provider.
  traits: { hooksKnowCallId: true, callsNameSubagents: true, historyWaitMillis: 10_000, provider: 'cursor', billing: 'subscription', sellsAllModels: true },
  variables: ['CURSOR_DATA_DIR', 'CURSOR_PROJECT_DIR', 'CURSOR_TRANSCRIPT_PATH'],
  hookAnswer: NEUTRAL_ANSWER,
  parsePayload,
  isProvisional: isMadeUp,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: cursorHistory,
  installer: cursorInstaller,
};
