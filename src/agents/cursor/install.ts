/** Our hooks in `~/.cursor/hooks.json`, or a project's `.cursor/hooks.json`. The IDE and `cursor-agent` read both, and run what stands in either. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, InstallPlan, InstallRecord, InstallRequest, Installer } from '../agent.ts';
import { NO_HOME, openForEdit, peekJson, type Refusal } from '../install-file.ts';
import { isOnPath } from '../is-on-path.ts';
import { findProperty, parseJsonText } from '../json-edit.ts';
import { findFailClosed, HOOK_EVENTS, isCurrent, mergeHooks, readHooks, stripHooks, toHookFile } from './install-hooks.ts';
import { findCursorHome, findDatabases } from './places.ts';

export const cursorInstaller: Installer = {
  hasProjectScope: true,

  isPresent(environment) {
    const home = findCursorHome(environment);
    const isThere = home !== undefined && (existsSync(home) || findDatabases(environment).some((path) => existsSync(path)));
    return isThere || ['cursor', 'cursor-agent'].some((program) => home !== undefined && isOnPath(environment, program));
  },

  plan(request) {
    const target = findTarget(request);
    if ('refusal' in target) return refuse(target.refusal);
    const edit = planHooks(target.path, request.hookCommand);
    if (edit && 'refusal' in edit) return refuse(edit.refusal);
    return { edits: edit ? [edit] : [], notes: toNotes(target, edit) };
  },

  planUninstall({ environment, hookCommand }, record) {
    const own = findHookFile(environment);
    const recorded = new Map(record.files.map((file) => [file.path, file]));
    const edits: FileEdit[] = [];
    for (const path of new Set([...recorded.keys(), ...(own === undefined ? [] : [own])])) {
      const edit = planUndo(path, hookCommand, recorded.get(path));
      if (edit && 'refusal' in edit) return refuse(edit.refusal);
      if (edit) edits.push(edit);
    }
    const notes = edits.length === 0 ? ['No hook file of Cursor holds a hook of spoor.'] : ['Cursor takes its hooks out when it reads the file again; until then they do nothing.'];
    return { edits, notes };
  },

  installedIn(environment, hookCommand) {
    const path = findHookFile(environment);
    return path !== undefined && readOurs(path, hookCommand).length > 0 ? [path] : [];
  },

  readCommands(environment, hookCommand) {
    const path = findHookFile(environment);
    return path === undefined ? [] : [...new Set(readOurs(path, hookCommand))].map((command) => ({ path, command }));
  },

  diagnose,
};

function findHookFile(environment: AgentEnvironment): string | undefined {
  const home = findCursorHome(environment);
  return home === undefined ? undefined : join(home, 'hooks.json');
}

interface Target {
  path: string;
  isProject: boolean;
}

function findTarget({ environment, options }: InstallRequest): Target | { refusal: string } {
  if (options.scope === 'project') {
    const { folder } = options;
    if (typeof folder === 'string' && isAbsolute(folder)) return { path: join(folder, '.cursor', 'hooks.json'), isProject: true };
    return { refusal: 'Which project the hooks are for is not known. Run it in the folder of the project.' };
  }
  const path = findHookFile(environment);
  return path === undefined ? NO_HOME : { path, isProject: false };
}

/** The edit that puts our hooks into the file; undefined: they are there. */
function planHooks(path: string, hookCommand: string): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return { path, after: Buffer.from(`${JSON.stringify(toHookFile(hookCommand), null, 2)}\n`) };
  if ('refusal' in file) return file;
  const merged = mergeHooks(file.json, hookCommand);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is: mend it or move it away, and try again.` };
  return merged.text === file.json.text ? undefined : { path, before: file.bytes, after: Buffer.from(merged.text) };
}

/** The edit that takes our hooks out, byte for byte where nobody has edited since; undefined: there are none. */
function planUndo(path: string, hookCommand: string, recorded: InstallRecord['files'][number] | undefined): FileEdit | Refusal | undefined {
  const file = openForEdit(path);
  if (!file) return undefined;
  if ('refusal' in file) return recorded ? file : undefined;
  const before = recorded?.beforeBase64 === undefined ? undefined : Buffer.from(recorded.beforeBase64, 'base64');
  const isUntouched = recorded?.afterSha256 === createHash('sha256').update(file.bytes).digest('hex');
  if (isUntouched && recorded.created) return { path, before: file.bytes };
  if (isUntouched && before && !holdsOurs(before, hookCommand)) return { path, before: file.bytes, after: before };
  const former = before && parseJsonText(before);
  const stripped = stripHooks(file.json, hookCommand, former && !('reason' in former) ? former : undefined);
  if (stripped.text === file.json.text) return undefined;
  // The file is Cursor's: it goes only where it was ours from the start.
  const isEmpty = findProperty(stripped.root, 'hooks')?.children?.length === 0;
  return isEmpty && recorded?.created === true ? { path, before: file.bytes } : { path, before: file.bytes, after: Buffer.from(stripped.text) };
}

function holdsOurs(bytes: Buffer, hookCommand: string): boolean {
  const json = parseJsonText(bytes);
  return !('reason' in json) && readHooks(json, hookCommand).some(({ commands }) => commands.length > 0);
}

function readOurs(path: string, hookCommand: string): string[] {
  const json = peekJson(path);
  return json ? readHooks(json, hookCommand).flatMap(({ commands }) => commands) : [];
}

function toNotes({ path, isProject }: Target, edit: FileEdit | undefined): string[] {
  if (!edit) return [`${path} holds spoor's hooks already.`];
  const trust = isProject ? ' Cursor runs the hooks of a project only where its folder is trusted.' : '';
  return [`Cursor: open windows read the file again; start a new chat${isProject ? ' in this project' : ''}, and it is traced.${trust}`];
}

function diagnose({ environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
  const path = findHookFile(environment);
  if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: 'There is no HOME, so the hooks of Cursor cannot be found', next: 'set HOME' }];
  const json = peekJson(path);
  const told = json ? readHooks(json, hookCommand) : [];
  if (!json || !told.some(({ commands }) => commands.length > 0)) return [{ check: 'hooks', state: 'broken', seen: `${path} holds no hook of spoor`, next: installCommand }];
  const missing = told.filter(({ event, commands }) => commands.length === 0 && HOOK_EVENTS.some((one) => one === event)).map(({ event }) => event);
  const stale = told.filter(({ commands }) => commands.some((command) => !isCurrent(command, hookCommand))).map(({ event }) => event);
  const faults = [
    ...(findProperty(json.root, 'version')?.value === 1 ? [] : ['its "version" is not 1, so Cursor reads none of it']),
    ...(missing.length > 0 ? [`it has no hook of spoor for ${missing.join(', ')}`] : []),
    ...(stale.length > 0 ? [`${stale.join(', ')} ${stale.length === 1 ? 'runs' : 'run'} the hook of another home or version of spoor`] : []),
  ];
  const found: Finding = faults.length > 0 ? { check: 'hooks', state: 'broken', seen: `${path}: ${faults.join('; ')}`, next: installCommand } : { check: 'hooks', state: 'ok', seen: `${path}: all ${HOOK_EVENTS.length} hooks of spoor` };
  const closed = findFailClosed(json, hookCommand);
  if (closed.length === 0) return [found];
  return [found, { check: 'hooks-fail-closed', state: 'attention', seen: `${path}: "failClosed" is set on the hook of spoor for ${closed.join(', ')}: Cursor refuses a call when that hook fails`, next: `take "failClosed" out of the hooks of spoor in ${path}` }];
}

function refuse(refusal: string): InstallPlan {
  return { edits: [], notes: [], refusal };
}
