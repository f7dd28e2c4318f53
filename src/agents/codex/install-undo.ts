/** Taking our hooks, their approval and our `notify` out of Codex's files: byte for byte where nobody has edited since, else only what is ours. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { FileEdit, InstallPlan, InstallRecord, InstallRequest } from '../agent.ts';
import { planGroupedHooksUndo } from '../grouped-hooks-file.ts';
import { openBytes, peekJson, type Refusal } from '../install-file.ts';
import { parseTomlText } from '../toml-edit.ts';
import { findHookPlaces, toGroupedHooks } from './hook-events.ts';
import { hasNotify, removeNotify } from './install-notify.ts';
import { removeTrust, toTrust, type Trust } from './install-trust.ts';
import type { CodexPlaces } from './places.ts';

type RecordedFile = InstallRecord['files'][number];

/** The plan that leaves nothing of ours. A recorded file that cannot be read stops it: half an uninstall helps nobody. */
export function planCodexUninstall({ hookCommand }: Pick<InstallRequest, 'hookCommand'>, record: InstallRecord, places: CodexPlaces): InstallPlan {
  const recorded = new Map(record.files.map((file) => [file.path, file]));
  const hookFiles = new Set([...record.files.map(({ path }) => path).filter((path) => basename(path) === 'hooks.json'), places.hooks]);
  const edits: FileEdit[] = [];
  const trust: Trust[] = [];
  for (const path of hookFiles) {
    const json = peekJson(path);
    const names = path === places.hooks ? places.hooksNames : [path];
    if (json) for (const place of findHookPlaces(json, hookCommand)) trust.push(...names.map((name) => toTrust(name, place, hookCommand)));
    const edit = planGroupedHooksUndo(path, toGroupedHooks(hookCommand), recorded.get(path));
    if (edit && 'refusal' in edit) return { edits: [], notes: [], refusal: edit.refusal };
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
  trust: readonly Trust[];
}

function planConfigFile(path: string, { hookCommand, recorded, trust }: Known): FileEdit | Refusal | undefined {
  const file = openBytes(path);
  if (!file) return undefined;
  if ('refusal' in file) return recorded ? file : undefined;
  const { bytes } = file;
  const isUntouched = recorded?.afterSha256 === createHash('sha256').update(bytes).digest('hex');
  if (isUntouched && recorded.created) return { path, before: bytes };
  const toml = parseTomlText(bytes);
  if ('reason' in toml) return recorded ? { refusal: `${path} ${toml.reason}. It was left as it is: mend it and try again.` } : undefined;
  const former = recorded?.beforeBase64 === undefined ? undefined : Buffer.from(recorded.beforeBase64, 'base64');
  const parsed = former && parseTomlText(former);
  const before = parsed && !('reason' in parsed) ? parsed : undefined;
  if (isUntouched && former && before && !hasNotify(before, hookCommand)) return { path, before: bytes, after: former };
  const stripped = removeNotify(removeTrust(toml, trust), hookCommand, before);
  if (stripped.text === toml.text) return undefined;
  return recorded?.created && stripped.text.trim() === '' ? { path, before: bytes } : { path, before: bytes, after: Buffer.from(stripped.text) };
}
