/**
 * Our plugin in OpenCode: one file of our own in the folder whose plugins it loads by itself, the user's or a project's, so that nobody's
 * settings are touched. Versions before 1.2 know that folder by the name `plugin` only; later ones know it as `plugins`, too.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, InstallPlan, InstallRecord, InstallRequest, Installer } from '../agent.ts';
import { openBytes, peekBytes } from '../install-file.ts';
import { isOnPath } from '../is-on-path.ts';
import { isOwnCommand } from '../own-command.ts';
import { findConfigFolder, findDataFolder } from './places.ts';
import { PLUGIN_MARK, toPluginText } from './plugin-text.ts';

const FOLDER = 'plugin';
const NAME = 'spoor-plugin.js';

export const openCodeInstaller: Installer = {
  hasProjectScope: true,
  isPresent(environment) {
    return [findConfigFolder(environment), findDataFolder(environment)].some((folder) => folder !== undefined && existsSync(folder)) || isOnPath(environment, 'opencode');
  },
  plan(request) {
    const path = findTarget(request);
    if (typeof path !== 'string') return path;
    const file = openBytes(path);
    if (file && 'refusal' in file) return refuse(file.refusal);
    if (file && !isOurs(file.bytes)) return refuse(`${path} is somebody else's plugin. Move it away and try again.`);
    const after = Buffer.from(toPluginText(request.hookCommand));
    if (file?.bytes.equals(after)) return { edits: [], notes: [`${path} is spoor's plugin already.`] };
    const isProject = request.options.scope === 'project';
    return { edits: [{ path, ...(file ? { before: file.bytes } : {}), after }], notes: [`OpenCode: start it anew${isProject ? ' in this project' : ''}, and it is traced.`] };
  },
  planUninstall({ environment }, record) {
    const own = findUserFile(environment);
    const edits: FileEdit[] = [];
    for (const path of new Set([...record.files.map((file) => file.path), ...(own === undefined ? [] : [own])])) {
      const file = openBytes(path);
      if (file && 'refusal' in file) return refuse(file.refusal);
      if (file && isOurs(file.bytes)) edits.push({ path, before: file.bytes, ...toFormer(path, record) });
    }
    return { edits, notes: [edits.length === 0 ? 'OpenCode has no plugin of spoor.' : 'An OpenCode that runs now keeps the plugin until it ends; the plugin then does nothing.'] };
  },
  installedIn(environment) {
    const path = findUserFile(environment);
    const bytes = path === undefined ? undefined : peekBytes(path);
    return path !== undefined && bytes && isOurs(bytes) ? [path] : [];
  },
  readCommands(environment) {
    const path = findUserFile(environment);
    const command = path === undefined ? undefined : readCommand(path);
    return path === undefined || command === undefined ? [] : [{ path, command }];
  },
  diagnose,
};

/** An older plugin of ours stood there before the record was made: it does not come back. */
function toFormer(path: string, { files }: InstallRecord): Pick<FileEdit, 'after'> {
  const before = files.find((file) => file.path === path)?.beforeBase64;
  const after = before === undefined ? undefined : Buffer.from(before, 'base64');
  return after && !isOurs(after) ? { after } : {};
}

function isOurs(bytes: Buffer): boolean {
  return bytes.subarray(0, PLUGIN_MARK.length).toString('latin1') === PLUGIN_MARK;
}

/** The shell text that a plugin of ours runs; undefined where there is none. */
function readCommand(path: string): string | undefined {
  const bytes = peekBytes(path);
  const text = bytes && isOurs(bytes) ? /^const COMMAND = (".*");$/m.exec(bytes.toString('utf8'))?.[1] : undefined;
  try {
    const command: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof command === 'string' ? command : undefined;
  } catch {
    return undefined;
  }
}

function findUserFile(environment: AgentEnvironment): string | undefined {
  const folder = findConfigFolder(environment);
  return folder === undefined ? undefined : join(folder, FOLDER, NAME);
}

function findTarget({ environment, options }: InstallRequest): string | InstallPlan {
  if (options.scope === 'project') {
    const { folder } = options;
    return typeof folder === 'string' && isAbsolute(folder) ? join(folder, '.opencode', FOLDER, NAME) : refuse('Which project the plugin is for is not known. Run it in the folder of the project.');
  }
  return findUserFile(environment) ?? refuse('There is no HOME and so no place for the plugins of OpenCode. Set HOME and try again.');
}

function refuse(refusal: string): InstallPlan {
  return { edits: [], notes: [], refusal };
}

function diagnose({ environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
  const path = findUserFile(environment);
  if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: 'There is no HOME, so the plugins of OpenCode cannot be found', next: 'set HOME' }];
  const command = readCommand(path);
  if (command === undefined) return [{ check: 'hooks', state: 'broken', seen: `${path} is not there, or is no plugin of spoor`, next: installCommand }];
  if (peekBytes(path)?.equals(Buffer.from(toPluginText(hookCommand)))) return [{ check: 'hooks', state: 'ok', seen: `${path}: the plugin of spoor` }];
  const seen = isOwnCommand(command, hookCommand, 'opencode') ? 'is the plugin of another home or version of spoor' : 'was changed';
  return [{ check: 'hooks', state: 'broken', seen: `${path} ${seen}`, next: installCommand }];
}
