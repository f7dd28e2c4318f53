/** What the room knows of pi for `doctor`: an event that harms nobody, which hooks run, and which numbers it does not tell. */
import type { Agent } from '../agent.ts';

/** Tells of a session and opens no turn. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ events: [{ type: 'session', sessionID: sessionId, directory: cwd }] }),
  env: {},
});

/** A call that is blocked has its end, too. A pi that is stopped with Ctrl-C leaves without a word. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = () => ({ prompt: true, toolStart: true, toolEnd: 'always', stop: 'unless-cut' });

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number, { outcome }) =>
  number === 'tokens' && outcome !== 'ok' ? 'pi tells the tokens of a request when it is answered' : undefined;
