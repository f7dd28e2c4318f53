/** `spoor install` */
import { resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { isLoopback } from '../../config/destination/address.ts';
import { loadConfig } from '../../config/config.ts';
import { createHome } from '../../config/home.ts';
import { listInstalledAgents } from '../../config/install-record.ts';
import { compareVersions } from '../../collector/lifecycle/versions.ts';
import { VERSION } from '../../core/version.ts';
import { presets } from '../../exporters/presets/index.ts';
import { isSavedEnvOnly, readShimVersion, removeShim, saveShim } from '../../hook/save-shim.ts';
import { InstallationError } from '../../installation/apply-edits.ts';
import { readServerFile } from '../../collector/lifecycle/server-file.ts';
import { installAgent } from '../../installation/install-agent.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { planSettings, type SettingChange, type SettingOptions } from '../install-settings.ts';
import { assertAgreed, assertRunnable, findInstallableAgents, installableAgents, joinTitles, showDiffs, tellPlans, tellRefusals, toInstallRequest, toShimOptions, type InstallableAgent, type Planned, type Refused } from '../installing.ts';
import { offerDestination } from '../offer-destination.ts';
import { parseSingleOption } from '../options.ts';
import { say } from '../terminal/say.ts';

export interface InstallOptions extends SettingOptions {
  yes?: boolean;
  dryRun?: boolean;
  agent?: string;
  setDefault?: boolean;
  scope?: string;
  plugin?: string;
  envOnly?: boolean;
  native?: boolean;
}

/** Where `spoor serve` listens when nothing else is said. */
const RECEIVER = 'http://127.0.0.1:4318';

const EXAMPLES = `
Shows what changes in the agents' files, asks once, and writes it. Everything
else in them stays as it is; spoor uninstall takes out exactly what was put in.
While no destination is set it also asks where traces are to go, and looks for
that whether an OTLP receiver listens on this machine (ports ${[...new Set(presets.filter(({ url }) => isLoopback(url)).map(({ url }) => new URL(url).port))].join(', ')}).
With --yes, and where nobody sits at a terminal, it neither looks nor asks.

Examples:
  spoor install                       the agents found on this machine
  spoor install kiro --dry-run        show what would change
  spoor install kiro --agent mine     Kiro: into the agent "mine"
  spoor install kiro --set-default    Kiro: and make that agent the default one
  spoor install claude-code --to phoenix --project work --yes
  spoor install codex --to otlp=https://collector.example.com
  spoor install gemini --scope project
                                      Gemini CLI: only in this folder's project
  spoor install codex --native        and its own telemetry, to spoor serve
  spoor install kiro --env-only       nothing, but where a shell sets
                                      OTEL_EXPORTER_OTLP_ENDPOINT: then to there`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[agents...]', `which agents (${installableAgents.map(({ id }) => id).join(', ')}); none: those found here`)
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--agent <name>', 'kiro: the agent that gets the hooks (made if there is none of that name)')
    .option('--set-default', 'kiro: make that agent the default one, until uninstall')
    .option('--scope <scope>', 'user, or project: only sessions in this folder, for agents that have hooks of projects', 'user')
    .option('--plugin <folder>', 'claude-code: make this folder a plugin with the hooks, and leave the settings alone')
    .option('--env-only', 'trace only where a shell names an OTLP endpoint, and send there')
    .option('--native', 'also have the agents send their own telemetry to spoor serve, where that tells more than hooks and history do')
    .option('--to <where>', `also send traces there: an address, or ${presets.map(({ id }) => id).join(', ')}, each with =URL behind it where it is not on this machine`, parseSingleOption)
    .option('--project <name>', 'the project that the traces belong to')
    .option('--user-id <id>', 'who works here, as user.id on the traces')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: InstallOptions) => install(ids, options, context));
}

