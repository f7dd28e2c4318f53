/** Template: the door's furniture. Each file of this folder tells what to look up in the agent, and what to write instead. */
import type { Agent } from '../agent.ts';
import { templateHistory } from './history.ts';
import { templateInstaller } from './install.ts';
import { parsePayload } from './payload.ts';
import { expectedHooks, toProbe } from './self-knowledge.ts';

export const template: Agent = {
  id: 'template',
  title: 'Template',
  program: 'template',
  // hooksKnowCallId: whether payloads carry the id that the history has, too. historyWaitMillis: how long after the last hook of a turn its
  // records are written, with room for a slow disk. provider: who answers where no record says (`gen_ai.provider.name`).
  traits: { hooksKnowCallId: true, historyWaitMillis: 5_000, provider: 'template' },
  variables: ['TEMPLATE_HOME'],
  parsePayload,
  toProbe,
  expectedHooks,
  history: templateHistory,
  installer: templateInstaller,
};
