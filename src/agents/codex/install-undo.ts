/** Taking our hooks, their approval and our `notify` out of Codex's files: byte for byte where nobody has edited since, else only what is ours. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { FileEdit, InstallPlan, InstallRecord, InstallRequest } from '../agent.ts';
import { parseJsonText, type JsonText } from '../json-edit.ts';
import { parseTomlText, type TomlText } from '../toml-edit.ts';
import { openForEdit, type ConfigFile, type Refusal } from './config-file.ts';
import type { CodexPlaces } from './install.ts';
import { findHooks, stripHooks } from './install-hooks.ts';
import { hasNotify, removeNotify } from './install-notify.ts';
import { removeTrust, toTrust, type Trust } from './install-trust.ts';

type RecordedFile = InstallRecord['files'][number];

/** The plan that leaves nothing of ours. A recorded file that cannot be read stops it: half an uninstall helps nobody. */
export function planCodexUninstall({ hookCommand }: InstallRequest, record: InstallRecord, places: CodexPlaces): InstallPlan {
  const recorded = new Map(record.files.map((file) => [file.path, file]));
  const hookFiles = new Set([...record.files.map(({ path }) => path).filter((path) => basename(path) === 'hooks.json'), places.hooks]);
  const edits: FileEdit[] = [];
  const trust: Trust[] = [];
  for (const path of hookFiles) {
    const names = path === places.hooks ? places.hooksNames : [path];
    const file = openForEdit(path);
    if (file && 'refusal' in file) {
      if (recorded.has(path)) return { edits: [], notes: [], refusal: file.refusal };
      continue;
    }
    if (!file) continue;
    const json = parseJsonText(file.bytes);
    if ('reason' in json) {
      if (recorded.has(path)) return { edits: [], notes: [], refusal: `${path} ${json.reason}. It was left as it is: mend it and try again.` };
      continue;
    }
    for (const place of findHooks(json, hookCommand)) trust.push(...names.map((name) => toTrust(name, place, hookCommand)));
    const edit = planHooksFile(file, json, { hookCommand, recorded: recorded.get(path) });
    if (edit) edits.push(edit);
  }
  const config = planConfigFile(places.config, { hookCommand, recorded: recorded.get(places.config), trust });
  if (config && 'refusal' in config) return { edits: [], notes: [], refusal: config.refusal };
  if (config) edits.push(config);
  return { edits, notes: edits.length === 0 ? ['No file of Codex holds a hook of spoor.'] : ['Sessions of Codex that are open now keep their hooks until they end; the hooks then do nothing.'] };
}

interface Known {
  hookCommand: string;
  recorded?: RecordedFile;
}

function planHooksFile({ path, bytes }: ConfigFile, json: JsonText, { hookCommand, recorded }: Known): FileEdit | undefined {
  if (isUntouched(bytes, recorded) && recorded?.created) return { path, before: bytes };
  const former = toBefore(recorded);
  const before = former && parseJsonText(former);
  const known = before && !('reason' in before) ? before : undefined;
  if (isUntouched(bytes, recorded) && former && known && findHooks(known, hookCommand).length === 0) return { path, before: bytes, after: former };
  const stripped = stripHooks(json, hookCommand, known);
  if (stripped.text === json.text) return undefined;
  const isEmpty = recorded?.created === true && stripped.root.children?.length === 0;
  return isEmpty ? { path, before: bytes } : { path, before: bytes, after: Buffer.from(stripped.text) };
}

function planConfigFile(path: string, { hookCommand, recorded, trust }: Known & { trust: readonly Trust[] }): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return undefined;
  if ('refusal' in file) return recorded ? file : undefined;
  const { bytes } = file;
  if (isUntouched(bytes, recorded) && recorded?.created) return { path, before: bytes };
  const toml = parseTomlText(bytes);
  if ('reason' in toml) return recorded ? { refusal: `${path} ${toml.reason}. It was left as it is: mend it and try again.` } : undefined;
  const former = toBefore(recorded);
  const before = former && parseTomlText(former);
  const known: TomlText | undefined = before && !('reason' in before) ? before : undefined;
  if (isUntouched(bytes, recorded) && former && known && !hasNotify(known, hookCommand)) return { path, before: bytes, after: former };
  const stripped = removeNotify(removeTrust(toml, trust), hookCommand, known);
  if (stripped.text === toml.text) return undefined;
  const isEmpty = recorded?.created === true && stripped.text.trim() === '';
  return isEmpty ? { path, before: bytes } : { path, before: bytes, after: Buffer.from(stripped.text) };
}

function toBefore(recorded: RecordedFile | undefined): Buffer | undefined {
  return recorded?.beforeBase64 === undefined ? undefined : Buffer.from(recorded.beforeBase64, 'base64');
}

function isUntouched(bytes: Buffer, recorded: RecordedFile | undefined): boolean {
  return recorded?.afterSha256 === createHash('sha256').update(bytes).digest('hex');
}
