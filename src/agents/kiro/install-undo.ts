/** Taking our hooks out of Kiro's files: byte for byte where nobody has edited since, else only what is ours. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FileEdit, InstallPlan, InstallRecord, InstallRequest } from '../agent.ts';
import { parseJsonText, type JsonText } from '../json-edit.ts';
import { listAgentFiles, type KiroPlaces } from './install-agent-files.ts';
import { planFormerDefault, readSettings } from './install-default.ts';
import { openForEdit, type EditableFile, type Refusal } from '../install-file.ts';
import { findHookFile, planHookFileUndo } from './install-hook-file.ts';
import { hasHooks, stripHooks } from './install-hooks.ts';

type RecordedFile = InstallRecord['files'][number];

/** The plan that leaves nothing of ours. A recorded file that cannot be read stops it: half an uninstall helps nobody. */
export function planKiroUninstall(request: InstallRequest, record: InstallRecord, places: KiroPlaces): InstallPlan {
  const edits: FileEdit[] = [];
  const recorded = new Map(record.files.map((file) => [file.path, file]));
  const settings = planSettings(record, recorded.get(places.settings), places);
  if (settings && 'refusal' in settings) return { edits: [], notes: [], refusal: settings.refusal };
  const hookFile = findHookFile(request.environment);
  const paths = new Set([...record.files.map(({ path }) => path).filter((path) => path !== places.settings && path !== hookFile), ...listAgentFiles(places.agents)]);
  for (const path of paths) {
    const edit = planAgentFile(request.hookCommand, path, recorded.get(path));
    if (edit && 'refusal' in edit) return { edits: [], notes: [], refusal: edit.refusal };
    if (edit) edits.push(edit);
  }
  if (settings) edits.push(settings);
  const fileEdit = hookFile === undefined ? undefined : planHookFileUndo(hookFile, request.hookCommand, recorded.get(hookFile));
  if (fileEdit && 'refusal' in fileEdit) return { edits: [], notes: [], refusal: fileEdit.refusal };
  if (fileEdit) edits.push(fileEdit);
  return { edits, notes: toNotes(edits, record, places, settings) };
}

function planAgentFile(command: string, path: string, recorded: RecordedFile | undefined): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return undefined;
  // Somebody else's broken or read-only file is none of our business.
  if ('refusal' in file) return recorded ? file : undefined;
  const before = toBefore(recorded);
  const isUntouched = recorded?.afterSha256 === sha256(file.bytes);
  if (isUntouched && recorded.created) return { path, before: file.bytes };
  if (isUntouched && before && !hasHooks(before.json, command)) return { path, before: file.bytes, after: before.bytes };
  if (!hasHooks(file.json, command)) return undefined;
  return { path, before: file.bytes, after: Buffer.from(stripHooks(file.json, command, before?.json).text) };
}

function planSettings(record: InstallRecord, recorded: RecordedFile | undefined, places: KiroPlaces): FileEdit | Refusal | undefined {
  const { defaultAgent: ours, formerDefaultAgent: former } = record.notes;
  if (!recorded || !ours) return undefined;
  const settings = readSettings(places.settings, { readOnly: false });
  if ('refusal' in settings) return settings;
  const { file } = settings;
  if (!file) return undefined;
  if (recorded.afterSha256 !== sha256(file.bytes)) return planFormerDefault(settings, ours, former || undefined);
  if (recorded.created) return { path: file.path, before: file.bytes };
  const before = toBefore(recorded);
  return before ? { path: file.path, before: file.bytes, after: before.bytes } : planFormerDefault(settings, ours, former || undefined);
}

function toBefore(recorded: RecordedFile | undefined): Pick<EditableFile, 'bytes' | 'json'> | undefined {
  if (recorded?.beforeBase64 === undefined) return undefined;
  const bytes = Buffer.from(recorded.beforeBase64, 'base64');
  const json: JsonText | { reason: string } = parseJsonText(bytes);
  return 'reason' in json ? undefined : { bytes, json };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function toNotes(edits: readonly FileEdit[], record: InstallRecord, places: KiroPlaces, settings: FileEdit | undefined): string[] {
  if (edits.length === 0) return ['No file of Kiro holds a hook of spoor.'];
  const notes = ['Sessions of Kiro that are open now keep their hooks until they end; the hooks then do nothing.'];
  const current = readSettings(places.settings, { readOnly: true });
  const defaultAgent = 'refusal' in current ? undefined : current.defaultAgent;
  const isGone = edits.some(({ path, after }) => after === undefined && defaultAgent !== undefined && path === join(places.agents, `${defaultAgent}.json`));
  if (isGone && !settings) notes.push(`Kiro's default agent is still "${defaultAgent}", which goes now. Choose another: kiro-cli agent set-default kiro_default`);
  else if (record.notes.defaultAgent && !settings && defaultAgent !== record.notes.defaultAgent) notes.push("Kiro's default agent was changed since and stays as it is.");
  return notes;
}
