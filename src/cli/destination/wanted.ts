/** What a person wants of a new destination, from flags: the keys of its entry in config.yaml, and secrets that were typed. */
import { resolve } from 'node:path';
import { HEADER_NAME } from '../../config/destination/parse-destination.ts';
import type { Config } from '../../config/config.ts';
import { findPreset, presets } from '../../exporters/presets/index.ts';
import type { Preset } from '../../exporters/presets/preset.ts';
import type { CliContext } from '../context.ts';
import { UsageFailure } from '../failure.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toFreeName, toHostName } from '../install-settings.ts';

export interface AddOptions {
  preset?: string;
  url?: string;
  path?: string;
  header?: string[];
  apiKeyEnv?: string;
  apiKeyFile?: string;
  keyId?: string;
  spaceId?: string;
  region?: string;
  profile?: string;
  dialect?: string;
  content?: string;
  project?: string;
  serviceName?: string;
  userId?: string;
  trace?: string;
  fromArize?: boolean;
  yes?: boolean;
  dryRun?: boolean;
}

export interface Wanted {
  name: string;
  /** As they shall stand in config.yaml, in this order; secrets as references. */
  fields: Record<string, unknown>;
  /** By key: texts that go into files of their own. */
  secrets: Record<string, string>;
}

/** Flags → what is wanted. Throws a `UsageFailure` on what cannot be meant. */
export function toWanted(typedName: string | undefined, options: AddOptions, { config, context }: { config: Config; context: CliContext }): Wanted {
  const isPlaced = options.preset !== undefined || options.url !== undefined || options.path !== undefined;
  const presetId = toPresetId(typedName, options);
  const preset = presetId === undefined ? undefined : findPreset(presetId);
  if (presetId !== undefined && !preset) throw new UsageFailure(`There is no preset "${presetId}".`, `Known are ${presets.map(({ id }) => id).join(', ')}`);
  if (!preset && !isPlaced) throw new UsageFailure('Say where the traces shall go: --preset, --url or --path.', `Presets are ${presets.map(({ id }) => id).join(', ')}`);
  if (options.path !== undefined && (preset || options.url !== undefined)) throw new UsageFailure('--path is a file: it goes with no --preset and no --url.', 'Leave one of them out.');
  assertNoSecretIn(options.url);
  const name = typedName ?? toUsualName(preset, options, config);
  if (config.destinations.some((one) => one.name === name)) throw new UsageFailure(`There is a destination "${name}" already.`, `Give this one another name, change that one in ${context.home.configFile}, or take it out: spoor destination remove ${name}`);
  const fields = withoutAbsent({ preset: preset?.id, url: options.url, path: toTypedPath(options.path, context), ...(preset ? toNeeds(preset, options, context) : toStray(options)), headers: toHeaders(options.header), ...toSettings(options) });
  return { name, fields, secrets: {} };
}

/** The backend that is meant: its own word, else a name that is a preset's; `--url` is then its address. */
export function toPresetId(typedName: string | undefined, { preset, path }: AddOptions): string | undefined {
  if (preset !== undefined) return preset.toLowerCase();
  return path === undefined && typedName !== undefined ? findPreset(typedName.toLowerCase())?.id : undefined;
}

function toUsualName(preset: Preset | undefined, { url, path }: AddOptions, config: Config): string {
  const base = preset?.id ?? (path !== undefined ? 'file' : URL.canParse(url ?? '') ? toHostName(url ?? '') : 'destination');
  return toFreeName(base, config.destinations.map((one) => one.name));
}

/** Keys that count for any destination. */
function toSettings({ profile, dialect, content, project, serviceName, userId, trace }: AddOptions): Record<string, unknown> {
  return { profile, dialect, content: toContent(content), project, serviceName, userId, trace };
}

/** `full`, or `prompt=full,toolResult=none`. What it means is looked at with the rest. */
function toContent(text: string | undefined): unknown {
  if (text === undefined || !text.includes('=')) return text;
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=').map((part) => part.trim())));
}

