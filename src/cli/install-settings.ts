/** What `spoor install` changes in our own config.yaml: a destination, the project, who works here. */
import { findPhoenixTwin, loadConfig, type Config } from '../config/config.ts';
import type { ContentLevel, ContentPolicy } from '../core/sharing.ts';
import { toContentPolicy } from '../semconv/content.ts';
import { isLoopback, toTracesUrl } from '../config/destination/address.ts';
import { toRegionAdvice } from '../config/destination/read-preset.ts';
import { saveDestination, saveSetting } from '../config/save-config.ts';
import { findPreset, presets } from '../exporters/presets/index.ts';
import type { Preset, PresetNeed } from '../exporters/presets/preset.ts';
import { completeUrl, toPresetUrl } from '../exporters/presets/preset-url.ts';
import type { CliContext } from './context.ts';
import { Failure, UsageFailure } from './failure.ts';

export interface SettingOptions {
  to?: string;
  project?: string;
  userId?: string;
}

/** A change of our own config.yaml: what the user is told, and the work. */
export interface SettingChange {
  sentence: string;
  save(): void;
}

/** Where traces are to go: the full URL, and what is known of the backend there. */
export interface Target {
  url: string;
  preset?: Preset;
  /** It is where the preset says. */
  isUsual?: boolean;
}

/** The changes that the options ask for, none written yet. Throws a `UsageFailure` on what cannot be meant, a `Failure` on a broken file. */
export function planSettings({ to, project, userId }: SettingOptions, context: CliContext): SettingChange[] {
  for (const [name, text] of [['--project', project], ['--user-id', userId]] as const) {
    if (text?.trim() === '') throw new UsageFailure(`${name} needs a text.`, `To set none, leave ${name} out.`);
  }
  if (to === undefined && project === undefined && userId === undefined) return [];
  const config = loadSound(context);
  const changes: SettingChange[] = [];
  if (to !== undefined) changes.push(planDestination(parseTarget(to, '--to', context), { project, config, context }));
  else if (project !== undefined) changes.push({ sentence: `Traces will belong to the project "${project}".`, save: () => saveSetting(context.home, 'project', project) });
  if (userId !== undefined) changes.push({ sentence: `Traces will carry the user id "${userId}".`, save: () => saveSetting(context.home, 'userId', userId) });
  return changes;
}

/** The configuration; throws a `Failure` where its file could not be edited. */
export function loadSound({ home, environment }: CliContext): Config {
  const { value, problems } = loadConfig(home, environment);
  const broken = problems.find(({ code }) => code === 'config-syntax' || code === 'config-unreadable');
  if (broken) throw new Failure(`${home.configFile} cannot be changed: ${broken.detail}.`, 'Mend it and try again.');
  return value;
}

/** `http://…`, `phoenix` or `phoenix=http://…` as it was typed. Throws a `UsageFailure` on anything else. `option`: who is told. */
export function parseTarget(text: string, option: string, context: Pick<CliContext, 'environment'>): Target {
  const [, id, address] = /^([a-z0-9_-]+)(?:=(.*))?$/i.exec(text.trim()) ?? [];
  const preset = id === undefined ? undefined : findPreset(id.toLowerCase());
  const known = presets.map((one) => one.id).join(', ');
  if (id !== undefined && !preset) throw new UsageFailure(`${option}: there is no preset "${id}".`, `Known are ${known}, each with =URL behind it where it is elsewhere; or write an address such as http://localhost:6006`);
  if (preset && address === undefined) return { url: toUsualUrl(preset, option, context), preset, isUsual: true };
  const url = toTracesUrl(preset ? completeUrl(preset, address ?? '') : text.trim());
  if (typeof url === 'string') return { url, ...(preset ? { preset } : {}) };
  throw new UsageFailure(`${option}: ${url.reason.replace('a "url"', 'an address').replace('"url"', 'the address')}.`, `Example: ${option} ${preset ? `${preset.id}=` : ''}http://localhost:6006`);
}

