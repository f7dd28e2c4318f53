/** Kiro: the door's furniture. */
import type { Agent } from '../agent.ts';

export const kiro: Agent = {
  id: 'kiro',
  title: 'Kiro',
  traits: { hooksKnowCallId: false, historyWaitMillis: 15_000, provider: 'kiro' },
  parsePayload: () => ({ problems: [] }),
};
