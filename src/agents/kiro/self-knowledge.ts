/** What Kiro's room knows of Kiro for `doctor`: a hook call that harms nobody, which hooks run, and which numbers Kiro does not tell. */
import type { Agent } from '../agent.ts';
import { V3_SESSION } from './payload.ts';

/** `agentSpawn` tells of a session and opens no turn. The variable keeps a session around this one from being taken for its parent. */
export const toProbe: NonNullable<Agent['toProbe']> = (sessionId, cwd) => ({
  payload: JSON.stringify({ hook_event_name: 'agentSpawn', session_id: sessionId, cwd }),
  env: { KIRO_SESSION_ID: sessionId },
});

/** V3 has no hook of ours for the prompt (`install-hook-file.ts`). Hooks after a call run for calls that were carried out. */
export const expectedHooks: NonNullable<Agent['expectedHooks']> = (sessionId) => ({
  prompt: !V3_SESSION.test(sessionId),
  toolStart: true,
  toolEnd: 'unless-failed',
  stop: 'unless-cut',
});

/** See `Agent.whyMissing`. */
export const whyMissing: NonNullable<Agent['whyMissing']> = (number, { sessionId, outcome, hasEnd }) => {
  if (number === 'tokens') return 'Kiro meters credits and tells no tokens';
  const isForgotten = number === 'cost' && hasEnd && outcome === 'ok' && !V3_SESSION.test(sessionId);
  return isForgotten ? 'the history tells this turn without them; Kiro V1 forgets what a turn cost with the next prompt' : undefined;
};
