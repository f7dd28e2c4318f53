/** What the room knows of Cursor for `doctor`: a hook call that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';

/** `sessionStart` tells of a conversation and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'sessionStart', conversation_id: sessionId, session_id: sessionId, generation_id: sessionId, workspace_roots: [cwd] }),
  env: {},
});

/** `cursor-agent -p` runs neither prompt nor stop hooks, and a subagent has only those of its calls: nothing tells which this was. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: false, toolStart: true, toolEnd: 'unless-failed', stop: 'unless-cut' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number) => {
  if (number === 'model') return 'Cursor does not tell which model it chose where the choice is left to it (Auto)';
  if (number === 'tokens') return 'Cursor tells tokens for whole turns, with the hook that ends them, and none for single requests';
  return number === 'cost' ? 'Cursor meters on its servers and tells nothing of it here' : undefined;
};
