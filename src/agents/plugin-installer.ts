/**
 * The installer of an agent that loads code of ours into its own process: one file of our own in the folder whose files it loads by itself, the
 * user's or a project's, so that nobody's settings are touched.
 */
import { isAbsolute, join } from 'node:path';
import type { Finding } from '../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, InstallPlan, InstallRecord, InstallRequest, Installer } from './agent.ts';
import { parsePluginCommand, PLUGIN_MARK, toPluginText } from './in-process-plugin.ts';
import { NO_HOME, openBytes, peekBytes } from './install-file.ts';
import { isOwnCommand } from './own-command.ts';

export interface PluginAgent {
  id: string;
  title: string;
  isPresent(environment: AgentEnvironment): boolean;
  /** The user's file; undefined without a home. */
  findFile(environment: AgentEnvironment): string | undefined;
  /** A project's file, from the project's folder. */
  projectFile: readonly string[];
  /** See `toPluginText`. */
  body: string;
  /** What a project's file needs before it is loaded, if anything. */
  projectNote?: string;
}

/** `options.scope: 'project'` installs into the project at `options.folder` (absolute) instead of the user's folder. */
export function createPluginInstaller(agent: PluginAgent): Installer {
  const { title, body } = agent;
  const toText = (hookCommand: string): Buffer => Buffer.from(toPluginText({ hookCommand, title, body }));
  const readCommand = (path: string): string | undefined => parsePluginCommand(peekBytes(path)?.toString('utf8') ?? '');
  return {
    hasProjectScope: true,
    isPresent: agent.isPresent,
    plan(request) {
      const path = findTarget(agent, request);
      if (typeof path !== 'string') return path;
      const file = openBytes(path);
      if (file && 'refusal' in file) return refuse(file.refusal);
      if (file && !isOurs(file.bytes)) return refuse(`${path} is somebody else's. Move it away and try again.`);
      const after = toText(request.hookCommand);
      if (file?.bytes.equals(after)) return { edits: [], notes: [`${path} is spoor's already.`] };
      const isProject = request.options.scope === 'project';
      const note = `${title}: start it anew${isProject ? ' in this project' : ''}, and it is traced.${isProject && agent.projectNote !== undefined ? ` ${agent.projectNote}` : ''}`;
      return { edits: [{ path, ...(file ? { before: file.bytes } : {}), after }], notes: [note] };
    },
    planUninstall({ environment }, record) {
      const own = agent.findFile(environment);
      const edits: FileEdit[] = [];
      for (const path of new Set([...record.files.map((file) => file.path), ...(own === undefined ? [] : [own])])) {
        const file = openBytes(path);
        if (file && 'refusal' in file) return refuse(file.refusal);
        if (file && isOurs(file.bytes)) edits.push({ path, before: file.bytes, ...toFormer(path, record) });
      }
      return { edits, notes: [edits.length === 0 ? `${title} has nothing of spoor's.` : `Where ${title} runs now, what it loaded stays until it ends, and does nothing.`] };
    },
    installedIn(environment) {
      const path = agent.findFile(environment);
      const bytes = path === undefined ? undefined : peekBytes(path);
      return path !== undefined && bytes && isOurs(bytes) ? [path] : [];
    },
    readCommands(environment) {
      const path = agent.findFile(environment);
      const command = path === undefined ? undefined : readCommand(path);
      return path === undefined || command === undefined ? [] : [{ path, command }];
    },
    diagnose({ environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
      const path = agent.findFile(environment);
      if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: `There is no HOME, so the folder of ${title} cannot be found`, next: 'set HOME' }];
      const command = readCommand(path);
      if (command === undefined) return [{ check: 'hooks', state: 'broken', seen: `${path} is not there, or is none of spoor's`, next: installCommand }];
      if (peekBytes(path)?.equals(toText(hookCommand))) return [{ check: 'hooks', state: 'ok', seen: `${path}: all of spoor's` }];
      const seen = isOwnCommand(command, hookCommand, agent.id) ? 'is of another home or version of spoor' : 'was changed';
      return [{ check: 'hooks', state: 'broken', seen: `${path} ${seen}`, next: installCommand }];
    },
  };
}

/** An older file of ours stood there before the record was made: it does not come back. */
function toFormer(path: string, { files }: InstallRecord): Pick<FileEdit, 'after'> {
  const before = files.find((file) => file.path === path)?.beforeBase64;
  const after = before === undefined ? undefined : Buffer.from(before, 'base64');
  return after && !isOurs(after) ? { after } : {};
}

function isOurs(bytes: Buffer): boolean {
  return bytes.subarray(0, PLUGIN_MARK.length).toString('latin1') === PLUGIN_MARK;
}

function findTarget({ findFile, projectFile }: PluginAgent, { environment, options }: InstallRequest): string | InstallPlan {
  if (options.scope === 'project') {
    const { folder } = options;
    return typeof folder === 'string' && isAbsolute(folder) ? join(folder, ...projectFile) : refuse('Which project it is for is not known. Run it in the folder of the project.');
  }
  return findFile(environment) ?? refuse(NO_HOME.refusal);
}

function refuse(refusal: string): InstallPlan {
  return { edits: [], notes: [], refusal };
}
