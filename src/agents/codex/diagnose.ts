/** What `doctor` asks of Codex's files: are all our hooks in them, and will Codex run them. Looks only. */
import type { Finding } from '../../core/finding.ts';
import type { DiagnoseRequest } from '../agent.ts';
import { peekBytes, peekJson } from '../install-file.ts';
import { parseTomlText, type TomlText } from '../toml-edit.ts';
import { asRecord } from '../untrusted.ts';
import { findHookPlaces, toGroupedHooks, type HookPlace } from './hook-events.ts';
import { hasNotify } from './install-notify.ts';
import { isTrusted, toTrust } from './install-trust.ts';
import { findPlaces, type CodexPlaces } from './places.ts';

/** See `Installer.diagnose`. */
export function diagnoseCodex({ environment, hookCommand, installCommand }: DiagnoseRequest): Finding[] {
  const places = findPlaces({ environment, options: {} });
  if ('refusal' in places) return [{ check: 'hooks', state: 'unknown', seen: 'There is neither HOME nor CODEX_HOME, so the files of Codex cannot be found', next: 'set HOME' }];
  const toml = parseTomlText(peekBytes(places.config) ?? new Uint8Array());
  if ('reason' in toml) return [{ check: 'config', state: 'broken', seen: `${places.config} ${toml.reason}: Codex does not start with it`, next: `mend ${places.config}` }];
  const held = findHeld(places, hookCommand);
  return [toHooksFinding(places, held, installCommand), ...toTrustFindings(places, { held, toml, hookCommand }), toNotifyFinding(places, hasNotify(toml, hookCommand), installCommand)];
}

function findHeld({ hooks }: CodexPlaces, hookCommand: string): HookPlace[] {
  const json = peekJson(hooks);
  return json ? findHookPlaces(json, hookCommand) : [];
}

function toHooksFinding({ hooks }: CodexPlaces, held: readonly HookPlace[], installCommand: string): Finding {
  const missing = toGroupedHooks('').events.map(({ event }) => event).filter((event) => !held.some((place) => place.event === event));
  if (held.length === 0) return { check: 'hooks', state: 'broken', seen: `${hooks} holds no hook of spoor`, next: installCommand };
  if (missing.length > 0) return { check: 'hooks', state: 'broken', seen: `${hooks} has no hook of spoor for ${missing.join(', ')}`, next: installCommand };
  return { check: 'hooks', state: 'ok', seen: `${hooks}: all ${held.length} hooks of spoor` };
}

interface Held {
  held: readonly HookPlace[];
  toml: TomlText;
  hookCommand: string;
}

/** Codex passes over a hook that is not approved without a word. */
function toTrustFindings({ config, hooksNames }: CodexPlaces, { held, toml, hookCommand }: Held): Finding[] {
  if (held.length === 0) return [];
  const features = asRecord(toml.values.features);
  if (features?.hooks === false || features?.codex_hooks === false) {
    return [{ check: 'approval', state: 'attention', seen: `${config} switches hooks off: while a session runs only the ends of its turns are told`, next: `set [features] hooks = true in ${config}` }];
  }
  const waiting = held.filter((place) => !hooksNames.some((name) => isTrusted(toml, toTrust(name, place, hookCommand))));
  if (waiting.length === 0) return [{ check: 'approval', state: 'ok', seen: `${config}: Codex may run them` }];
  return [{ check: 'approval', state: 'broken', seen: `Codex does not run the hooks of ${waiting.map(({ event }) => event).join(', ')}: they are not approved`, next: 'start codex and approve them with /hooks' }];
}

function toNotifyFinding({ config }: CodexPlaces, isThere: boolean, installCommand: string): Finding {
  if (isThere) return { check: 'notify', state: 'ok', seen: `${config}: Codex tells the end of each turn` };
  return { check: 'notify', state: 'attention', seen: `"notify" of ${config} does not run spoor: without approved hooks nothing is told while a session runs`, next: installCommand };
}
