/** OpenCode: the door's furniture. */
import type { Agent } from '../agent.ts';
import { openCodeHistory } from './history.ts';
import { parsePayload } from './payload.ts';

export const openCode: Agent = {
  id: 'opencode',
  title: 'OpenCode',
  program: 'opencode',
  // A row is written before its event is told; 5 s is for a slow disk. The provider stands on each answer.
  traits: { hooksKnowCallId: true, hooksKnowTurnKey: true, callsNameSubagents: true, historyWaitMillis: 5_000, provider: 'opencode' },
  parsePayload,
  history: openCodeHistory,
};
