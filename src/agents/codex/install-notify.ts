/**
 * `notify` of `config.toml`: one program that Codex runs at the end of each turn, with the event as its last word. It needs no trust, and
 * older versions have nothing else. Whatever program stands there is run behind ours, with the same words.
 */
import { parseNodeScript, toNodeCommand } from '../hook-command.ts';
import { isOwnCommand } from '../own-command.ts';
import { toTomlString, findRootSource, removeRootValue, setRootList, setRootSource, type TomlText } from '../toml-edit.ts';

const KEY = 'notify';
const SHELL = ['/bin/sh', '-c'] as const;
/** On Windows. */
const NODE = ['node', '-e'] as const;
/** `$0` of the script: by it our entry is known. */
const MARK = 'spoor';

/** Our words, in front of those of the program that is run behind. */
function toOwnWords(command: string): string[] {
  const script = parseNodeScript(command);
  if (script === undefined) return [...SHELL, `for e do :; done; printf %s "$e" | { ${command}; }; [ $# -gt 1 ] && exec "$@"; exit 0`, MARK];
  const before = 'const w=process.argv.slice(2);globalThis.SPOOR_PAYLOAD=w[w.length-1]';
  const behind = "if(w.length>1)require('child_process').spawn(w[0],w.slice(1),{stdio:'inherit',windowsHide:true}).on('error',()=>{})";
  return [...NODE, `${before};${script};${behind}`, MARK];
}

/** The configuration with our program in front of the one that is there; undefined: that is written in a way that cannot be changed. */
export function addNotify(toml: TomlText, command: string): TomlText | undefined {
  const value = toml.values[KEY];
  if (value !== undefined && !isWords(value)) return undefined;
  const former = value ?? [];
  const wanted = [...toOwnWords(command), ...(isOurs(former, command) ? former.slice(4) : former)];
  return isEqual(former, wanted) ? toml : setRootList(toml, KEY, wanted);
}

/** The configuration without our program. `before`: as it was, for how the other program was written. What cannot be taken out stays. */
export function removeNotify(toml: TomlText, command: string, before?: TomlText): TomlText {
  const value = toml.values[KEY];
  if (!isWords(value) || !isOurs(value, command)) return toml;
  const others = value.slice(4);
  const former = before?.values[KEY];
  // It was an empty list, or none.
  if (others.length === 0 && former === undefined) return removeRootValue(toml, KEY) ?? toml;
  const source = before && isWords(former) && isEqual(former, others) ? findRootSource(before, KEY) : undefined;
  return setRootSource(toml, KEY, { source: source ?? `[${others.map(toTomlString).join(', ')}]`, value: others }) ?? toml;
}

/** Whether our program stands there. */
export function hasNotify(toml: TomlText, command: string): boolean {
  const value = toml.values[KEY];
  return isWords(value) && isOurs(value, command);
}

function isOurs([program, flag, script, mark]: readonly string[], command: string): boolean {
  if (mark !== MARK || script === undefined) return false;
  const isShell = program === SHELL[0] && flag === SHELL[1];
  if (!isShell && (program !== NODE[0] || flag !== NODE[1])) return false;
  const inner = isShell ? /\| \{ (.*); \};/s.exec(script)?.[1] : /\];(try\{.*\});if/s.exec(script)?.[1];
  return inner !== undefined && isOwnCommand(isShell ? inner : toNodeCommand(inner), command, 'codex');
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
