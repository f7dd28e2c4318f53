/** Gemini CLI: the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { geminiHistory } from './history.ts';
import { geminiInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe } from './self-knowledge.ts';
import { geminiTelemetry } from './telemetry.ts';

export const gemini: Agent = {
  id: 'gemini',
  title: 'Gemini CLI',
  program: 'gemini',
  // Each record is written before the hook that follows it starts; 5 s is for a slow disk. Which of Google's services answers (AI Studio,
  // Vertex, Code Assist) stands nowhere: this is the convention's name for any of them.
  traits: { hooksKnowCallId: false, historyWaitMillis: 5_000, provider: 'gcp.gen_ai', subagentHooksNameParent: true },
  variables: ['GEMINI_CLI_HOME', 'GEMINI_SESSION_ID', 'GEMINI_PROJECT_DIR'],
  parsePayload,
  toProbe,
  expectedHooks,
  isHeadless,
  config: listConfig,
  history: geminiHistory,
  installer: geminiInstaller,
  telemetry: geminiTelemetry,
};
