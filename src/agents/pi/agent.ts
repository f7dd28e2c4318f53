/** pi: the door's furniture. */
import type { Agent } from '../agent.ts';
import { piHistory } from './history.ts';

export const pi: Agent = {
  id: 'pi',
  title: 'pi',
  program: 'pi',
  // An entry is written when it is whole. The provider stands on each answer.
  traits: { hooksKnowCallId: false, historyWaitMillis: 5_000, provider: 'pi' },
  parsePayload: () => ({ problems: [{ code: 'unknown-hook-event', detail: 'pi has no hooks of spoor yet' }] }),
  history: piHistory,
};
