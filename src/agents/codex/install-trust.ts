/**
 * Codex runs a hook only when its user has approved it: `config.toml` holds, under `[hooks.state."<file>:<event>:<group>:<entry>"]`, the
 * hash of what was approved. Who agrees to our installation approves the hooks that it shows, so they are entered with it; a Codex that
 * reckons otherwise asks (`/hooks`), and until then runs none of them.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/ids.ts';
import { addTable, removeTable, type TomlText } from '../toml-edit.ts';
import { asRecord, asText } from '../untrusted.ts';
import { TIMEOUT_SECONDS, type HookPlace } from './hook-events.ts';

/** What Codex must find to run a hook without asking. */
export interface Trust {
  key: string;
  hash: string;
}

/** `hooksPath`: as Codex names the file. */
export function toTrust(hooksPath: string, { event, group, entry }: HookPlace, command: string): Trust {
  const label = event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  return { key: `${hooksPath}:${label}:${group}:${entry}`, hash: toHash(label, command) };
}

/** SHA-256 over the entry in Codex's own form: sorted keys, defaults written out, no matcher. */
function toHash(label: string, command: string): string {
  const identity = { event_name: label, hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS, async: false }] };
  return `sha256:${createHash('sha256').update(canonicalJson(identity)).digest('hex')}`;
}

/** The configuration in which all these hooks are approved; undefined: it is written in a way that cannot be added to. */
export function addTrust(toml: TomlText, wanted: readonly Trust[]): TomlText | undefined {
  let trusted: TomlText | undefined = toml;
  for (const trust of wanted) trusted = trusted && addOne(trusted, trust);
  return trusted;
}

function addOne(toml: TomlText, { key, hash }: Trust): TomlText | undefined {
  const state = findState(toml, key);
  if (state?.trusted_hash === hash) return toml;
  const free = state ? removeTable(toml, pathOf(key)) : toml;
  // Whoever switched it off meant that.
  return free && state?.enabled !== false ? addTable(free, pathOf(key), { trusted_hash: hash }) : toml;
}

/** Whether Codex runs this hook without asking. */
export function isTrusted(toml: TomlText, { key, hash }: Trust): boolean {
  const state = findState(toml, key);
  return state?.trusted_hash === hash && state.enabled !== false;
}

/** The configuration without approvals of ours: those with one of these keys and one of these hashes. What cannot be taken out stays. */
export function removeTrust(toml: TomlText, known: readonly Trust[]): TomlText {
  let stripped = toml;
  for (const { key, hash } of known) {
    if (findState(stripped, key)?.trusted_hash === hash) stripped = removeTable(stripped, pathOf(key)) ?? stripped;
  }
  return stripped;
}

function pathOf(key: string): string[] {
  return ['hooks', 'state', key];
}

function findState(toml: TomlText, key: string): { trusted_hash?: string; enabled?: boolean } | undefined {
  const state = asRecord(asRecord(asRecord(toml.values.hooks)?.state)?.[key]);
  return state && { trusted_hash: asText(state.trusted_hash), enabled: state.enabled === false ? false : undefined };
}
