/** Kiro's default agent: the key `chat.defaultAgent` of `settings/cli.json`. */
import type { FileEdit } from '../agent.ts';
import { addProperty, findProperty, isRepeated, removeNode, replaceValue } from '../json-edit.ts';
import { openForEdit, type EditableFile, type Refusal } from '../install-file.ts';

const KEY = 'chat.defaultAgent';

export interface KiroSettings {
  path: string;
  /** Absent: there is no settings file. */
  file?: EditableFile;
  /** The default agent that is set, if one is. */
  defaultAgent?: string;
}

/** Reads the settings, to edit them or (`readOnly`) to know what they say; no file is fine, a broken one is refused. */
export function readSettings(path: string, options: { readOnly: boolean }): KiroSettings | Refusal {
  const file = openForEdit(path, options);
  if (!file) return { path };
  if ('refusal' in file) return file;
  if (isRepeated(file.json.root, KEY)) return { refusal: `${path} has "${KEY}" twice. It was left as it is: mend it and try again.` };
  const value: unknown = findProperty(file.json.root, KEY)?.value;
  return { path, file, ...(typeof value === 'string' && value !== '' ? { defaultAgent: value } : {}) };
}

/** The edit that makes this agent the default; undefined: it is already. */
export function planDefault({ path, file, defaultAgent }: KiroSettings, name: string): FileEdit | undefined {
  if (defaultAgent === name) return undefined;
  if (!file) return { path, after: Buffer.from(`${JSON.stringify({ [KEY]: name }, null, 2)}\n`) };
  const node = findProperty(file.json.root, KEY);
  const json = node ? replaceValue(file.json, node, name) : addProperty(file.json, file.json.root, KEY, name);
  return { path, before: file.bytes, after: Buffer.from(json.text) };
}

/** The edit that gives back the default agent of before; undefined when the user has chosen another one since. */
export function planFormerDefault({ path, file, defaultAgent }: KiroSettings, ours: string, former: string | undefined): FileEdit | undefined {
  const node = findProperty(file?.json.root, KEY);
  if (!file || !node || defaultAgent !== ours) return undefined;
  const json = former ? replaceValue(file.json, node, former) : removeNode(file.json, node);
  return { path, before: file.bytes, after: Buffer.from(json.text) };
}
