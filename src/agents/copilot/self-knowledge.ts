/** What the room knows of Copilot for `doctor`: a hook call that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';

/** `SessionStart` tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'SessionStart', session_id: sessionId, cwd, source: 'new' }),
  env: {},
});

/** A call that is refused or stopped has no hook behind it; neither has a turn. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'unless-failed', stop: 'unless-cut' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number) =>
  number === 'tokens' ? 'versions of Copilot CLI before 1.0.102 tell the output tokens of a request alone' : undefined;
