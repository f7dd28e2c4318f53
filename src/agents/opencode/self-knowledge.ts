/** What the room knows of OpenCode for `doctor`: an event that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';

/** Tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ events: [{ type: 'session', sessionID: sessionId, directory: cwd }] }),
  env: {},
});

/** The plugin sees each call's every state, and when the session rests. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'always', stop: 'always' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number, { outcome }) =>
  number === 'tokens' && outcome !== 'ok' ? 'OpenCode tells the tokens of a request when it is answered' : undefined;
