/** Claude Code, the CLI and what runs it from within (the Agent SDK, IDEs): the door's furniture. */
import type { Agent } from '../agent.ts';
import { listConfig } from './config.ts';
import { claudeCodeHistory } from './history.ts';
import { claudeCodeInstaller } from './install.ts';
import { isHeadless } from './is-headless.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe, whyMissing } from './self-knowledge.ts';
import { claudeTelemetry } from './telemetry.ts';

export const claudeCode: Agent = {
  id: 'claude-code',
  title: 'Claude Code',
  program: 'claude',
  // Transcripts are written asynchronously, tenths of a second behind the hooks; what tells a turn's end comes behind its stop hooks.
  traits: { hooksKnowCallId: true, turnsSeededByHistory: true, callsNameSubagents: true, historyWaitMillis: 15_000, provider: 'anthropic' },
  variables: ['CLAUDE_CONFIG_DIR', 'CLAUDE_PROJECT_DIR', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_SESSION_KEY'],
  parsePayload,
  toProbe,
  expectedHooks,
  whyMissing,
  isHeadless,
  config: listConfig,
  history: claudeCodeHistory,
  installer: claudeCodeInstaller,
  telemetry: claudeTelemetry,
};