async function install(ids: readonly string[], options: InstallOptions, context: CliContext): Promise<void> {
  const { stderr } = context;
  const chosen = chooseAgents(ids, options, context);
  const isEnvOnly = options.envOnly === true;
  assertOptions(options);
  const settings = planSettings(options, context);
  assertNotNewer(chosen, context);
  assertRunnable(context);
  const planned = chosen.map((agent): Planned => ({ agent, plan: planAgent(agent, options, context) }));
  const refused = planned.flatMap(({ agent, plan }): Refused[] => (plan.refusal === undefined ? [] : [{ agent, reason: plan.refusal }]));
  const ready = planned.filter(({ plan }) => plan.refusal === undefined);
  if (ids.length === 0) await say(stderr, `Found here: ${joinTitles(chosen)}.\n`);
  if (ready.length === 0) return await failWhole(refused, context);
  await showDiffs(ready, context);
  await tellPlans(ready, context);
  await tellRefusals(refused, context);
  for (const { sentence } of settings) await say(stderr, sentence);
  const switched = ready.filter(({ agent }) => isSwitched(agent, isEnvOnly, context));
  if (switched.length > 0) await say(stderr, `${joinTitles(switched.map(({ agent }) => agent))}: ${isEnvOnly ? 'from now on nothing is traced but where a shell names an OTLP endpoint.' : 'from now on every session is traced, not only where a shell names an OTLP endpoint.'}`);
  if (options.dryRun) return await say(stderr, 'This was a dry run: nothing was changed.');
  await assertStoreFits(context);
  if (!options.yes && !isEnvOnly && options.to === undefined) settings.push(...(await chooseDestination(context)));
  const files = ready.flatMap(({ plan }) => plan.edits).length;
  const isChange = settings.length > 0 || switched.length > 0 || files > 0;
  if (isChange) await assertAgreed(context, toQuestion(files), options.yes);
  const failed = await carryOut(ready, { isEnvOnly, settings, context });
  const done = ready.filter(({ agent }) => !failed.some((one) => one.agent === agent));
  if (done.length > 0) await tellDone(done, { isChange, isEnvOnly, context });
  const left = [...refused, ...failed].map(({ agent }) => agent);
  if (left.length > 0) throw new Failure(`${joinTitles(left)} could not be installed.`, `When that is mended: spoor install ${left.map(({ id }) => id).join(' ')}`);
}

function assertOptions({ scope, envOnly, to, native, plugin }: InstallOptions): void {
  if (scope !== undefined && scope !== 'user' && scope !== 'project') throw new UsageFailure(`There is no scope "${scope}".`, 'Scopes are: user, project.');
  if (native && (envOnly || plugin !== undefined || scope === 'project')) throw new UsageFailure('--native is about all sessions of this user: it goes with neither --env-only, --plugin nor --scope project.', 'Leave one of them out.');
  if (envOnly && to !== undefined) throw new UsageFailure('--env-only sends where each shell says: it goes with no --to.', 'Leave one of them out.');
}

/** Nobody can be installed: one agent's reason is the failure; several are told first. */
async function failWhole(refused: readonly Refused[], context: CliContext): Promise<void> {
  const reasons = new Set(refused.map(({ reason }) => reason));
  const [only] = reasons;
  if (reasons.size === 1) throw new Failure(only ?? '');
  await tellRefusals(refused, context);
  throw new Failure('Nothing was changed: none of these agents can be installed.');
}

/** What the agent's installer would do. Asked for one project, it must touch that: an agent without hooks of projects would trace them all. */
function planAgent(agent: InstallableAgent, { agent: name, setDefault, scope, plugin, native }: InstallOptions, context: CliContext): Planned['plan'] {
  const { folder } = context;
  const { hasNative, nativeNote } = agent.installer;
  const refusal = native && hasNative ? findClosedReceiver(agent, context) : undefined;
  if (refusal !== undefined) return { edits: [], notes: [], refusal };
  const told = agent.installer.plan(toInstallRequest(agent, context, { agent: name, setDefault, scope, folder, plugin: plugin === undefined ? undefined : resolve(folder, plugin), native: native && hasNative ? findReceiver(context) : undefined }));
  const plan = native && !hasNative ? { ...told, notes: [...told.notes, nativeNote ?? `${agent.title} has no telemetry of its own that could be set: its hooks and its history tell all there is.`] } : told;
  if (scope !== 'project' || plan.refusal !== undefined || plan.edits.length === 0) return plan;
  const isInside = plan.edits.some(({ path }) => path.startsWith(`${folder}${sep}`));
  return isInside ? plan : { edits: [], notes: [], refusal: `${agent.title} has no hooks for one project. Leave --scope out: every session is traced then.` };
}

/** A secret goes into no other program's file, which may be shown, synchronised or shared; and without it everything would be refused for ever. */
function findClosedReceiver({ title }: InstallableAgent, { home, environment }: CliContext): string | undefined {
  const { receiver } = loadConfig(home, environment).value;
  if (receiver?.isUnreadable) return `What ${title} would send could not be taken in: ${home.configFile}, which says who may send, cannot be read as it is. Mend it, or leave --native out.`;
  if (receiver?.token === undefined) return undefined;
  return `${home.configFile} has a receiver.token, and spoor writes no secret into the settings of ${title}: all that it sent would be refused. Take receiver.token out (the receiver listens on this machine alone), or leave --native out and give ${title} the address and the header x-spoor-token yourself (docs/receiving.md).`;
}

/** Where it serves now, for who serves at another port does so again. */
function findReceiver({ home }: CliContext): string {
  return readServerFile(home)?.url.replace(/\/$/, '') ?? RECEIVER;
}

