/**
 * Puts our hooks into Claude Code's settings: the user's (`<config>/settings.json`), or those of one project that are nobody else's
 * (`.claude/settings.local.json`: the command names a path of this machine, so it has no place in the file that a team shares).
 */
import { join } from 'node:path';
import type { Installer } from '../agent.ts';
import { findProperty, type JsonText } from '../json-edit.ts';
import { createSettingsInstaller, type SettingsAgent } from '../settings-installer.ts';
import { answeringCursor } from './cursor-answer.ts';
import { findConfigFolder } from './folders.ts';
import { TIMEOUT_SECONDS, toHookEvents } from './hook-events.ts';
import { withNative } from '../native-settings.ts';
import { toClaudeNative } from './install-native.ts';
import { planPlugin, planPluginUndo } from './install-plugin.ts';

const ENTRY = { type: 'command', timeout: TIMEOUT_SECONDS } as const;

const AGENT: SettingsAgent = {
  id: 'claude-code',
  title: 'Claude Code',
  program: 'claude',
  findSettings(environment) {
    const folder = findConfigFolder(environment);
    return folder === undefined ? undefined : join(folder, 'settings.json');
  },
  projectSettings: ['.claude', 'settings.local.json'],
  entry: ENTRY,
  events: toHookEvents(undefined),
  findObstacles,
  projectNote: 'Claude Code runs the hooks of a project once you have trusted its folder.',
};

const installer = createSettingsInstaller(AGENT);

/** `options.plugin`: a folder (absolute) that becomes a plugin with our hooks, and the settings stay as they are. */
const hooksInstaller: Installer = {
  isPresent: installer.isPresent,
  plan(request) {
    const { plugin } = request.options;
    if (plugin !== undefined) return planPlugin(answeringCursor(request), plugin);
    const events = toHookEvents(request.run(['claude', '--version']));
    return createSettingsInstaller({ ...AGENT, events }).plan(answeringCursor(request));
  },
  planUninstall(request, record) {
    const undone = planPluginUndo(record);
    if ('refusal' in undone) return { edits: [], notes: [], refusal: undone.refusal };
    const files = record.files.filter(({ path }) => !undone.paths.has(path));
    const settings = installer.planUninstall(request, { ...record, files });
    if (settings.refusal !== undefined || undone.edits.length === 0) return settings;
    return { ...settings, edits: [...settings.edits, ...undone.edits], notes: settings.edits.length === 0 ? ['The plugin goes; Claude Code forgets it with its next start.'] : settings.notes };
  },
  installedIn: installer.installedIn,
  diagnose(request) {
    const events = toHookEvents(request.ask(['claude', '--version'])?.words);
    return createSettingsInstaller({ ...AGENT, events }).diagnose?.(answeringCursor(request)) ?? [];
  },
};

/** The same, and `options.native`: its own telemetry. */
export const claudeCodeInstaller: Installer = withNative(hooksInstaller, toClaudeNative(AGENT.findSettings));

function findObstacles({ root }: JsonText): string[] {
  const obstacles: string[] = [];
  if (findProperty(root, 'disableAllHooks')?.value === true) obstacles.push('"disableAllHooks" is true, so no hook runs. Take it out to be traced.');
  if (findProperty(root, 'allowManagedHooksOnly')?.value === true) obstacles.push('"allowManagedHooksOnly" is true: only hooks of managed settings run. Ask whoever manages this machine.');
  return obstacles;
}
