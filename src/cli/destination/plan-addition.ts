/** What is to be written for a new destination, checked before it is written. */
import { checkDestination } from '../../config/check-destination.ts';
import { findPhoenixTwin, PHOENIX_TWIN, type Config } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import { createHome } from '../../config/home.ts';
import { findNamedVariables, resolveDestination } from '../../config/resolve-destination.ts';
import { saveDestination, type DestinationEntry } from '../../config/save-config.ts';
import { saveSecret, toSecretReference } from '../../config/secret-file.ts';
import { compareVersions } from '../../collector/lifecycle/versions.ts';
import { toFingerprint } from '../../collector/destinations.ts';
import { refreshShims } from '../../hook/save-shim.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { describeContent } from '../install-settings.ts';
import { toShimOptions } from '../installing.ts';
import { toFlag, type Wanted } from './wanted.ts';

export interface Addition {
  entry: DestinationEntry;
  setting: DestinationSetting;
  secrets: Wanted['secrets'];
  /** Its lines in config.yaml. */
  text: string;
  /** What a person should know before agreeing. */
  sentences: string[];
}

/** Throws a `UsageFailure` where it would not be understood, a `Failure` where it would harm. */
export function planAddition({ name, fields, secrets }: Wanted, { config, context }: { config: Config; context: CliContext }): Addition {
  const { home, environment } = context;
  const references = Object.fromEntries(Object.keys(secrets).map((key) => [key, toSecretReference(home, name, key)]));
  const entry: DestinationEntry = { name, ...fields, ...references, addedAt: new Date(context.nowMillis()).toISOString() };
  const { value: setting, problems, text } = checkDestination(entry, home, environment);
  if (!setting || problems.length > 0) throw toUsageFailure(problems);
  const twin = findPhoenixTwin(setting, config.destinations);
  if (twin) throw new Failure(`"${twin.name}" is this Phoenix already. ${PHOENIX_TWIN}.`, `Change that one in ${home.configFile}, or take it out first: spoor destination remove ${twin.name}`);
  return { entry, setting, secrets, text, sentences: [...toSentences(setting, { config, context }), ...toMissingFiles(setting, Object.values(references), context)] };
}

function toUsageFailure(problems: readonly string[]): UsageFailure {
  const needed = problems.map((text) => /needs "([A-Za-z]+)"/.exec(text)?.[1]).find((key) => key !== undefined);
  return new UsageFailure(`${problems.join('; ') || 'this cannot be a destination'}.`, needed === undefined ? 'See: spoor destination add --help' : `Say it with ${toFlag(needed)}`);
}

function toSentences(setting: DestinationSetting, { config, context }: { config: Config; context: CliContext }): string[] {
  const place = setting.url === undefined ? (setting.path ?? '') : toFingerprint(setting);
  const sentences = [`Traces of turns that end from now on go to ${place}, ${describeContent(setting.sharing.content)}.`];
  const same = config.destinations.find((one) => one.url !== undefined && one.url === setting.url);
  if (same) sentences.push(`"${same.name}" has the same address: what goes to both is there twice, unless the backend tells them apart.`);
  const unset = findNamedVariables([setting]).filter((variable) => !context.environment.env[variable]);
  const isOne = unset.length === 1;
  if (unset.length > 0) sentences.push(`${unset.join(', ')} ${isOne ? 'is' : 'are'} not set in this shell: until a collector finds ${isOne ? 'it' : 'them'}, spans wait. Put ${isOne ? 'it' : 'them'} into the profile of the shells that your agents start in: ${unset.map((variable) => `export ${variable}=…`).join('; ')}`);
  return sentences;
}

/** Files that are named and cannot be read; those that are still to be written are none. */
function toMissingFiles(setting: DestinationSetting, typed: readonly string[], { environment }: CliContext): string[] {
  const { problems } = resolveDestination(setting, environment);
  return problems.flatMap(({ detail }) => (detail.includes('file:') && !typed.some((reference) => detail.includes(reference)) ? [`${detail}: until it can be read, spans wait.`] : []));
}

/** Secrets first: from the moment config.yaml names them they are looked for. Then the hooks' scripts, which hand on the variables that it names. */
export function writeAdditions(additions: readonly Addition[], context: CliContext): void {
  const { home } = context;
  createHome(home);
  for (const { entry, secrets } of additions) {
    for (const [key, secret] of Object.entries(secrets)) saveSecret(home, entry.name, { key, secret });
    saveDestination(home, entry);
  }
  refreshShims(home, toShimOptions(context), (a, b) => compareVersions(a, b) < 0);
}
