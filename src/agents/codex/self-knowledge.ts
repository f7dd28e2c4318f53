/** What Codex's room knows of Codex for `doctor`: a hook call that harms nobody, which hooks run, and which numbers Codex does not tell. */
import type { Agent } from '../agent.ts';

/** `SessionStart` tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'SessionStart', session_id: sessionId, cwd, source: 'startup' }),
  env: {},
});

/** A call that failed at an MCP server, or was refused, has no hook behind it; a turn that was interrupted has another than `Stop`. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'unless-failed', stop: 'unless-cut' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number, { outcome }) =>
  number === 'tokens' && outcome !== 'ok' ? 'Codex tells the tokens of a request when it is answered' : undefined;
