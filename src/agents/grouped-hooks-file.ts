/** Installing into, and uninstalling from, a settings file with grouped hooks (`grouped-hooks.ts`). Plans only: nothing is written here. */
import { createHash } from 'node:crypto';
import type { FileEdit, InstallRecord } from './agent.ts';
import { hasGroups, mergeGroups, stripGroups, toGroups, type GroupedHooks } from './grouped-hooks.ts';
import { openForEdit, peekJson, type Refusal } from './install-file.ts';
import { parseJsonText, type JsonText } from './json-edit.ts';

/** The edit that puts our hooks into the file; undefined: they are there. A file that does not parse is refused. */
export function planGroupedHooks(path: string, ours: GroupedHooks): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return { path, after: Buffer.from(`${JSON.stringify({ hooks: toGroups(ours) }, null, 2)}\n`) };
  if ('refusal' in file) return file;
  const merged = mergeGroups(file.json, ours);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is: mend it and try again.` };
  return merged.text === file.json.text ? undefined : { path, before: file.bytes, after: Buffer.from(merged.text) };
}

type Own = Pick<GroupedHooks, 'agent' | 'command'>;

/** The edit that takes our hooks out, byte for byte where nobody has edited since; undefined: there are none. */
export function planGroupedHooksUndo(path: string, ours: Own, recorded: InstallRecord['files'][number] | undefined): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return undefined;
  // Somebody else's broken or read-only file is none of our business.
  if ('refusal' in file) return recorded ? file : undefined;
  const before = toBefore(recorded);
  const isUntouched = recorded?.afterSha256 === createHash('sha256').update(file.bytes).digest('hex');
  if (isUntouched && recorded.created) return { path, before: file.bytes };
  if (isUntouched && before && !hasGroups(before.json, ours)) return { path, before: file.bytes, after: before.bytes };
  if (!hasGroups(file.json, ours)) return undefined;
  const stripped = stripGroups(file.json, ours, before?.json);
  // We made it, and nothing was added since but what went with our hooks.
  if (recorded?.created && stripped.root.children?.length === 0) return { path, before: file.bytes };
  return { path, before: file.bytes, after: Buffer.from(stripped.text) };
}

/** Whether our hooks stand in the file. Never throws. */
export function hasGroupedHooks(path: string, ours: Own): boolean {
  const json = peekJson(path);
  return json !== undefined && hasGroups(json, ours);
}

function toBefore(recorded: InstallRecord['files'][number] | undefined): { bytes: Buffer; json: JsonText } | undefined {
  if (recorded?.beforeBase64 === undefined) return undefined;
  const bytes = Buffer.from(recorded.beforeBase64, 'base64');
  const json = parseJsonText(bytes);
  return 'reason' in json ? undefined : { bytes, json };
}
