/**
 * Puts our hooks into Codex's `hooks.json`, and their approval and our `notify` into its `config.toml`. Plans only: what is written, and
 * when, is up to `installation/`.
 */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { AgentEnvironment, FileEdit, InstallPlan, InstallRequest, Installer } from '../agent.ts';
import { parseJsonText } from '../json-edit.ts';
import { parseTomlText, type TomlText } from '../toml-edit.ts';
import { asRecord } from '../untrusted.ts';
import { findCodexHome } from './codex-home.ts';
import { openForEdit, peekBytes, type Refusal } from './config-file.ts';
import { findHooks, mergeHooks, toHooksFile, type HookPlace } from './install-hooks.ts';
import { addNotify, hasNotify } from './install-notify.ts';
import { addTrust, toTrust, type Trust } from './install-trust.ts';
import { planCodexUninstall } from './install-undo.ts';

/** Where Codex keeps its configuration, and where the hooks of this installation go. */
export interface CodexPlaces {
  config: string;
  hooks: string;
  /** The hooks' file as Codex may name it: with a `CODEX_HOME` by its real path. */
  hooksNames: string[];
}

export const codexInstaller: Installer = {
  isPresent(environment) {
    const home = findCodexHome(environment);
    return home !== undefined && (existsSync(home) || isOnPath(environment, 'codex'));
  },

  plan(request) {
    const places = findPlaces(request);
    if ('refusal' in places) return { edits: [], notes: [], refusal: places.refusal };
    const hooks = planHooks(places.hooks, request.hookCommand);
    if ('refusal' in hooks) return { edits: [], notes: [], refusal: hooks.refusal };
    const config = planConfig(request, places, hooks.places);
    if ('refusal' in config) return { edits: [], notes: [], refusal: config.refusal };
    const edits = [hooks.edit, config.edit].filter((edit) => edit !== undefined);
    return { edits, notes: [...(edits.length === 0 ? ['Codex holds spoor\'s hooks already.'] : []), ...config.notes] };
  },

  planUninstall(request, record) {
    const places = findPlaces({ ...request, options: {} });
    return 'refusal' in places ? { edits: [], notes: [], refusal: places.refusal } : planCodexUninstall(request, record, places);
  },

  installedIn(environment, hookCommand) {
    const home = findCodexHome(environment);
    if (home === undefined) return [];
    const hooks = join(home, 'hooks.json');
    const config = join(home, 'config.toml');
    const json = parseJsonText(peekBytes(hooks) ?? Buffer.alloc(0));
    const toml = parseTomlText(peekBytes(config) ?? Buffer.alloc(0));
    return [...('reason' in json || findHooks(json, hookCommand).length === 0 ? [] : [hooks]), ...('reason' in toml || !hasNotify(toml, hookCommand) ? [] : [config])];
  },
};

/** `--scope project`: the hooks of one repository, which Codex reads once the repository is trusted; approvals are the user's all the same. */
function findPlaces({ environment, options, folder }: InstallRequest): CodexPlaces | Refusal {
  const home = findCodexHome(environment);
  if (home === undefined) return { refusal: 'There is no HOME and no CODEX_HOME, and so no place for hooks of Codex. Set HOME and try again.' };
  const config = join(home, 'config.toml');
  if (options.scope === 'project' && folder === undefined) return { refusal: 'There is no project here. Go into the folder of one and try again.' };
  const place = options.scope === 'project' && folder !== undefined ? join(folder, '.codex') : home;
  return { config, hooks: join(place, 'hooks.json'), hooksNames: [...new Set([join(place, 'hooks.json'), join(toRealPath(place), 'hooks.json')])] };
}

function toRealPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

type HooksPlan = { edit?: FileEdit; places: HookPlace[] } | Refusal;

function planHooks(path: string, command: string): HooksPlan {
  const file = openForEdit(path);
  if (file && 'refusal' in file) return file;
  const text = file ?? { path, bytes: Buffer.from(toHooksFile(command)) };
  const json = parseJsonText(text.bytes);
  if ('reason' in json) return { refusal: `${path} ${json.reason}. It was left as it is: mend it and try again.` };
  const merged = mergeHooks(json, command);
  if ('reason' in merged) return { refusal: `${path} ${merged.reason}. It was left as it is: mend it and try again.` };
  const places = findHooks(merged, command);
  if (!file) return { edit: { path, after: text.bytes }, places };
  return merged.text === json.text ? { places } : { edit: { path, before: file.bytes, after: Buffer.from(merged.text) }, places };
}

const OPEN_SESSIONS = 'Sessions of Codex that are open now are traced after their next start.';
const APPROVE = 'Codex will ask before it runs the new hooks: start it and approve them (/hooks). Until then it runs none of them.';

type ConfigPlan = { edit?: FileEdit; notes: string[] } | Refusal;

/** A configuration that cannot be written to is left alone: then Codex asks. One that does not parse would not start Codex either. */
function planConfig(request: InstallRequest, { config: path, hooksNames }: CodexPlaces, places: readonly HookPlace[]): ConfigPlan {
  const file = openForEdit(path);
  if (file && 'refusal' in file) return { notes: [`${file.refusal} Without it: ${APPROVE}`] };
  const toml = parseTomlText(file?.bytes ?? Buffer.alloc(0));
  if ('reason' in toml) return { refusal: `${path} ${toml.reason}. It was left as it is: mend it and try again.` };
  const trust = hooksNames.flatMap((name) => places.map((place): Trust => toTrust(name, place, request.hookCommand)));
  const notes = [OPEN_SESSIONS];
  const trusted = addTrust(toml, trust);
  if (!trusted) notes.push(`The "hooks" of ${path} are written in a way that spoor cannot add to. ${APPROVE}`);
  const isUser = request.options.scope !== 'project';
  const notified = isUser ? addNotify(trusted ?? toml, request.hookCommand) : undefined;
  if (isUser && !notified) notes.push(`The "notify" of ${path} is no list of words; it stays as it is.`);
  if (!isUser) notes.push('Codex reads the hooks of a project once you have trusted that project.');
  notes.push(...toWarnings(toml, path));
  const after = notified ?? trusted ?? toml;
  return after.text === toml.text ? { notes } : { edit: { path, before: file?.bytes, after: Buffer.from(after.text) }, notes };
}

function toWarnings({ values }: TomlText, path: string): string[] {
  const features = asRecord(values.features);
  const isOff = features?.hooks === false || features?.codex_hooks === false;
  const inline = Object.keys(asRecord(values.hooks) ?? {}).filter((name) => name !== 'state');
  return [
    ...(isOff ? [`${path} switches hooks off ([features] hooks = false): only the ends of turns are told while a session runs.`] : []),
    ...(inline.length > 0 ? [`${path} holds hooks of its own beside hooks.json: Codex runs both, and says so when it starts.`] : []),
  ];
}

function isOnPath({ env, platform }: AgentEnvironment, program: string): boolean {
  const names = platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return (env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && names.some((name) => existsSync(join(folder, name))));
}

