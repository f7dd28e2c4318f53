/**
 * What Cursor reads from a hook. Each event wants JSON: without any, the IDE and its CLI take the hook for broken, and refuse the call that
 * it was asked about. An empty object says nothing: neither that a call may run nor that it may not, so that Cursor asks the person where it
 * would have asked. Any `permission` would be a decision.
 */
import { parseNodeScript, toNodeCommand, toQuotedCommand } from '../hook-command.ts';

export const NEUTRAL_ANSWER = '{}';

/** In front, so that it is there whatever becomes of the rest. It means the same to sh, bash, zsh, ksh and fish. */
const SHELL_PREFIX = `echo '${NEUTRAL_ANSWER}'; `;

/** On Windows the command is a program for node. Written at once: a program that leaves does not wait for its pipes there. */
const NODE_PREFIX = `try{require('fs').writeSync(1,'${NEUTRAL_ANSWER}')}catch(e){};`;

/** A hook command → the same with the answer. PowerShell, which runs it on Windows, wants a script in quotes. */
export function withAnswer(command: string): string {
  const script = parseNodeScript(command);
  return script === undefined ? SHELL_PREFIX + command : toQuotedCommand(toNodeCommand(NODE_PREFIX + script));
}

/** The inverse; other commands stay as they are. */
export function withoutAnswer(value: string): string {
  const script = parseNodeScript(value);
  if (script !== undefined) return script.startsWith(NODE_PREFIX) ? toNodeCommand(script.slice(NODE_PREFIX.length)) : value;
  return value.startsWith(SHELL_PREFIX) ? value.slice(SHELL_PREFIX.length) : value;
}
