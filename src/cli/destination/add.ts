/** `spoor destination add` */
import { Option, type Command } from 'commander';
import { dialects } from '../../semconv/index.ts';
import { presets } from '../../exporters/presets/index.ts';
import type { CliContext } from '../context.ts';
import { loadSound } from '../install-settings.ts';
import { assertAgreed } from '../installing.ts';
import { say } from '../terminal/say.ts';
import { addFromArize } from './add-from-arize.ts';
import { askWanted } from './ask-wanted.ts';
import { planAddition, writeAdditions } from './plan-addition.ts';
import { toPresetId, toWanted, type AddOptions } from './wanted.ts';

const HELP = `
At a terminal it asks for all that is not said. Presets:
${presets.map(({ id, title, needs }) => `  ${id.padEnd(15)} ${title}${needs.length > 0 ? ` (${needs.map((need) => need.key + (need.isOptional ? '?' : '')).join(', ')})` : ''}`).join('\n')}

Keys never stand in config.yaml: it says where they are, in a variable (env:NAME)
or in a file. A key that is typed goes into a file under SPOOR_HOME/secrets that
you alone can read.

Examples:
  spoor destination add
  spoor destination add phoenix --project work
  spoor destination add ax --preset arize-ax --region eu --api-key-env MY_KEY --space-id U3Bh…
  spoor destination add honeycomb --content none --yes
  spoor destination add backup --path ~/traces.jsonl --content full
  spoor destination add team --url https://otel.example.com --header "authorization=Bearer env:TOKEN"
  spoor destination add --from-arize      what Arize's tracer of coding agents was told`;

/** Adds the argument, the options and the action. */
export function defineAdd(command: Command, context: CliContext): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  command
    .summary('one more backend, or file')
    .description('One more backend, or file, that traces go to from now on.')
    .argument('[name]', 'what it shall be called; the name of a preset means that one')
    .option('--preset <id>', 'the backend')
    .option('--url <address>', 'its address, where that is not the usual one')
    .option('--path <file>', 'a file of JSON lines instead of a backend')
    .option('--header <name=value>', 'a header of every request; may be given again', collect)
    .option('--api-key-env <variable>', 'the variable that holds its key')
    .option('--api-key-file <file>', 'the file that holds its key')
    .option('--key-id <id>', 'the part of a pair of keys that is no secret')
    .option('--space-id <id>', 'the space or tenant there')
    .option('--region <name>', 'the region, zone or site')
    .option('--profile <name>', "of AWS's shared files, whose credentials sign")
    .addOption(new Option('--dialect <name>', 'names of the attributes').choices(dialects.map(({ name }) => name)))
    .option('--content <level>', 'none, preview or full; or prompt=full,toolResult=none')
    .option('--project <name>', 'the project that the traces belong to')
    .option('--service-name <name>', 'service.name; the agent where it is not said')
    .option('--user-id <id>', 'who works here')
    .addOption(new Option('--trace <shape>', 'one trace a turn, or one a session').choices(['turn', 'session']))
    .option('--from-arize', "read ~/.arize/harness, and offer to take its hooks out of the agents' files")
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText('after', HELP)
    .action((name: string | undefined, options: AddOptions) => add(name, options, context));
}

async function add(name: string | undefined, options: AddOptions, context: CliContext): Promise<void> {
  if (options.fromArize) return await addFromArize(options, context);
  const config = loadSound(context);
  const isOpen = context.canAsk && !options.yes && !options.dryRun;
  // A name that is a preset's says where: the questions begin behind it.
  const preset = toPresetId(name, options);
  const wanted = isOpen ? await askWanted(name, preset === undefined ? options : { ...options, preset }, { config, context }) : toWanted(name, options, { config, context });
  const addition = planAddition(wanted, { config, context });
  await context.stderr.write(`${addition.text}\n`);
  for (const sentence of addition.sentences) await say(context.stderr, sentence);
  if (options.dryRun) return await say(context.stderr, 'This was a dry run: nothing was changed.');
  await assertAgreed(context, `Write this into ${context.home.configFile}?`, options.yes);
  writeAdditions([addition], context);
  await say(context.stderr, `Done. To see whether it takes spans: spoor destination test ${wanted.name}`);
}
