/** The hooks of Arize's tracer in agents' files, and the edits that take them out. Only what runs something below its own folder is its own. Plans only. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEnvironment, FileEdit } from './agent.ts';
import { openBytes, openForEdit } from './install-file.ts';
import { stripCommands } from './strip-commands.ts';
import { parseTomlText, removeRootValue, setRootList } from './toml-edit.ts';

export interface ArizeHooks {
  edits: FileEdit[];
  /** Why a file that may hold such hooks is left alone. */
  notes: string[];
}

/** Looks where that tracer's installer writes, and in `folder`, where Copilot's hooks stand. Never throws. */
export function findArizeHooks({ home, env }: AgentEnvironment, folder: string): ArizeHooks {
  const found: ArizeHooks = { edits: [], notes: [] };
  if (home === undefined) return found;
  const isTheirs = toTest(home);
  const kiro = join(env.KIRO_HOME || join(home, '.kiro'), 'agents');
  const jsonFiles = [
    join(env.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json'),
    join(home, '.cursor', 'hooks.json'),
    join(home, '.gemini', 'settings.json'),
    join(folder, '.github', 'hooks', 'hooks.json'),
    ...listFolder(kiro).filter((name) => name.endsWith('.json')).map((name) => join(kiro, name)),
  ];
  for (const path of jsonFiles) lookAtJson(path, isTheirs, found);
  lookAtCodex(join(env.CODEX_HOME || join(home, '.codex'), 'config.toml'), isTheirs, found);
  lookAtPlugin(join(env.XDG_CONFIG_HOME || join(home, '.config'), 'opencode', 'plugin', 'arize-tracing.ts'), found);
  return found;
}

/** Whether the first word of a command lies below that tracer's folder, however the folder of the user is written. */
function toTest(home: string): (command: string) => boolean {
  const roots = [home, '~', '$HOME', '${HOME}'].map((root) => `${root.replaceAll('\\', '/')}/.arize/harness/`);
  return (command) => {
    const word = command.trim().replaceAll('\\', '/').replace(/^["']/, '');
    return roots.some((root) => word.startsWith(root)) && !/[/]\.\.[/]/.test(word.split(/\s/)[0] ?? '');
  };
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

function lookAtJson(path: string, isTheirs: (command: string) => boolean, found: ArizeHooks): void {
  const file = openForEdit(path);
  if (!file) return;
  if ('refusal' in file) return void found.notes.push(file.refusal);
  const stripped = stripCommands(file.json, isTheirs);
  if (stripped.text !== file.json.text) found.edits.push({ path, before: file.bytes, after: Buffer.from(stripped.text) });
}

/** `notify` is one list of words, in which its installer puts itself last. */
function lookAtCodex(path: string, isTheirs: (command: string) => boolean, found: ArizeHooks): void {
  const file = openBytes(path);
  if (!file) return;
  if ('refusal' in file) return void found.notes.push(file.refusal);
  const toml = parseTomlText(file.bytes);
  if ('reason' in toml) return void found.notes.push(`${path} ${toml.reason}. It was left as it is.`);
  const { notify } = toml.values;
  if (!Array.isArray(notify) || !notify.some((word) => typeof word === 'string' && isTheirs(word))) return;
  const rest = notify.filter((word): word is string => typeof word === 'string' && !isTheirs(word));
  const stripped = rest.length === 0 ? removeRootValue(toml, 'notify') : setRootList(toml, 'notify', rest);
  if (stripped) found.edits.push({ path, before: file.bytes, after: Buffer.from(stripped.text) });
  else found.notes.push(`The "notify" of ${path} is written in a way that cannot be changed here: take Arize's program out by hand.`);
}

/** A whole file of theirs, which starts what lies below their folder. */
function lookAtPlugin(path: string, found: ArizeHooks): void {
  const file = openBytes(path);
  if (file && !('refusal' in file) && file.bytes.includes('.arize/harness')) found.edits.push({ path, before: file.bytes });
}