/** Hook scripts of a newer spoor stay: its collector is the one that understands what is in this home. */
function assertNotNewer(chosen: readonly InstallableAgent[], { home }: CliContext): void {
  const newer = chosen.flatMap(({ id }) => {
    const saved = readShimVersion(home, id);
    return saved === undefined || compareVersions(VERSION, saved) >= 0 ? [] : [{ id, saved }];
  });
  const [first] = newer;
  if (first) throw new Failure(`A newer spoor (${first.saved}) is installed in ${home.root}; this one is ${VERSION}. Nothing was changed.`, `Run that one, update this one, or take that one's hooks out first: spoor uninstall ${newer.map(({ id }) => id).join(' ')}`);
}

/** Whether the agent's hook was saved for the other way of tracing. */
function isSwitched({ id }: InstallableAgent, isEnvOnly: boolean, { home }: CliContext): boolean {
  const wasEnvOnly = isSavedEnvOnly(home, id);
  return (wasEnvOnly || readShimVersion(home, id) !== undefined) && wasEnvOnly !== isEnvOnly;
}

/** Throws when the store that is there cannot be this version's: then nothing could be collected. */
async function assertStoreFits(context: CliContext): Promise<void> {
  const store = await context.openStore(context.home, { create: false });
  store?.close();
}

function chooseAgents(ids: readonly string[], options: InstallOptions, { environment }: CliContext): InstallableAgent[] {
  const chosen = ids.length > 0 ? findInstallableAgents(ids) : installableAgents.filter(({ installer }) => installer.isPresent(environment));
  if (chosen.length === 0) {
    throw new Failure(`None of these was found here: ${installableAgents.map(({ title }) => title).join(', ')}.`, `To install all the same, name one: spoor install ${installableAgents[0]?.id ?? ''}`);
  }
  if (options.plugin !== undefined && chosen.some(({ id }) => id !== 'claude-code')) throw new UsageFailure('--plugin is for claude-code.', 'Try: spoor install claude-code --plugin FOLDER');
  const isForKiro = options.agent !== undefined || options.setDefault === true;
  if (isForKiro && !chosen.some(({ id }) => id === 'kiro')) throw new UsageFailure('--agent and --set-default are for kiro.', 'Try: spoor install kiro');
  return chosen;
}

async function chooseDestination(context: CliContext): Promise<SettingChange[]> {
  const offered = await offerDestination(context);
  if (!offered) return [];
  await say(context.stderr, offered.sentence);
  return [offered];
}

function toQuestion(files: number): string {
  return files === 0 ? 'Change it?' : `Change ${files === 1 ? 'this file' : `these ${files} files`}?`;
}

/** Each agent by itself: one that fails keeps no other from being traced. Gives those that failed, which are told. Settings only go with an agent that is traced. */
async function carryOut(ready: readonly Planned[], { isEnvOnly, settings, context }: { isEnvOnly: boolean; settings: readonly SettingChange[]; context: CliContext }): Promise<Refused[]> {
  const { home } = context;
  const failed: Refused[] = [];
  createHome(home);
  for (const { agent, plan } of ready) {
    // The shim first: from the moment an agent's file names it, it is called.
    saveShim(home, { ...toShimOptions(context), agent: agent.id, isEnvOnly });
    try {
      installAgent({ home, agent: agent.id, plan, nowMillis: context.nowMillis() });
    } catch (error) {
      if (!(error instanceof InstallationError)) throw error;
      if (!listInstalledAgents(home).includes(agent.id)) removeShim(home, agent.id);
      failed.push({ agent, reason: error.message });
    }
  }
  if (failed.length === ready.length) return await failWhole(failed, context).then(() => failed);
  await tellRefusals(failed, context);
  for (const { save } of settings) save();
  // Now the configuration may name variables that a collector needs.
  for (const { agent } of settings.length > 0 ? ready.filter((one) => !failed.some(({ agent }) => agent === one.agent)) : []) saveShim(home, { ...toShimOptions(context), agent: agent.id, isEnvOnly });
  return failed;
}

async function tellDone(done: readonly Planned[], { isChange, isEnvOnly, context }: { isChange: boolean; isEnvOnly: boolean; context: CliContext }): Promise<void> {
  const traced = `${isChange ? 'Done' : 'Nothing had to be changed'}: ${joinTitles(done.map(({ agent }) => agent))} ${done.length === 1 ? 'is' : 'are'} traced`;
  if (isEnvOnly) return await say(context.stderr, `${traced} in shells that name an OTLP endpoint, such as export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318, and nowhere else.`);
  await say(context.stderr, `${traced}. After the next turn: spoor sessions. What was before: spoor import`);
}
