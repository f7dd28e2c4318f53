/** `spoor destination test` */
import type { Command } from 'commander';
import { findConfigProblem, loadConfig } from '../../config/config.ts';
import type { DestinationSetting } from '../../config/destination/destination-setting.ts';
import { checkAws } from '../../doctor/chain/check-aws.ts';
import { proveDestination } from '../../doctor/chain/prove-destinations.ts';
import type { Problem } from '../../core/problem.ts';
import type { Finding } from '../../core/finding.ts';
import type { Link } from '../../doctor/report.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { toJsonText } from '../json-text.ts';
import { toDestinationLines, toFindingLines } from '../terminal/doctor-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';

const HELP = `
The span has its project, service and user as sessions have them there, and no
content; its session is called spoor-doctor-… Exit code 1: one of them did not
take it. Of one at AWS it also tells who signs and what its account lacks, with
the command that sets it up; it only asks.

--json: {"ok", "destinations": [{subject, state, seen, next, durationMillis}],
         "findings": [{check, state, seen, next}]}`;

/** Adds the argument, the options and the action. */
export function defineTest(command: Command, context: CliContext): void {
  command
    .summary('send one marked span, say what the backend answered')
    .description('Sends one marked span, and says what the backend answered.')
    .argument('[name]', 'which one; none: all of them')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: { json?: boolean }) => testDestinations(name, options, context));
}

async function testDestinations(name: string | undefined, { json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { home, environment, stdout } = context;
  const config = loadConfig(home, environment);
  const chosen = choose(config.value.destinations, name, config.problems);
  const shell = { settings: {}, problems: [] };
  const [links, findings] = await Promise.all([Promise.all(chosen.map((setting) => proveDestination(setting, { home, environment, config, shell }))), checkAws(chosen, environment)]);
  const broken = links.filter(({ state }) => state === 'broken');
  const ok = [...links, ...findings].every(({ state }) => state !== 'broken');
  if (json) await stdout.write(toJsonText({ ok, destinations: links.map(toPrinted), findings }));
  else await writeLines({ links, findings }, context);
  if (!ok) throw new Failure(broken.length > 0 ? `${broken.map(({ subject }) => subject).join(', ')} did not take it.` : 'It was taken, and something else needs mending (✗).');
}

function choose(settings: readonly DestinationSetting[], name: string | undefined, problems: readonly Problem[]): readonly DestinationSetting[] {
  const chosen = name === undefined ? settings : settings.filter((setting) => setting.name === name);
  if (chosen.length > 0) return chosen;
  const broken = name === undefined ? problems[0] : findConfigProblem(problems, name);
  if (broken !== undefined) throw new Failure(`${broken.detail}.`, 'Mend it and try again.');
  if (name === undefined) throw new Failure('There is no destination to test.', 'Add one with: spoor destination add');
  throw new UsageFailure(`There is no destination "${name}".`, settings.length > 0 ? `There are: ${settings.map((setting) => setting.name).join(', ')}` : 'Add it with: spoor destination add');
}

function toPrinted({ link: _link, ...rest }: Link): Omit<Link, 'link'> {
  return rest;
}

async function writeLines({ links, findings }: { links: Link[]; findings: Finding[] }, { stdout, environment }: CliContext): Promise<void> {
  const paint = createPalette(stdout.color);
  const options = { width: stdout.columns, ...(environment.home ? { home: environment.home } : {}) };
  const lines = [...toDestinationLines(links, options), ...toFindingLines(findings, options)].map((pieces) => toLine(pieces, paint));
  await stdout.write(`${lines.join('\n')}\n`);
}
