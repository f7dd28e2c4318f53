/** What a destination has from the backend that its `preset` names. Keys of its own win over all of it. */
import { findPreset, presets } from '../../exporters/presets/index.ts';
import type { Preset, PresetNeed } from '../../exporters/presets/preset.ts';
import { isRegional, toPresetUrl } from '../../exporters/presets/preset-url.ts';
import { readText, type Entry } from './entry.ts';
import type { DestinationSetting } from './destination-setting.ts';

export interface PresetPart {
  /** Absent: the entry names none. */
  preset?: Preset;
  /** Its own address; absent where the region it needs is not said, or is none. */
  url?: string;
  settings: Partial<DestinationSetting>;
}

const NEED_KEYS = ['apiKey', 'keyId'] as const;

/** Undefined: there is no preset of that name, or what it needs is missing; told. */
export function readPreset(entry: Entry): PresetPart | undefined {
  const id = readText(entry, 'preset');
  if (id === undefined) {
    for (const key of NEED_KEYS) if (isSaid(entry, key)) entry.tell(key, `"${key}" counts only with a "preset"; put it into "headers" (authorization: Bearer env:NAME)`);
    return isSaid(entry, 'preset') ? undefined : { settings: {} };
  }
  const preset = findPreset(id);
  if (!preset) {
    entry.tell('preset', `there is no preset "${id}"; known are ${presets.map((known) => known.id).join(', ')}`);
    return undefined;
  }
  const needs = readNeeds(entry, preset);
  if (!needs) return undefined;
  const { headers, projectHeader, projectAttribute, projectAsService, auth, limits } = preset;
  const url = toPresetUrl(preset, readText(entry, 'region'));
  const told = { projectHeader, projectAttribute, projectAsService, auth, limits };
  return { preset, ...(url === undefined ? {} : { url }), settings: { preset: id, templates: headers, needs, ...told } };
}

/** By key: a reference, or the text itself. A secret that is not said is looked for where the backend's own programs do. Undefined: one is missing. */
function readNeeds(entry: Entry, preset: Preset): Record<string, string> | undefined {
  const needs: Record<string, string> = {};
  const missing: PresetNeed[] = [];
  for (const need of preset.needs.filter(({ key }) => key !== 'region')) {
    const text = readText(entry, need.key) ?? (need.isOptional || need.variable === undefined ? undefined : `env:${need.variable}`);
    if (text !== undefined) needs[need.key] = text;
    else if (!need.isOptional) missing.push(need);
  }
  // Who says the header himself needs no more.
  const told = Object.keys((entry.fields.headers ?? {}) as object).map((name) => name.toLowerCase());
  const isCovered = (need: PresetNeed): boolean => Object.entries(preset.headers).filter(([, text]) => text.includes(`{${need.key}}`)).every(([name]) => told.includes(name));
  const open = missing.filter((need) => !isCovered(need));
  for (const need of open) entry.tell(undefined, `the preset "${preset.id}" needs "${need.key}": the ${need.title}`);
  return open.length > 0 ? undefined : needs;
}

/** Why a preset has no address. */
export function toRegionAdvice(preset: Preset): string {
  const known = Object.keys(preset.regions ?? {});
  if (!isRegional(preset)) return 'needs a "url"';
  const title = preset.needs.find(({ key }) => key === 'region')?.title ?? 'region';
  return `the preset "${preset.id}" needs "region", the ${title}${known.length > 0 ? `: ${known.join(', ')}` : ''}; or a "url"`;
}

function isSaid({ fields }: Entry, key: string): boolean {
  return fields[key] !== undefined && fields[key] !== null;
}
