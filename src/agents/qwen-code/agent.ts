/** Qwen Code: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { qwenHistory } from './history.ts';
import { qwenInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe } from './self-knowledge.ts';
import { qwenTelemetry } from './telemetry.ts';

export const qwenCode: Agent = {
  id: 'qwen-code',
  title: 'Qwen Code',
  program: 'qwen',
  // Records are written in the background, but before the hook that follows them has returned; 5 s is for a slow disk.
  traits: { hooksKnowCallId: true, historyWaitMillis: 5_000, provider: 'qwen' },
  variables: ['QWEN_HOME', 'QWEN_RUNTIME_DIR', 'QWEN_CODE_SESSION_ID', 'QWEN_PROJECT_DIR'],
  parsePayload,
  toProbe,
  expectedHooks,
  isHeadless,
  config: listConfig,
  history: qwenHistory,
  installer: qwenInstaller,
  telemetry: qwenTelemetry,
};
