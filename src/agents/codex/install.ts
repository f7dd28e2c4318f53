/**
 * Puts our hooks into Codex's `hooks.json`, and their approval and our `notify` into its `config.toml`. Plans only: what is written, and
 * when, is up to `installation/`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEdit, Installer } from '../agent.ts';
import { hasGroupedHooks, planGroupedHooks } from '../grouped-hooks-file.ts';
import { openBytes, peekBytes, type Refusal } from '../install-file.ts';
import { refuse } from '../install-target.ts';
import { isOnPath } from '../is-on-path.ts';
import { parseJsonText } from '../json-edit.ts';
import { parseTomlText, type TomlText } from '../toml-edit.ts';
import { asRecord } from '../untrusted.ts';
import { findCodexHome } from './codex-home.ts';
import { diagnoseCodex } from './diagnose.ts';
import { findHookPlaces, toGroupedHooks, type HookPlace } from './hook-events.ts';
import { addNative, findNativeAddress, removeNative } from './install-native.ts';
import { addNotify, hasNotify } from './install-notify.ts';
import { addTrust, toTrust } from './install-trust.ts';
import { planCodexUninstall } from './install-undo.ts';
import { findPlaces, type CodexPlaces } from './places.ts';

export const codexInstaller: Installer = {
  isPresent(environment) {
    const home = findCodexHome(environment);
    return home !== undefined && (existsSync(home) || isOnPath(environment, 'codex'));
  },

  plan(request) {
    const places = findPlaces(request);
    if ('refusal' in places) return refuse(places);
    const hooks = planGroupedHooks(places.hooks, toGroupedHooks(request.hookCommand));
    if (hooks && 'refusal' in hooks) return refuse(hooks);
    const config = planConfig(places, { command: request.hookCommand, held: findHeld(places.hooks, hooks, request.hookCommand) });
    if ('refusal' in config) return refuse(config);
    const edits = [hooks, config.edit].filter((edit) => edit !== undefined);
    const plan = { edits, notes: [edits.length === 0 ? "Codex holds spoor's hooks already." : OPEN_SESSIONS, ...config.notes] };
    const { native } = request.options;
    return typeof native === 'string' ? addNative(plan, places.config, native) : plan;
  },

  planUninstall(request, record) {
    const places = findPlaces({ ...request, options: {} });
    return 'refusal' in places ? refuse(places) : removeNative(planCodexUninstall(request, record, places), places.config, record);
  },

  hasNative: true,

  nativeAddress(environment) {
    const home = findCodexHome(environment);
    return home === undefined ? undefined : findNativeAddress(join(home, 'config.toml'));
  },

  diagnose: diagnoseCodex,

  installedIn(environment, hookCommand) {
    const home = findCodexHome(environment);
    if (home === undefined) return [];
    const [hooks, config] = [join(home, 'hooks.json'), join(home, 'config.toml')];
    const toml = parseTomlText(peekBytes(config) ?? new Uint8Array());
    return [...(hasGroupedHooks(hooks, toGroupedHooks(hookCommand)) ? [hooks] : []), ...('reason' in toml || !hasNotify(toml, hookCommand) ? [] : [config])];
  },
};

/** Where our hooks stand once the edit is done. */
function findHeld(path: string, edit: FileEdit | undefined, command: string): HookPlace[] {
  const json = parseJsonText(edit?.after ?? peekBytes(path) ?? new Uint8Array());
  return 'reason' in json ? [] : findHookPlaces(json, command);
}

const OPEN_SESSIONS = 'Sessions of Codex that are open now are traced after their next start.';
const APPROVE = 'Codex asks before it runs the new hooks: start it and approve them (/hooks). Until then it runs none of them.';

interface Hooks {
  command: string;
  held: readonly HookPlace[];
}

/** A configuration that cannot be written to is left alone: then Codex asks. One that does not parse would not start Codex either. */
function planConfig({ config: path, hooksNames, isProject }: CodexPlaces, { command, held }: Hooks): { edit?: FileEdit; notes: string[] } | Refusal {
  const file = openBytes(path);
  if (file && 'refusal' in file) return { notes: [`${file.refusal} It stays as it is. ${APPROVE}`] };
  const toml = parseTomlText(file?.bytes ?? new Uint8Array());
  if ('reason' in toml) return { refusal: `${path} ${toml.reason}. It was left as it is: mend it and try again.` };
  const trusted = addTrust(toml, hooksNames.flatMap((name) => held.map((place) => toTrust(name, place, command))));
  const notified = isProject ? undefined : addNotify(trusted ?? toml, command);
  const after = notified ?? trusted ?? toml;
  const notes = [
    ...(trusted ? [] : [`The "hooks" of ${path} are written in a way that spoor cannot add to. ${APPROVE}`]),
    ...(notified || isProject ? [] : [`The "notify" of ${path} is written in a way that spoor cannot add to; it stays as it is.`]),
    ...(isProject ? ['Codex runs the hooks of a project once you have trusted that project.'] : []),
    ...toWarnings(toml, path),
  ];
  return after.text === toml.text ? { notes } : { edit: { path, before: file?.bytes, after: Buffer.from(after.text) }, notes };
}

function toWarnings({ values }: TomlText, path: string): string[] {
  const features = asRecord(values.features);
  const isOff = features?.hooks === false || features?.codex_hooks === false;
  const inline = Object.keys(asRecord(values.hooks) ?? {}).filter((name) => name !== 'state');
  return [
    ...(isOff ? [`${path} switches hooks off ([features] hooks = false): while a session runs only the ends of its turns are told.`] : []),
    ...(inline.length > 0 ? [`${path} holds hooks of its own beside hooks.json: Codex runs both, and says so when it starts.`] : []),
  ];
}
