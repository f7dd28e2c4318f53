/** Which hook commands in an agent's configuration are ours, whatever home they were written for. */
import type { AgentId } from '../core/agent-id.ts';
import { parseNodeScript, toNodeCommand, withoutAnswer } from './hook-command.ts';

/**
 * Whether a command runs a shim of ours for this agent: `command` itself, the same with another home, or any in a folder of our
 * name. `agent` is one of our ids, so it needs no quoting.
 */
export function isOwnCommand(value: string, command: string, agent: AgentId): boolean {
  // Nothing but a shim in a folder of our name.
  const ownShim = new RegExp(`^(?:\\S*sh\\s+)?['"]?[^\\s'"]*/\\.spoor/hooks/${agent}(?:\\.sh)?['"]?$`);
  if (value === command || ownShim.test(value.trim())) return true;
  // The path of this agent's shim, as a quoted word or a plain one, or that of its node hook, in which escapes may stand.
  const shimPath = new RegExp(`'[^'\\\\]*/hooks/${agent}'|'[^']*/hooks/${agent}\\.cjs'|(?<![^\\s;&|])[^\\s'"\\\\;&|]*/hooks/${agent}(?![^\\s;&|])`, 'g');
  const [shape, ours] = [value, command].map((text) => toBare(text).replaceAll(shimPath, 'shim'));
  return shape === ours && shape !== toBare(value);
}

/** With quotes or without, a node command is the same; so is one with an answer for another program, or without (older versions). */
function toBare(text: string): string {
  const script = parseNodeScript(text);
  return withoutAnswer(script === undefined ? text : toNodeCommand(script));
}
