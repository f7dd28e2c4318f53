/** Which of Claude Code's events are registered. */
import { isAtLeast } from './versions.ts';

/** A hook is ended after so long: ours takes milliseconds, and Claude waits for it. Claude's unit is seconds. */
export const TIMEOUT_SECONDS = 10;

/**
 * Every event that tells what the transcript does not tell, or not in time. `since`: the version that brought it (Claude Code's changelog);
 * none, it has been there as long as settings have been read as they are now. Left out: what changes the agent by being registered
 * (WorktreeCreate), and what fires with every piece of text (MessageDisplay).
 */
const EVENTS: readonly { event: string; since?: string }[] = [
  { event: 'SessionStart' },
  { event: 'UserPromptSubmit' },
  { event: 'PreToolUse' },
  { event: 'PermissionRequest', since: '2.0.45' },
  { event: 'PermissionDenied', since: '2.1.101' },
  { event: 'PostToolUse' },
  { event: 'PostToolUseFailure', since: '2.1.101' },
  { event: 'PostToolBatch', since: '2.1.101' },
  { event: 'SubagentStart', since: '2.0.43' },
  { event: 'SubagentStop' },
  { event: 'Stop' },
  { event: 'StopFailure', since: '2.1.101' },
  { event: 'SessionEnd' },
];

/** The first version that skips an event which it does not know; earlier ones ignore the whole settings file for it. */
const TOLERANT = '2.1.101';

/** The events to register with a version of Claude Code (`2.1.329 (Claude Code)`); all of them where it is not known. */
export function toHookEvents(version: string | undefined): { event: string }[] {
  const known = /^\d+\.\d+\.\d+/.exec(version?.trim() ?? '')?.[0];
  const isTolerant = known === undefined || isAtLeast(known, TOLERANT);
  return EVENTS.filter(({ since }) => isTolerant || since === undefined || isAtLeast(known, since)).map(({ event }) => ({ event }));
}
