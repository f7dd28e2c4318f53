/** What Claude Code's room knows of Claude Code for `doctor`: a hook call that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';
import { CURSOR_VARIABLE } from './cursor-answer.ts';

/** `SessionStart` tells of a session and opens no turn. The variables keep a session around this one out of it. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'SessionStart', session_id: sessionId, cwd, source: 'startup' }),
  env: { CLAUDE_CODE_SESSION_ID: sessionId, [CURSOR_VARIABLE]: '' },
});

/** No hook tells the end of a call that was refused, or of a turn that was ended with Esc. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'unless-failed', stop: 'unless-cut' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number, { outcome }) => {
  const isUnanswered = outcome === 'error' || outcome === 'cancelled';
  return isUnanswered && number !== 'times' ? 'no model answered in it before it was ended' : undefined;
};
