/** What the user wants: flags over environment over `<SPOOR_HOME>/config.yaml` over defaults. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AgentEnvironment } from '../agents/agent.ts';
import type { Billing } from '../core/cost.ts';
import type { Problem } from '../core/problem.ts';
import type { SharingRule } from '../core/sharing.ts';
import { addDefaults } from '../semconv/combine-sharing.ts';
import { toAttributeMap, type AttributeMap } from './attributes.ts';
import { isSameAddress } from './destination/address.ts';
import { isSaid, readFolders, tellUnknownKeys, type Entry, type PathContext } from './destination/entry.ts';
import { readSharing, SHARING_KEYS } from './destination/parse-sharing.ts';
import { loadHashKey } from './hash-key.ts';
import type { DestinationSetting } from './destination/destination-setting.ts';
import { parseDestination } from './destination/parse-destination.ts';
import type { Home } from './home.ts';
import { parseReceiver, type ReceiverSettings } from './parse-receiver.ts';
import { DEFAULT_KEEP, parseStore, type KeepSettings } from './parse-store.ts';
import { parseYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

export interface Config {
  destinations: DestinationSetting[];
  /** Who works here, as `user.id` on spans. */
  userId?: string;
  /** The project of every destination that names none. */
  project?: string;
  /** The user's own: on the resource of every span, and on the spans of turns and sessions. */
  attributes: AttributeMap;
  /** What holds for all destinations, shells' own ones too: in `destinations` it is there already. */
  sharing?: SharingRule;
  /** No session that works in one of these folders, or below, leaves for anywhere. */
  exclude?: readonly string[];
  /** What it would keep at home is not known: until it can be read nothing leaves, for shells' own destinations neither. */
  isUnreadable?: true;
  /** By agent: what its own provider charges in, where nothing that the agent writes tells. */
  billing?: Record<string, Billing>;
  /** How long the store keeps what. */
  keep: KeepSettings;
  /** Absent: whoever is on this machine may send telemetry. */
  receiver?: ReceiverSettings;
}

/** What the command line said. */
export type ConfigFlags = Partial<Pick<Config, 'userId' | 'project'>>;

/** Of a file that cannot be read: nothing leaves, and nothing is deleted. */
const CLOSED: Config = { destinations: [], attributes: {}, sharing: { isSealed: true }, isUnreadable: true, keep: {}, receiver: { isUnreadable: true } };

const KEYS = ['destinations', 'userId', 'project', 'attributes', 'billing', 'exclude', 'store', 'receiver', ...SHARING_KEYS] as const;

/** Credits and premium requests are told by the agents that have them. */
const BILLINGS: readonly Billing[] = ['api', 'subscription'];

/**
 * Reads the configuration. Never throws: what is wrong with it is a problem with file and line, and the rest counts. A file
 * that is no YAML counts for nothing, so nothing is sent anywhere. No file is no problem.
 */
export function loadConfig(home: Home, environment: AgentEnvironment, flags: ConfigFlags = {}): { value: Config; problems: Problem[] } {
  const context: PathContext = { root: home.root, ...(environment.home ? { userHome: environment.home } : {}), hashKey: () => loadHashKey(home) };
  const { value: file, problems } = loadFile(home, context);
  const userId = flags.userId ?? nonEmpty(environment.env.SPOOR_USER_ID) ?? file.userId;
  const project = flags.project ?? nonEmpty(environment.env.SPOOR_PROJECT) ?? file.project;
  const destinations = file.destinations.map((setting) => ({ ...setting, ...(file.sharing ? { sharing: addDefaults(setting.sharing, file.sharing) } : {}), ...(setting.project || !project ? {} : { project }) }));
  return { value: { ...file, destinations, ...(userId ? { userId } : {}), ...(project ? { project } : {}) }, problems };
}

/** The text of config.yaml → configuration and problems. `fileName` stands in the messages. */
function parseConfig(text: string, fileName: string, context: PathContext): { value: Config; problems: Problem[] } {
  const file = parseYaml(text, fileName);
  const problems = [...file.problems];
  const value: Config = problems.length > 0 ? { ...CLOSED } : { destinations: [], attributes: {}, keep: DEFAULT_KEEP };
  const root = file.value;
  if (root === undefined || root === null) return { value, problems };
  if (typeof root !== 'object' || Array.isArray(root)) {
    problems.push({ code: 'config-syntax', detail: `${fileName}: expected keys such as "destinations"` });
    return { value, problems };
  }
  const fields = root as Record<string, unknown>;
  const tell: Entry['tell'] = (key, sentence, code = 'config-bad-value') => void problems.push(file.problemAt([key ?? []].flat(), code, sentence));
  const hasUnknownKey = tellUnknownKeys({ fields, tell }, KEYS, 'until it is mended none of the content is sent anywhere');
  const entry: Entry = { fields, tell, hasUnknownKey };
  for (const key of ['userId', 'project'] as const) {
    const text = fields[key];
    if (typeof text === 'string' || typeof text === 'number') value[key] = String(text);
    else if (text !== undefined && text !== null) problems.push(file.problemAt([key], 'config-bad-value', `"${key}" must be a text`));
  }
  value.attributes = toAttributeMap(entry, 'attributes') ?? {};
  const sharing = readSharing(entry, context);
  if (Object.keys(sharing).length > 0) value.sharing = sharing;
  // Whom it was meant to keep at home is not known: then nobody leaves.
  if (isSaid(entry, 'exclude')) value.exclude = readFolders(entry, 'exclude', context) ?? ['/'];
  if (fields.billing !== undefined && fields.billing !== null) value.billing = parseBilling(file, fields.billing, problems);
  value.keep = parseStore(file, fields.store, problems);
  if (fields.receiver !== undefined && fields.receiver !== null) value.receiver = parseReceiver(file, fields.receiver, problems);
  value.destinations = parseDestinations(file, fields.destinations, { context, problems });
  return { value, problems };
}

