/**
 * Our hooks in a file of their own: `~/.copilot/hooks/spoor.json`, or a project's `.github/hooks/spoor.json`. Copilot CLI and VS Code read
 * every file in these folders.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, InstallPlan, InstallRecord, InstallRequest, Installer } from '../agent.ts';
import { NO_HOME, openForEdit, peekJson, type Refusal } from '../install-file.ts';
import { isOnPath } from '../is-on-path.ts';
import { findProperty, parseJsonText } from '../json-edit.ts';
import { findCopilotHome } from './folders.ts';
import { HOOK_EVENTS, isCurrent, mergeHooks, readHooks, stripHooks, toHookFile, unwrap } from './install-hooks.ts';

/** Where a person may have switched all hooks off. */
const SETTINGS = ['settings.json', 'settings.local.json', 'config.json'] as const;

export const copilotInstaller: Installer = {
  hasProjectScope: true,

  isPresent(environment) {
    const home = findCopilotHome(environment);
    return home !== undefined && (existsSync(home) || isOnPath(environment, 'copilot'));
  },

  plan(request) {
    const target = findTarget(request);
    if ('refusal' in target) return refuse(target.refusal);
    const edit = planHooks(target.path, request.hookCommand);
    if (edit && 'refusal' in edit) return refuse(edit.refusal);
    return { edits: edit ? [edit] : [], notes: toNotes(target, edit, request.environment) };
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
    const notes = edits.length === 0 ? ['No hook file of GitHub Copilot holds a hook of spoor.'] : ['Sessions of GitHub Copilot that are open now keep their hooks until they end; the hooks then do nothing.'];
    return { edits, notes };
  },

  installedIn(environment, hookCommand) {
    const path = findHookFile(environment);
    return path !== undefined && readOurs(path, hookCommand).length > 0 ? [path] : [];
  },

  readCommands(environment, hookCommand) {
    const path = findHookFile(environment);
    return path === undefined ? [] : [...new Set(readOurs(path, hookCommand))].map((command) => ({ path, command: unwrap(command) }));
  },

  diagnose,
};

function findHookFile(environment: AgentEnvironment): string | undefined {
  const home = findCopilotHome(environment);
  return home === undefined ? undefined : join(home, 'hooks', 'spoor.json');
}

interface Target {
  path: string;
  isProject: boolean;
}

function findTarget({ environment, options }: InstallRequest): Target | { refusal: string } {
  if (options.scope === 'project') {
    const { folder } = options;
    if (typeof folder === 'string' && isAbsolute(folder)) return { path: join(folder, '.github', 'hooks', 'spoor.json'), isProject: true };
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
  // A file of our name in which nothing else is left was ours.
  const isEmpty = findProperty(stripped.root, 'hooks')?.children?.length === 0;
  const isOwn = recorded?.created === true || before === undefined || isOnlyOurs(before, hookCommand);
  return isEmpty && isOwn ? { path, before: file.bytes } : { path, before: file.bytes, after: Buffer.from(stripped.text) };
}

function holdsOurs(bytes: Buffer, hookCommand: string): boolean {
  const json = parseJsonText(bytes);
  return !('reason' in json) && readHooks(json, hookCommand).some(({ commands }) => commands.length > 0);
}

/** A file of an older home of ours. */
function isOnlyOurs(bytes: Buffer, hookCommand: string): boolean {
  const json = parseJsonText(bytes);
  return !('reason' in json) && holdsOurs(bytes, hookCommand) && findProperty(stripHooks(json, hookCommand).root, 'hooks')?.children?.length === 0;
}

function readOurs(path: string, hookCommand: string): string[] {
  const json = peekJson(path);
  return json ? readHooks(json, hookCommand).flatMap(({ commands }) => commands) : [];
}

function toNotes({ path, isProject }: Target, edit: FileEdit | undefined, environment: AgentEnvironment): string[] {
  const obstacles = findObstacles(environment).map(({ file, sentence }) => `${file}: ${sentence}`);
  if (!edit) return [`${path} holds spoor's hooks already.`, ...obstacles];
  const trust = isProject ? ' Copilot CLI runs the hooks of a project only where the folder is trusted, with -p only if it is started with --trust-folder.' : '';
  return [`GitHub Copilot: start a new session${isProject ? ' in this project' : ''}, and it is traced.${trust}`, ...obstacles];
}

/** Settings that keep all hooks from running. */
function findObstacles(environment: AgentEnvironment): { file: string; sentence: string }[] {
  const home = findCopilotHome(environment);
  return SETTINGS.flatMap((name) => {
    const file = join(home ?? '', name);
    const isOff = home !== undefined && findProperty(peekJson(file)?.root, 'disableAllHooks')?.value === true;
    return isOff ? [{ file, sentence: '"disableAllHooks" is true: Copilot runs no hooks until that is false, and nothing is traced live.' }] : [];
  });
}

function diagnose({ environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
  const path = findHookFile(environment);
  if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: 'There is no HOME, so the hooks of GitHub Copilot cannot be found', next: 'set HOME' }];
  const json = peekJson(path);
  const told = json ? readHooks(json, hookCommand) : [];
  if (!told.some(({ commands }) => commands.length > 0)) return [{ check: 'hooks', state: 'broken', seen: `${path} holds no hook of spoor`, next: installCommand }];
  const missing = told.filter(({ event, commands }) => commands.length === 0 && HOOK_EVENTS.some((one) => one === event)).map(({ event }) => event);
  const stale = told.filter(({ event, commands }) => commands.some((command) => !isCurrent(event, command, hookCommand))).map(({ event }) => event);
  const faults = [
    ...(missing.length > 0 ? [`it has no hook of spoor for ${missing.join(', ')}`] : []),
    ...(stale.length > 0 ? [`${stale.join(', ')} ${stale.length === 1 ? 'runs' : 'run'} the hook of another home or version of spoor`] : []),
  ];
  const found: Finding = faults.length > 0 ? { check: 'hooks', state: 'broken', seen: `${path}: ${faults.join('; ')}`, next: installCommand } : { check: 'hooks', state: 'ok', seen: `${path}: all ${HOOK_EVENTS.length} hooks of spoor` };
  const obstacles = findObstacles(environment).map(({ file, sentence }): Finding => ({ check: 'settings', state: 'broken', seen: `${file}: ${sentence.replace(/\.$/, '')}`, next: `mend ${file}` }));
  return [found, ...obstacles];
}

function refuse(refusal: string): InstallPlan {
  return { edits: [], notes: [], refusal };
}
