/** `spoor uninstall` */
import type { Command } from 'commander';
import type { InstallPlan, InstallRecord } from '../../agents/agent.ts';
import { listShellDestinations } from '../../config/shell-destinations.ts';
import { listInstalledAgents, loadInstallRecord } from '../../config/install-record.ts';
import { VERSION } from '../../core/version.ts';
import { removeShim } from '../../hook/save-shim.ts';
import { InstallationError } from '../../installation/apply-edits.ts';
import { uninstallAgent } from '../../installation/install-agent.ts';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { assertAgreed, findInstallableAgents, installableAgents, joinTitles, showDiffs, tellPlans, tellRefusals, toInstallRequest, type InstallableAgent, type Planned, type Refused } from '../installing.ts';
import { say } from '../terminal/say.ts';

export interface UninstallOptions {
  yes?: boolean;
  dryRun?: boolean;
}

const EXAMPLES = `
Files that nobody has edited since become again what they were, byte for byte; out of others only spoor's entries go.
What was recorded stays.

Examples:
  spoor uninstall               every agent that was installed
  spoor uninstall kiro --yes`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[agents...]', `which agents (${installableAgents.map(({ id }) => id).join(', ')}); none: all that were installed`)
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], options: UninstallOptions) => uninstall(ids, options, context));
}

async function uninstall(ids: readonly string[], options: UninstallOptions, context: CliContext): Promise<void> {
  const { stderr } = context;
  const installed = listInstalledAgents(context.home);
  const chosen = ids.length > 0 ? findInstallableAgents(ids) : installableAgents.filter(({ id }) => installed.includes(id));
  if (chosen.length === 0) return await say(stderr, 'Nothing is installed: nothing was changed.');
  const planned = chosen.map((agent): Planned => ({ agent, plan: agent.installer.planUninstall(toInstallRequest(agent, context, {}), toRecord(agent, context)) }));
  const refused = planned.flatMap(({ agent, plan }): Refused[] => (plan.refusal === undefined ? [] : [{ agent, reason: plan.refusal }]));
  const ready = planned.filter(({ plan }) => plan.refusal === undefined);
  const [first] = refused;
  if (first && planned.length === 1) throw new Failure(first.reason);
  await showDiffs(ready, context);
  await tellPlans(ready, context);
  await tellRefusals(refused, context);
  const touched = ready.filter(({ agent, plan }) => plan.edits.length > 0 || installed.includes(agent.id));
  if (touched.length === 0 && !first) return await say(stderr, 'Nothing is installed: nothing was changed.');
  if (options.dryRun) return await say(stderr, 'This was a dry run: nothing was changed.');
  if (ready.some(({ plan }) => plan.edits.length > 0)) await assertAgreed(context, 'Change it?', options.yes);
  const failed = ready.flatMap(({ agent, plan }) => carryOut(agent, plan, context));
  await tellRefusals(failed, context);
  const done = touched.filter(({ agent }) => !failed.some((one) => one.agent === agent));
  await tellWaiting(context);
  if (done.length > 0) await say(stderr, `Done: ${joinTitles(done.map(({ agent }) => agent))} ${done.length === 1 ? 'is' : 'are'} no longer traced. What was recorded is still in ${context.home.root}`);
  const left = [...refused, ...failed].map(({ agent }) => agent);
  if (left.length > 0) throw new Failure(`${joinTitles(left)} ${left.length === 1 ? 'is' : 'are'} still installed.`, `When that is mended: spoor uninstall ${left.map(({ id }) => id).join(' ')}`);
}

async function tellWaiting({ home, stderr }: CliContext): Promise<void> {
  const waiting = listShellDestinations(home).length;
  if (waiting > 0) await say(stderr, `${waiting === 1 ? 'A destination that a shell named is' : `${waiting} destinations that shells named are`} still kept, with ${waiting === 1 ? 'its' : 'their'} secrets, in ${home.secrets}: spoor collect --once sends what waits, and then takes them away. To drop it unsent, delete the files there.`);
}

/** Without a record there is nothing to restore, but our entries are still found. */
function toRecord(agent: InstallableAgent, { home, nowMillis }: CliContext): InstallRecord {
  return loadInstallRecord(home, agent.id) ?? { agent: agent.id, installedAt: new Date(nowMillis()).toISOString(), version: VERSION, files: [], notes: {} };
}

/** Gives the agent back where it failed: then its shim stays, too. */
function carryOut(agent: InstallableAgent, plan: InstallPlan, { home }: CliContext): Refused[] {
  try {
    uninstallAgent(home, agent.id, plan);
  } catch (error) {
    if (error instanceof InstallationError) return [{ agent, reason: error.message }];
    throw error;
  }
  // Last: a hook that runs meanwhile still finds it, and one that runs later leaves silently.
  removeShim(home, agent.id);
  return [];
}
