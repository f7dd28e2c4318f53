/** Our entries in Cursor's hook file. */
import type { ListedHooks } from '../listed-hooks.ts';
import { toAnsweringCommand } from './hook-answer.ts';
import { AGENT } from './names.ts';

/** Seconds; Cursor's own default is 60, and it waits for its hooks. */
const TIMEOUT_SECONDS = 3;

/**
 * Every event that tells something of its own. Not the pairs that tell one kind of call (`beforeShellExecution`, `afterFileEdit` …), whose
 * calls these tell as well; nor those of completions. One event that a version does not know may void the file: these are as old as 2.4.
 */
const HOOK_EVENTS = [
  'sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'subagentStart', 'subagentStop', 'afterAgentThought', 'afterAgentResponse', 'preCompact', 'stop',
  'sessionEnd',
];

/** What Cursor runs of ours. */
export function toCursorHooks(command: string): ListedHooks {
  return {
    agent: AGENT, command, events: HOOK_EVENTS, key: 'command',
    toRun: () => toAnsweringCommand(command),
    toEntry: (run) => ({ command: run, timeout: TIMEOUT_SECONDS }),
  };
}
