/** What the room knows of Template for `doctor`: a hook call that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';

/** Tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({ payload: JSON.stringify({ hook_event_name: 'SessionStart', session_id: sessionId, cwd }), env: {} });

/** toolEnd: whether a hook runs behind a call that failed or was refused. stop: whether one runs behind a turn that was cut off. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'always', stop: 'unless-cut' });

// A number that it never tells has a sentence why: see `Agent.whyMissing`.
