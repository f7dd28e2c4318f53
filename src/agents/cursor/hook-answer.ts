/**
 * What Cursor reads from a hook. Each event wants JSON: without any, the IDE and its CLI take the hook for broken, and refuse the call that
 * it was asked about. An empty object says nothing: neither that a call may run nor that it may not, so that Cursor asks the person where it
 * would have asked. Any `permission` would be a decision.
 */

export const NEUTRAL_ANSWER = '{}';

/** In front, so that it is there whatever becomes of the rest. It means the same to sh, bash, zsh, ksh and fish. */
const SHELL_PREFIX = `echo '${NEUTRAL_ANSWER}'; `;

/** On Windows the command is a program for node. */
const NODE_START = 'node -e "';
const NODE_PREFIX = `${NODE_START}process.stdout.write('${NEUTRAL_ANSWER}');`;

/** A hook command → the same with the answer. */
export function withAnswer(command: string): string {
  return command.startsWith(NODE_START) ? command.replace(NODE_START, () => NODE_PREFIX) : SHELL_PREFIX + command;
}

/** The inverse; other commands stay as they are. */
export function withoutAnswer(value: string): string {
  if (value.startsWith(NODE_PREFIX)) return value.replace(NODE_PREFIX, () => NODE_START);
  return value.startsWith(SHELL_PREFIX) ? value.slice(SHELL_PREFIX.length) : value;
}