/** Throws where the preset must be told more than fits here. */
function toUsualUrl(preset: Preset, option: string, context: Pick<CliContext, 'environment'>): string {
  const untold = preset.needs.find((need) => !need.isOptional && need.variable === undefined);
  const url = untold ? undefined : toPresetUrl(preset, readRegion(preset, context));
  if (url !== undefined) return url;
  throw new UsageFailure(`${option}: ${toRegionAdvice(preset).replaceAll('"', '')}.`, `Add it with: spoor destination add --preset ${preset.id}`);
}

/** The region that this shell's variable names. */
function readRegion({ needs }: Preset, { environment }: Pick<CliContext, 'environment'>): string | undefined {
  const variable = needs.find(({ key }) => key === 'region')?.variable;
  return variable === undefined ? undefined : environment.env[variable]?.trim() || undefined;
}

const CONTENT: Record<ContentLevel, string> = { none: 'without prompts, answers and tool content', preview: 'with the first 200 characters of prompts, answers and tool content', full: 'with prompts, answers and tool content' };

/** In one clause: what goes along of texts. */
export function describeContent(content: ContentPolicy): string {
  const { toolName: _name, ...texts } = content;
  const [level, ...others] = new Set(Object.values(texts));
  return level !== undefined && others.length === 0 ? CONTENT[level] : 'with what its "content" names of prompts, answers and tool content';
}

/** Adds a destination, or names the one that has this address: its own headers stay as they are. */
export function planDestination({ url, preset, isUsual }: Target, { project, config, context }: { project?: string; config: Config; context: CliContext }): SettingChange {
  const known = config.destinations.find((destination) => destination.url === url) ?? findPhoenixTwin({ name: '', url, preset: preset?.id }, config.destinations);
  const name = known?.name ?? toFreeName(preset?.id ?? toHostName(url), config.destinations.map((destination) => destination.name));
  const what = describeContent(known?.sharing.content ?? toContentPolicy(isLoopback(url) ? 'preview' : 'none'));
  const isKeyed = known?.preset !== undefined || Object.keys(known?.headers ?? {}).some((header) => header.toLowerCase() === 'authorization');
  const { variable, sentence } = isKeyed ? { sentence: '' } : toKey(preset, { isLocal: isLoopback(url), context });
  const region = preset && isUsual ? readRegion(preset, context) : undefined;
  const fields = known
    ? (variable ? { headers: { ...known.headers, authorization: `Bearer env:${variable}` } } : {})
    : { ...(preset ? { preset: preset.id } : {}), ...(isUsual ? {} : { url }), ...(region ? { region } : {}), ...(variable ? { apiKey: `env:${variable}` } : {}) };
  return {
    sentence: `Traces of turns that end from now on go to ${url} (destination "${name}"), ${what}.${sentence}`,
    save: () => saveDestination(context.home, { name, ...fields, ...(project ? { project } : {}), addedAt: new Date(context.nowMillis()).toISOString() }),
  };
}

/** The key itself is never written: config.yaml names the variable that holds it. */
function toKey(preset: Preset | undefined, { isLocal, context }: { isLocal: boolean; context: CliContext }): { variable?: string; sentence: string } {
  const variable = preset?.needs.find(isKey)?.variable;
  if (preset === undefined || variable === undefined) return { sentence: '' };
  const isUnset = (name: string): boolean => !context.environment.env[name];
  const others = preset.needs.flatMap((need) => (isKey(need) || need.key === 'region' || need.isOptional ? [] : [need.variable ?? ''])).filter((name) => name !== '' && isUnset(name));
  const toExports = (names: readonly string[]): string => names.map((name) => `export ${name}=…`).join(', ');
  if (!isUnset(variable)) return { variable, sentence: ` The key is taken from ${variable} when something is sent, and is written nowhere.${others.length > 0 ? ` It also needs: ${toExports(others)}.` : ''}` };
  return { sentence: isLocal ? '' : ` If it asks for a key: ${toExports([variable, ...others])}, and run this again.` };
}

function isKey({ key }: PresetNeed): boolean {
  return key === 'apiKey';
}

export function toHostName(url: string): string {
  return new URL(url).host.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 50) || 'destination';
}

/** `localhost-6006`, or with a number behind it where another destination has that name. */
export function toFreeName(base: string, taken: readonly string[]): string {
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}-${number}`;
  return name;
}
