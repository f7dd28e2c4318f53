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
import { assertAgreed, findInstallableAgents, installableAgents, showPlan, toInstallRequest, type InstallableAgent } from '../installing.ts';

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
  const installed = listInstalledAgents(context.home);
  const chosen = ids.length > 0 ? findInstallableAgents(ids) : installableAgents.filter(({ id }) => installed.includes(id));
  if (chosen.length === 0) return await context.stderr.write('Nothing is installed: nothing was changed.\n');
  const planned = chosen.map((agent) => ({ agent, plan: agent.installer.planUninstall(toInstallRequest(agent, context, {}), toRecord(agent, context)) }));
  const refusal = planned.find(({ plan }) => plan.refusal !== undefined)?.plan.refusal;
  if (refusal) throw new Failure(refusal);
  for (const { plan } of planned) await showPlan(plan, context);
  const touched = planned.filter(({ agent, plan }) => plan.edits.length > 0 || installed.includes(agent.id));
  if (touched.length === 0) return await context.stderr.write('Nothing is installed: nothing was changed.\n');
  if (options.dryRun) return await context.stderr.write('This was a dry run: nothing was changed.\n');
  if (planned.some(({ plan }) => plan.edits.length > 0)) await assertAgreed(context, 'Change it?', options.yes);
  for (const { agent, plan } of planned) carryOut(agent, plan, context);
  const waiting = listShellDestinations(context.home).length;
  if (waiting > 0) await context.stderr.write(`${waiting === 1 ? 'A destination that a shell named is' : `${waiting} destinations that shells named are`} still kept, with ${waiting === 1 ? 'its' : 'their'} secrets, in ${context.home.secrets}: spoor collect --once sends what waits, and then takes them away. To drop it unsent, delete the files there.\n`);
  await context.stderr.write(`Done: ${touched.map(({ agent }) => agent.title).join(', ')} ${touched.length === 1 ? 'is' : 'are'} no longer traced. What was recorded is still in ${context.home.root}\n`);
}

/** Without a record there is nothing to restore, but our entries are still found. */
function toRecord(agent: InstallableAgent, { home, nowMillis }: CliContext): InstallRecord {
  return loadInstallRecord(home, agent.id) ?? { agent: agent.id, installedAt: new Date(nowMillis()).toISOString(), version: VERSION, files: [], notes: {} };
}

function carryOut(agent: InstallableAgent, plan: InstallPlan, { home }: CliContext): void {
  try {
    uninstallAgent(home, agent.id, plan);
  } catch (error) {
    throw error instanceof InstallationError ? new Failure(error.message) : error;
  }
  // Last: a hook that runs meanwhile still finds it, and one that runs later leaves silently.
  removeShim(home, agent.id);
}