function loadFile(home: Home, context: PathContext): { value: Config; problems: Problem[] } {
  const name = basename(home.configFile);
  try {
    return parseConfig(readFileSync(home.configFile, 'utf8'), name, context);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const problems = code === 'ENOENT' ? [] : [{ code: 'config-unreadable', detail: code === 'ENOTDIR' ? `${home.root} is no folder, and spoor keeps its data in one` : `${name} cannot be read (${code ?? 'unknown error'})` }];
    return { value: code === 'ENOENT' ? { destinations: [], attributes: {}, keep: DEFAULT_KEEP } : { ...CLOSED }, problems };
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function parseBilling(file: YamlFile, value: unknown, problems: Problem[]): Record<string, Billing> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(file.problemAt(['billing'], 'config-bad-value', '"billing" must be agents, each with one of: ' + BILLINGS.join(', ')));
    return {};
  }
  const entries = Object.entries(value).flatMap(([agent, told]: [string, unknown]): [string, Billing][] => {
    const billing = BILLINGS.find((one) => one === told);
    if (!billing) problems.push(file.problemAt(['billing', agent], 'config-bad-value', `the billing of "${agent}" must be one of: ${BILLINGS.join(', ')}`));
    return billing ? [[agent, billing]] : [];
  });
  return Object.fromEntries(entries);
}

/** Destinations stand as a map by name or as a list whose items have a name. */
function parseDestinations(file: YamlFile, value: unknown, { context, problems }: { context: PathContext; problems: Problem[] }): DestinationSetting[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') {
    problems.push(file.problemAt(['destinations'], 'config-bad-value', '"destinations" must be destinations by name'));
    return [];
  }
  const entries: { path: YamlPath; name: string; value: unknown }[] = Array.isArray(value)
    ? value.map((item: unknown, index) => ({ path: ['destinations', index], name: nameOf(item), value: item }))
    : Object.entries(value).map(([name, item]) => ({ path: ['destinations', name], name, value: item as unknown }));
  const settings: DestinationSetting[] = [];
  for (const entry of entries) {
    const parsed = parseDestination(file, entry, context);
    problems.push(...parsed.problems);
    if (!parsed.value) continue;
    const twin = findPhoenixTwin(parsed.value, settings);
    if (twin) problems.push(file.problemAt(entry.path, 'config-bad-value', `destination "${entry.name}" is the same Phoenix as "${twin.name}", and gets nothing: ${PHOENIX_TWIN}`));
    else if (settings.some(({ name }) => name === entry.name)) problems.push(file.problemAt(entry.path, 'config-bad-value', `destination "${entry.name}" is there twice; the first counts`));
    else settings.push(parsed.value);
  }
  return settings;
}

/** Why one Phoenix is one destination. */
export const PHOENIX_TWIN = 'Phoenix keeps one span of an id, whichever project it is sent to, and the first one stays; use rules of one destination for several projects';

/** Another destination that is the same Phoenix. */
export function findPhoenixTwin(one: Pick<DestinationSetting, 'name' | 'url' | 'preset'>, settings: readonly DestinationSetting[]): DestinationSetting | undefined {
  const { name, url, preset } = one;
  if (url === undefined) return undefined;
  return settings.find((other) => other.name !== name && other.url !== undefined && isSameAddress(other.url, url) && (other.preset === 'phoenix' || preset === 'phoenix'));
}

/** Why a destination (none: any) is not in the configuration that was read, where that is the reason. */
export function findConfigProblem(problems: readonly Problem[], name?: string): Problem | undefined {
  return problems.find(({ code, detail }) => code === 'config-syntax' || code === 'config-unreadable' || detail.includes(name === undefined ? 'destination' : `destination "${name}"`));
}

function nameOf(item: unknown): string {
  const name = item !== null && typeof item === 'object' ? (item as Record<string, unknown>).name : undefined;
  return typeof name === 'string' ? name : '';
}
