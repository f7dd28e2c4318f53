/** Knowing a command that an agent's configuration holds for one of ours. */

/** Nothing but a shim in a folder of our name. */
const OWN_SHIM = /^(?:\S*sh\s+)?['"]?[^\s'"]*\/\.spoor\/hooks\/([a-z0-9-]+)(?:\.sh)?['"]?$/;

/** Whether a command runs this agent's shim: as `command` does, or the same with another home, or any in a folder of our name. */
export function isOwnCommand(value: string, command: string, agent: string): boolean {
  if (value === command || OWN_SHIM.exec(value.trim())?.[1] === agent) return true;
  // The path of the shim, as a quoted word or a plain one.
  const path = new RegExp(`'[^'\\\\]*/hooks/${agent}'|(?<![^\\s;&|])[^\\s'"\\\\;&|]*/hooks/${agent}(?![^\\s;&|])`, 'g');
  const [shape, ours] = [value, command].map((text) => text.replaceAll(path, 'shim'));
  return shape === ours && shape !== value;
}
