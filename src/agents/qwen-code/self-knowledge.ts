/** What the room knows of Qwen Code for `doctor`: a hook call that harms nobody, and which hooks run. */
import type { Agent } from '../agent.ts';

/** `SessionStart` tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'SessionStart', session_id: sessionId, cwd, source: 'startup' }),
  env: { QWEN_CODE_SESSION_ID: sessionId },
});

/** A call that is refused has no hook at all; one that is stopped may have none behind it, and neither has a turn. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'unless-failed', stop: 'unless-cut' });
