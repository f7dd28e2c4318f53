/**
 * The text that an agent runs on an event has two forms: shell text for sh and its kin, and on Windows, where there is none, `node -e` with
 * a script. Rooms that put something before it, or run it without a shell, do so here.
 *
 * The script has no blanks, no double quotes and nothing else that cmd.exe, PowerShell or bash read as anything but itself when it stands
 * in double quotes. Agents that hand it to cmd.exe as one argument escape double quotes in a way that cmd.exe does not understand: they
 * get it bare.
 */

const NODE = 'node -e ';
const SHELL = ['/bin/sh', '-c'] as const;

/** The command that runs this script with node. `script`: of the characters named above only. */
export function toNodeCommand(script: string): string {
  return NODE + script;
}

/** The script of a node command, bare or quoted; undefined: it is shell text. */
export function parseNodeScript(command: string): string | undefined {
  return command.startsWith(NODE) ? command.slice(NODE.length).replace(/^"(.*)"$/, '$1') : undefined;
}

/** The command with a variable of the hook's environment set. Name and value are words of ours: letters, digits, `_`. */
export function withVariable(command: string, name: string, value: string): string {
  const script = parseNodeScript(command);
  // `export` means the same to sh, bash, zsh, ksh and fish.
  return script === undefined ? `export ${name}=${value}; ${command}` : toNodeCommand(`process.env.${name}='${value}';${script}`);
}

/** The command without a variable that `withVariable` set, whatever its value. */
export function withoutVariable(command: string, name: string): string {
  const script = parseNodeScript(command);
  if (script === undefined) return command.replace(new RegExp(`^export ${name}=\\w+; `), '');
  return toNodeCommand(script.replace(new RegExp(`^process\\.env\\.${name}='\\w+';`), ''));
}

/**
 * The command with an answer in front, so that it is there whatever becomes of the rest. It means the same to sh, bash, zsh, ksh and fish.
 * `answer`: JSON without single quotes and blanks. `variable`: it is printed only where this is set, for another program that runs the agent's
 * hooks as well and takes silence for a fault.
 */
export function withAnswer(command: string, answer: string, variable?: string): string {
  const script = parseNodeScript(command);
  if (script === undefined) return `${variable === undefined ? '' : `[ -n "$${variable}" ] && `}echo '${answer}'; ${command}`;
  // Written at once: a program that leaves does not wait for its pipes on Windows.
  return toNodeCommand(`${variable === undefined ? '' : `if(process.env.${variable})`}try{require('fs').writeSync(1,'${answer}')}catch(e){};${script}`);
}

/** The command without an answer that `withAnswer` put in front; other commands stay as they are. */
export function withoutAnswer(command: string): string {
  const script = parseNodeScript(command);
  if (script === undefined) return command.replace(/^(?:\[ -n "\$\w+" \] && )?echo '[^' ]*'; /, '');
  return toNodeCommand(script.replace(/^(?:if\(process\.env\.\w+\))?try\{require\('fs'\)\.writeSync\(1,'[^' ]*'\)\}catch\(e\)\{\};/, ''));
}

/** For agents that run their hooks in bash or PowerShell on Windows: there the script needs quotes. Shell text stays as it is. */
export function toQuotedCommand(command: string): string {
  const script = parseNodeScript(command);
  return script === undefined ? command : `${NODE}"${script}"`;
}

/** Program and arguments, for those who start it without a shell. */
export function toWords(command: string): [program: string, ...words: string[]] {
  const script = parseNodeScript(command);
  return script === undefined ? [...SHELL, command] : ['node', '-e', script];
}