function toNeeds(preset: Preset, options: AddOptions, context: CliContext): Record<string, string | undefined> {
  const { environment } = context;
  const told: Record<string, string | undefined> = { apiKey: toKeyReference(options, context), keyId: options.keyId, spaceId: options.spaceId, region: options.region };
  const usual = preset.needs.flatMap((need): [string, string][] => {
    const set = need.variable === undefined ? undefined : environment.env[need.variable]?.trim();
    // A region is no secret, and is needed before anything is looked up; everything else is named, not copied.
    if (need.key === 'region') return set && options.url === undefined ? [['region', set]] : [];
    return need.variable !== undefined && (set || !need.isOptional) ? [[need.key, `env:${need.variable}`]] : [];
  });
  const known = (key: string): boolean => preset.needs.some((need) => need.key === key) || (key === 'region' && preset.regions !== undefined);
  const stray = Object.keys(told).find((key) => told[key] !== undefined && !known(key));
  if (stray !== undefined) throw new UsageFailure(`${preset.title} has no ${toFlag(stray)}.`, `What it needs: ${preset.needs.map((need) => `${toFlag(need.key)} (${need.title})`).join(', ') || 'nothing'}`);
  return { ...Object.fromEntries(usual), ...Object.fromEntries(Object.entries(told).filter(([, text]) => text !== undefined)) };
}

/** The flag that says what a preset needs. */
export function toFlag(key: string): string {
  const flags: Record<string, string> = { apiKey: '--api-key-env', keyId: '--key-id', spaceId: '--space-id', region: '--region' };
  return flags[key] ?? key;
}

/** Without a preset nobody knows where a key would stand. `region` and a signature are for addresses of AWS. */
function toStray({ apiKeyEnv, apiKeyFile, keyId, spaceId, region }: AddOptions): Record<string, string | undefined> {
  if (apiKeyEnv !== undefined || apiKeyFile !== undefined || keyId !== undefined || spaceId !== undefined) throw new UsageFailure('A key needs a preset, which says how it is sent.', 'Add --preset, or say the header itself: --header "authorization=Bearer env:NAME"');
  return { region };
}

function toKeyReference({ apiKeyEnv, apiKeyFile }: AddOptions, context: CliContext): string | undefined {
  if (apiKeyEnv !== undefined && apiKeyFile !== undefined) throw new UsageFailure('--api-key-env and --api-key-file say the same twice.', 'Leave one of them out.');
  if (apiKeyEnv === undefined) return apiKeyFile === undefined ? undefined : `file:${toTypedPath(apiKeyFile, context) ?? ''}`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(apiKeyEnv)) throw new UsageFailure('--api-key-env is the name of a variable, not the key.', 'Example: --api-key-env PHOENIX_API_KEY');
  return `env:${apiKeyEnv}`;
}

/** As a person means it who types it in a folder; in config.yaml it stands whole. */
function toTypedPath(path: string | undefined, { folder }: CliContext): string | undefined {
  return path === undefined || path.startsWith('~/') ? path : resolve(folder, path);
}

/** A header of such a name holds a secret: only where it is stands in config.yaml. */
const SECRET_HEADER = /auth|key|token|secret|cookie|pass|credential|bearer|jwt|honeycomb-team/i;
const REFERENCE = /^(?:Bearer |Basic )?(?:env|file):/;
/** A value that says itself what it is. */
const SECRET_VALUE = /^(?:Bearer|Basic)\s/i;

/** An address stands in config.yaml as it is. */
function assertNoSecretIn(url: string | undefined): void {
  const name = [...(URL.parse(url ?? '')?.searchParams.keys() ?? [])].find((key) => SECRET_HEADER.test(key));
  if (name !== undefined) throw new UsageFailure(`--url: a secret is not written into config.yaml, and "${toPlainLine(name)}" looks like one.`, 'Leave it out of the address and send it as a header: --header "authorization=Bearer env:NAME"');
}

function toHeaders(pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (!pairs || pairs.length === 0) return undefined;
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()];
    if (at < 1 || !HEADER_NAME.test(name) || value === '') throw new UsageFailure('--header is a name and a value.', 'Example: --header x-tenant=team-a');
    if ((SECRET_HEADER.test(name) || SECRET_VALUE.test(value)) && !REFERENCE.test(value)) throw new UsageFailure(`--header ${name}: a secret is not written into config.yaml.`, `Say where it is: --header "${name}=Bearer env:NAME" or --header "${name}=file:/path"`);
    return [name, value];
  }));
}

function withoutAbsent(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
