/** What `install` and `uninstall` have in common: which agents, what is shown, and the question. */
import { join, sep } from 'node:path';
import type { Agent, FileEdit, InstallPlan, InstallRequest, Installer } from '../agents/agent.ts';
import { agents, findAgent } from '../agents/index.ts';
import { isOnPath } from '../agents/is-on-path.ts';
import { loadConfig } from '../config/config.ts';
import { findReferencedVariables } from '../config/resolve-destination.ts';
import type { AgentId } from '../core/agent-id.ts';
import { VERSION } from '../core/version.ts';
import type { SaveShimOptions } from '../hook/save-shim.ts';
import { toHookCommand } from '../hook/shim.ts';
import { toDiff, type DiffLine } from '../installation/diff.ts';
import { runProgram } from '../installation/run-program.ts';
import { scrubSecrets } from '../processors/scrub.ts';
import type { CliContext } from './context.ts';
import { Failure, UsageFailure } from './failure.ts';
import { createPalette, type Tone } from './terminal/palette.ts';
import { say } from './terminal/say.ts';

/** An agent that hooks can be put into. */
export interface InstallableAgent extends Agent {
  installer: Installer;
}

export const installableAgents: readonly InstallableAgent[] = agents.filter(isInstallable);

function isInstallable(agent: Agent): agent is InstallableAgent {
  return agent.installer !== undefined;
}

/** The agents of these ids. Throws a `UsageFailure` on an unknown one. */
export function findInstallableAgents(ids: readonly AgentId[]): InstallableAgent[] {
  return [...new Set(ids)].map((id) => {
    const agent = findAgent(id);
    if (agent && isInstallable(agent)) return agent;
    throw new UsageFailure(agent ? `${agent.title} needs no hooks.` : `There is no agent "${id}".`, `Agents are: ${installableAgents.map((known) => known.id).join(', ')}`);
  });
}

/** What every shim of ours is made from here: this program, this node, and the variables that destinations' headers refer to. */
export function toShimOptions({ home, packageRoot, environment }: CliContext): Omit<SaveShimOptions, 'agent'> {
  const { value: config } = loadConfig(home, environment);
  return { version: VERSION, platform: environment.platform, node: process.execPath, entry: [join(packageRoot, 'bin', 'spoor.mjs'), 'collect'], inherit: findReferencedVariables(config.destinations) };
}

/** What an installer is asked. */
export function toInstallRequest(agent: Agent, context: CliContext, options: InstallRequest['options']): InstallRequest {
  return {
    environment: context.environment,
    hookCommand: toHookCommand(context.home, agent.id, context.environment.platform),
    options,
    run: (argv) => runProgram(argv, context.environment),
  };
}

const TONES: Readonly<Record<DiffLine['role'], Tone>> = { file: 'strong', place: 'agent', same: 'plain', added: 'ok', removed: 'error' };

/** An agent and what its installer would do. */
export interface Planned {
  agent: InstallableAgent;
  plan: InstallPlan;
}

/** An agent that is left out, and why. */
export interface Refused {
  agent: InstallableAgent;
  reason: string;
}

/** `Kiro, Codex and pi`. */
export function joinTitles(agents: readonly Pick<Agent, 'title'>[]): string {
  const titles = agents.map(({ title }) => title);
  return titles.length < 2 ? titles.join('') : `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`;
}

/** Prints what the plans change, to stdout. Secrets around the change are not shown. */
export async function showDiffs(planned: readonly Planned[], context: CliContext): Promise<void> {
  await showEdits(planned.flatMap(({ plan }) => plan.edits), context);
}

/** Prints what these edits change, to stdout. */
export async function showEdits(edits: readonly FileEdit[], { stdout }: CliContext): Promise<void> {
  const paint = createPalette(stdout.color);
  for (const edit of edits) {
    const lines = toDiff(edit).map(({ text, role }) => paint(role === 'file' ? text : scrubSecrets(text).text, TONES[role]));
    if (lines.length > 0) await stdout.write(`${lines.join('\n')}\n\n`);
  }
}

/** Sums up, below the differences: each agent's files, and what its installer has to say. */
export async function tellPlans(planned: readonly Planned[], { stderr, environment }: CliContext): Promise<void> {
  const paint = createPalette(stderr.color);
  const isAlone = planned.length === 1;
  for (const { agent, plan } of planned) {
    if (!isAlone) await stderr.write(`${paint(agent.title, 'strong')}\n`);
    const indent = isAlone ? '' : '  ';
    for (const edit of isAlone ? [] : plan.edits) await stderr.write(`${indent}${toVerb(edit).padEnd(9)}${shortenHome(edit.path, environment.home)}\n`);
    for (const note of plan.notes) await say(stderr, note, indent);
  }
  await stderr.write('\n');
}

function toVerb({ before, after }: FileEdit): string {
  if (!after) return 'goes';
  return before ? 'changes' : 'new';
}

function shortenHome(path: string, home: string | undefined): string {
  return home !== undefined && path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
}

/** Names the agents that are left out; those with one reason together. */
export async function tellRefusals(refused: readonly Refused[], { stderr }: CliContext): Promise<void> {
  for (const reason of new Set(refused.map((one) => one.reason))) {
    const agents = refused.filter((one) => one.reason === reason).map(({ agent }) => agent);
    await say(stderr, `${joinTitles(agents)} ${agents.length === 1 ? 'is' : 'are'} left out: ${reason}`);
  }
}

/** On Windows agents start the hook as `node`: throws where that would not be found. */
export function assertRunnable({ environment }: CliContext): void {
  if (environment.platform !== 'win32' || isOnPath(environment, 'node')) return;
  throw new Failure('Agents run the hook with node, and node is not on the PATH. Nothing was changed.', 'Add the folder of node.exe to the PATH and try again.');
}

/** Asks, unless the user has said yes before. Throws when nobody can answer (wrong usage) or the answer is no. */
export async function assertAgreed(context: CliContext, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const answer = await context.confirm(question);
  if (answer === undefined) throw new UsageFailure('Nothing was changed: there is no terminal to ask on.', 'Add --yes to agree beforehand, or --dry-run to see only what would change.');
  if (!answer) throw new Failure('Nothing was changed.');
}
