/** The installer of an agent whose hooks stand in a settings file of its own folder, for the user or for one project. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from '../core/finding.ts';
import type { AgentEnvironment, DiagnoseRequest, FileEdit, Installer } from './agent.ts';
import { hasGroupedHooks, planGroupedHooks, planGroupedHooksUndo } from './grouped-hooks-file.ts';
import { inspectGroups, type GroupedHooks } from './grouped-hooks.ts';
import { toQuotedCommand } from './hook-command.ts';
import { peekJson } from './install-file.ts';
import { findInstallTarget, refuse, toHooksFinding, type InstallTarget } from './install-target.ts';
import { isOnPath } from './is-on-path.ts';
import type { JsonText } from './json-edit.ts';

export interface SettingsAgent {
  id: string;
  title: string;
  /** The command that starts it. */
  program: string;
  /** The user's settings file; undefined without a home. */
  findSettings(environment: AgentEnvironment): string | undefined;
  /** A project's settings file, from the project's folder. */
  projectSettings: readonly string[];
  /** Of every entry, beside its command: type, name, timeout. */
  entry: GroupedHooks['entry'];
  events: GroupedHooks['events'];
  /** Sentences about settings that keep the hooks from running; none where nothing does. */
  findObstacles(settings: JsonText): string[];
  /** What a project's hooks need before they run. */
  projectNote: string;
}

/** `options.scope: 'project'` installs into the project at `options.folder` (absolute) instead of the user's settings. */
export function createSettingsInstaller(agent: SettingsAgent): Installer {
  const toHooks = (command: string): GroupedHooks => ({ agent: agent.id, command: toQuotedCommand(command), entry: agent.entry, events: agent.events });
  return {
    hasProjectScope: true,
    isPresent(environment) {
      const settings = agent.findSettings(environment);
      return settings !== undefined && (existsSync(dirname(settings)) || isOnPath(environment, agent.program));
    },
    plan(request) {
      const target = findInstallTarget(request, { find: agent.findSettings, project: agent.projectSettings });
      if ('refusal' in target) return refuse(target);
      const edit = planGroupedHooks(target.path, toHooks(request.hookCommand));
      if (edit && 'refusal' in edit) return refuse(edit);
      return { edits: edit ? [edit] : [], notes: toNotes(agent, target, edit) };
    },
    planUninstall(request, record) {
      const settings = agent.findSettings(request.environment);
      const recorded = new Map(record.files.map((file) => [file.path, file]));
      const edits: FileEdit[] = [];
      for (const path of new Set([...recorded.keys(), ...(settings === undefined ? [] : [settings])])) {
        const edit = planGroupedHooksUndo(path, toHooks(request.hookCommand), recorded.get(path));
        if (edit && 'refusal' in edit) return refuse(edit);
        if (edit) edits.push(edit);
      }
      const notes = edits.length === 0 ? [`No settings of ${agent.title} hold a hook of spoor.`] : [`Sessions of ${agent.title} that are open now keep their hooks until they end; the hooks then do nothing.`];
      return { edits, notes };
    },
    installedIn(environment, hookCommand) {
      const settings = agent.findSettings(environment);
      return settings !== undefined && hasGroupedHooks(settings, toHooks(hookCommand)) ? [settings] : [];
    },
    readCommands(environment, hookCommand) {
      const path = agent.findSettings(environment);
      const settings = path === undefined ? undefined : peekJson(path);
      return path !== undefined && settings ? inspectGroups(settings, toHooks(hookCommand)).commands.map((command) => ({ path, command })) : [];
    },
    diagnose: (request) => diagnose(agent, request, toHooks(request.hookCommand)),
  };
}

function diagnose(agent: SettingsAgent, { environment, installCommand }: DiagnoseRequest, hooks: GroupedHooks): Finding[] {
  const path = agent.findSettings(environment);
  if (path === undefined) return [{ check: 'hooks', state: 'unknown', seen: `There is no HOME, so the settings of ${agent.title} cannot be found`, next: 'set HOME' }];
  const settings = peekJson(path);
  if (!settings || !hasGroupedHooks(path, hooks)) return [{ check: 'hooks', state: 'broken', seen: `${path} holds no hook of spoor`, next: installCommand }];
  const { missing, stale } = inspectGroups(settings, hooks);
  const found = toHooksFinding(path, { events: hooks.events.length, missing, stale, installCommand });
  const obstacles = agent.findObstacles(settings).map((sentence): Finding => ({ check: 'settings', state: 'broken', seen: `${path}: ${sentence.replace(/\.$/, '')}`, next: `mend ${path}` }));
  return [found, ...obstacles];
}

function toNotes(agent: SettingsAgent, { path, isProject }: InstallTarget, edit: FileEdit | undefined): string[] {
  const settings = peekJson(path);
  const obstacles = settings ? agent.findObstacles(settings).map((sentence) => `${path}: ${sentence}`) : [];
  if (!edit) return [`${path} holds spoor's hooks already.`, ...obstacles];
  return [`${agent.title}: start a new session${isProject ? ' in this project' : ''}, and it is traced.${isProject ? ` ${agent.projectNote}` : ''}`, ...obstacles];
}
