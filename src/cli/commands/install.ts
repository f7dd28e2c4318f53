/** `spoor install` */
import type { Command } from 'commander';
import type { InstallPlan } from '../../agents/agent.ts';
import { loadConfig } from '../../config/config.ts';
import { isLoopback, toTracesUrl } from '../../config/destination.ts';
import { createHome } from '../../config/home.ts';
import { saveDestination, saveSetting } from '../../config/save-config.ts';
import { compareVersions } from '../../collector/lifecycle/versions.ts';
import { VERSION } from '../../core/version.ts';
import { isSavedEnvOnly, readShimVersion, saveShim } from '../../hook/save-shim.ts';
import { InstallationError } from '../../installation/apply-edits.ts';
import { installAgent } from '../../installation/install-agent.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { assertAgreed, findInstallableAgents, installableAgents, showPlan, toInstallRequest, toShimOptions, type InstallableAgent } from '../installing.ts';

export interface InstallOptions {
  yes?: boolean;
  dryRun?: boolean;
  agent?: string;
  setDefault?: boolean;
  envOnly?: boolean;
  to?: string;
  project?: string;
  userId?: string;
}

const EXAMPLES = `
Shows what changes in the agent's files, asks, and writes it. Everything else in them stays as it is; spoor uninstall
takes out exactly what was put in.

Examples:
  spoor install                            the agents found on this machine
  spoor install kiro --dry-run             show what would change
  spoor install kiro --agent mine --yes    Kiro: into the agent "mine"
  spoor install kiro --set-default         Kiro: and make that agent the default one
  spoor install kiro --to http://localhost:6006 --project work
  spoor install kiro --env-only            nothing, but where OTEL_EXPORTER_OTLP_ENDPOINT is set: then to there`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[agents...]', `which agents (${installableAgents.map(({ id }) => id).join(', ')}); none: those found here`)
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--agent <name>', 'kiro: the agent that gets the hooks (made if there is none of that name)')
    .option('--set-default', 'kiro: make that agent the default one, until uninstall')
    .option('--env-only', 'trace only where a shell names an OTLP endpoint, and send there')
    .option('--to <url>', 'also send traces to this OTLP address')
    .option('--project <name>', 'the project that the traces belong to')
    .option('--user-id <id>', 'who works here, as user.id on the traces')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: InstallOptions) => install(ids, options, context));
}

interface Planned {
  agent: InstallableAgent;
  plan: InstallPlan;
}

async function install(ids: readonly string[], options: InstallOptions, context: CliContext): Promise<void> {
  const chosen = chooseAgents(ids, options, context);
  const isEnvOnly = options.envOnly === true;
  if (isEnvOnly && options.to !== undefined) throw new UsageFailure('--env-only sends where each shell says: it goes with no --to.', 'Leave one of them out.');
  const settings = planSettings(options, context);
  assertNotNewer(chosen, context);
  const planned = chosen.map((agent): Planned => ({ agent, plan: agent.installer.plan(toInstallRequest(agent, context, { agent: options.agent, setDefault: options.setDefault })) }));
  const refused = planned.filter(({ plan }) => plan.refusal !== undefined);
  const [first] = refused;
  if (first && refused.length === planned.length) throw new Failure(first.plan.refusal ?? '');
  for (const { agent, plan } of refused) await context.stderr.write(`${agent.title} is left out: ${plan.refusal}\n`);
  const ready = planned.filter(({ plan }) => plan.refusal === undefined);
  for (const { plan } of ready) await showPlan(plan, context);
  for (const { sentence } of settings) await context.stderr.write(`${sentence}\n`);
  const switched = ready.filter(({ agent }) => isSwitched(agent, isEnvOnly, context));
  for (const { agent } of switched) await context.stderr.write(`${agent.title}: ${isEnvOnly ? 'from now on nothing is traced but where a shell names an OTLP endpoint.' : 'from now on every session is traced, not only where a shell names an OTLP endpoint.'}\n`);
  if (options.dryRun) return await context.stderr.write('This was a dry run: nothing was changed.\n');
  const isChange = settings.length > 0 || switched.length > 0 || ready.some(({ plan }) => plan.edits.length > 0);
  await assertStoreFits(context);
  if (isChange) await assertAgreed(context, 'Change it?', options.yes);
  for (const one of ready) carryOut(one, isEnvOnly, context);
  for (const { save } of settings) save();
  await context.stderr.write(toClosing(ready, { isChange, isEnvOnly }));
  if (refused.length > 0) throw new Failure(`${refused.map(({ agent }) => agent.title).join(', ')} could not be installed.`);
}

