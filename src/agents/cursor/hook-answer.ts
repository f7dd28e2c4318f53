/**
 * What Cursor reads from a hook. Each event wants JSON: without any, the IDE and its CLI take the hook for broken, and refuse the call that
 * it was asked about. An empty object says nothing: neither that a call may run nor that it may not, so that Cursor asks the person where it
 * would have asked. Any `permission` would be a decision.
 */
import { toQuotedCommand, withAnswer } from '../hook-command.ts';

export const NEUTRAL_ANSWER = '{}';

/** A hook command → the same with the answer. PowerShell, which runs it on Windows, wants a script in quotes. */
export function toAnsweringCommand(command: string): string {
  return toQuotedCommand(withAnswer(command, NEUTRAL_ANSWER));
}
