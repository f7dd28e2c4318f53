/** What Arize's tracer was told → destinations: one for each backend, its agents and their projects as rules. Pure. */
import type { ArizeConfig, ArizeHarness } from '../../config/arize-config.ts';
import type { Config } from '../../config/config.ts';
import { withScheme } from '../../config/moved-environment.ts';
import { findPreset } from '../../exporters/presets/index.ts';
import { completeUrl, toPresetUrl } from '../../exporters/presets/preset-url.ts';
import { toFreeName } from '../install-settings.ts';
import type { AddOptions, Wanted } from './wanted.ts';

export interface ArizeWanted extends Wanted {
  preset: 'phoenix' | 'arize-ax';
  /** Where it goes. */
  url: string;
}

/** `sentences`: what is not as it was. Flags for content, project and user win over what was found. */
export function toArizeWanted({ harnesses, content }: ArizeConfig, options: Pick<AddOptions, 'content' | 'project' | 'userId'>, config: Config): { wanted: ArizeWanted[]; sentences: string[] } {
  const taken = config.destinations.map(({ name }) => name);
  const sentences: string[] = [];
  const groups = [...Map.groupBy(harnesses, (one) => JSON.stringify([toUrl(one), ...(one.target === 'arize' ? [one.apiKey, one.spaceId] : [])])).values()];
  const wanted = groups.map((group): ArizeWanted => {
    const preset = toPresetId(group[0]);
    const name = toFreeName(preset, taken);
    taken.push(name);
    return { ...toFields(group, { name, preset, content, options, sentences }), preset, url: toUrl(group[0]) };
  });
  if (content === undefined && options.content === undefined && wanted.length > 0) sentences.push("Arize's tracer sent whole texts, since nothing told it otherwise; spoor sends what its defaults say. For all texts as before: --content full");
  return { wanted, sentences };
}

interface Making {
  name: string;
  preset: ArizeWanted['preset'];
  content: ArizeConfig['content'];
  options: Pick<AddOptions, 'content' | 'project' | 'userId'>;
  sentences: string[];
}

function toFields(group: readonly ArizeHarness[], { name, preset, content, options, sentences }: Making): Wanted {
  const [first] = group;
  const url = toUrl(first);
  const isUsual = url === toPresetUrl(findPreset(preset) ?? NOBODY);
  const projects = new Set(group.map(({ project }) => project));
  const project = options.project ?? first?.project;
  const rules = options.project !== undefined || projects.size < 2 ? undefined : group.filter((one) => one.project !== project).map((one) => ({ agents: [one.agent], project: one.project }));
  const users = new Set(group.map(({ userId }) => userId));
  if (users.size > 1 && options.userId === undefined) sentences.push(`${name}: its agents had several user ids; one destination has one. Say it with --user-id, or with SPOOR_USER_ID in the shells.`);
  const attributes = sharedAttributes(group);
  if (group.some((one) => Object.keys(one.attributes).length > Object.keys(attributes).length)) sentences.push(`${name}: attributes that only some of its agents had are left out; OTEL_RESOURCE_ATTRIBUTES can say them in a shell.`);
  const fields: Record<string, unknown> = {
    preset,
    ...(isUsual ? {} : { url }),
    ...(first?.spaceId === undefined ? {} : { spaceId: first.spaceId }),
    agents: group.map(({ agent }) => agent),
    ...toContentField(options.content, content),
    ...(project === undefined ? {} : { project }),
    ...(rules ? { rules } : {}),
    ...toUser(options.userId ?? (users.size === 1 ? first?.userId : undefined)),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
  const apiKey = group.find((one) => one.apiKey !== undefined)?.apiKey;
  return { name, fields, secrets: apiKey === undefined ? {} : { apiKey } };
}

/** Stands where the list of presets lost one that is known here by name. */
const NOBODY = { id: '', title: '', url: '', needs: [], headers: {}, docs: '' };

function toContentField(told: string | undefined, found: ArizeConfig['content']): { content?: unknown } {
  const content = told ?? found;
  return content === undefined ? {} : { content };
}

function toUser(userId: string | undefined): { userId?: string } {
  return userId === undefined ? {} : { userId };
}

function toPresetId(harness: ArizeHarness | undefined): ArizeWanted['preset'] {
  return harness?.target === 'arize' ? 'arize-ax' : 'phoenix';
}

/** The traces endpoint; the usual one where none is told. */
function toUrl(harness: ArizeHarness | undefined): string {
  const preset = findPreset(toPresetId(harness)) ?? NOBODY;
  const { endpoint } = harness ?? {};
  return endpoint === undefined ? (toPresetUrl(preset) ?? '') : completeUrl(preset, harness?.target === 'arize' ? withScheme(endpoint) : endpoint);
}

/** Those that all have alike. */
function sharedAttributes([first, ...others]: readonly ArizeHarness[]): ArizeHarness['attributes'] {
  return Object.fromEntries(Object.entries(first?.attributes ?? {}).filter(([key, value]) => others.every((one) => one.attributes[key] === value)));
}