/** Hook scripts of a newer spoor stay: its collector is the one that understands what is in this home. */
function assertNotNewer(chosen: readonly InstallableAgent[], { home }: CliContext): void {
  for (const { id } of chosen) {
    const saved = readShimVersion(home, id);
    if (saved === undefined || compareVersions(VERSION, saved) >= 0) continue;
    throw new Failure(`A newer spoor (${saved}) is installed in ${home.root}; this one is ${VERSION}. Nothing was changed.`, `Run that one, update this one, or take that one's hooks out first: spoor uninstall ${id}`);
  }
}

/** Whether the agent's hook was saved for the other way of tracing. */
function isSwitched({ id }: InstallableAgent, isEnvOnly: boolean, { home }: CliContext): boolean {
  return readShimVersion(home, id) !== undefined && isSavedEnvOnly(home, id) !== isEnvOnly;
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
  const isForKiro = options.agent !== undefined || options.setDefault === true;
  if (isForKiro && !chosen.some(({ id }) => id === 'kiro')) throw new UsageFailure('--agent and --set-default are for kiro.', 'Try: spoor install kiro');
  return chosen;
}

/** A change of our own config.yaml: what the user is told, and the work. */
interface SettingChange {
  sentence: string;
  save(): void;
}

function planSettings(options: InstallOptions, context: CliContext): SettingChange[] {
  const { to, project, userId } = options;
  for (const [name, text] of [['--project', project], ['--user-id', userId]] as const) {
    if (text?.trim() === '') throw new UsageFailure(`${name} needs a text.`, `To set none, leave ${name} out.`);
  }
  if (to === undefined && project === undefined && userId === undefined) return [];
  const { value: config, problems } = loadConfig(context.home, context.environment);
  const broken = problems.find(({ code }) => code === 'config-syntax' || code === 'config-unreadable');
  if (broken) throw new Failure(`${context.home.configFile} cannot be changed: ${broken.detail}.`, 'Mend it and try again.');
  const changes: SettingChange[] = [];
  if (to !== undefined) changes.push(planDestination(to, { project, config, context }));
  else if (project !== undefined) changes.push({ sentence: `Traces will belong to the project "${project}".`, save: () => saveSetting(context.home, 'project', project) });
  if (userId !== undefined) changes.push({ sentence: `Traces will carry the user id "${userId}".`, save: () => saveSetting(context.home, 'userId', userId) });
  return changes;
}

function planDestination(to: string, { project, config, context }: { project?: string; config: ReturnType<typeof loadConfig>['value']; context: CliContext }): SettingChange {
  const url = toTracesUrl(to);
  if (typeof url !== 'string') throw new UsageFailure(`--to: ${url.reason.replace('a "url"', 'an address').replace('"url"', 'the address')}.`, 'Example: --to http://localhost:6006');
  const known = config.destinations.find((destination) => destination.url === url);
  const name = known?.name ?? toFreeName(url, config.destinations.map((destination) => destination.name));
  const content = { none: 'without prompts, answers and tool content', preview: 'with the first 200 characters of prompts, answers and tool content', full: 'with prompts, answers and tool content' };
  const what = content[known?.content ?? (isLoopback(url) ? 'preview' : 'none')];
  return {
    sentence: `Traces of turns that end from now on go to ${url} (destination "${name}"), ${what}.`,
    save: () => saveDestination(context.home, { name, url, ...(project ? { project } : {}), addedAt: new Date(context.nowMillis()).toISOString() }),
  };
}

/** `localhost-6006`, or with a number behind it where another destination has that name. */
function toFreeName(url: string, taken: readonly string[]): string {
  const base = new URL(url).host.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 50) || 'destination';
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}-${number}`;
  return name;
}

function carryOut({ agent, plan }: Planned, isEnvOnly: boolean, context: CliContext): void {
  const { home } = context;
  createHome(home);
  // The shim first: from the moment an agent's file names it, it is called.
  saveShim(home, { ...toShimOptions(context), agent: agent.id, isEnvOnly });
  try {
    installAgent({ home, agent: agent.id, plan, nowMillis: context.nowMillis() });
  } catch (error) {
    throw error instanceof InstallationError ? new Failure(error.message) : error;
  }
}

function toClosing(ready: readonly Planned[], { isChange, isEnvOnly }: { isChange: boolean; isEnvOnly: boolean }): string {
  const titles = ready.map(({ agent }) => agent.title).join(', ');
  const done = `${isChange ? 'Done' : 'Nothing had to be changed'}: ${titles} ${ready.length === 1 ? 'is' : 'are'} traced`;
  if (isEnvOnly) return `${done} in shells that name an OTLP endpoint, such as export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318, and nowhere else.\n`;
  return `${done}. After the next turn: spoor sessions\n`;
}
