/** `spoor destination remove` */
import type { Command } from 'commander';
import { loadConfig } from '../../config/config.ts';
import { listReferences } from '../../config/resolve-destination.ts';
import { removeDestination } from '../../config/save-config.ts';
import { removeSecrets, removeTypedSecrets } from '../../config/secret-file.ts';
import type { CliContext } from '../context.ts';
import { UsageFailure } from '../failure.ts';
import { loadSound } from '../install-settings.ts';
import { assertAgreed } from '../installing.ts';
import { toCountText } from '../terminal/number-text.ts';
import { say } from '../terminal/say.ts';

/** Adds the argument, the options and the action. */
export function defineRemove(command: Command, context: CliContext): void {
  command
    .summary('take one out of config.yaml')
    .description('Takes one out of config.yaml. What the backend has, it keeps.')
    .argument('<name>', 'which one')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: { yes?: boolean }) => remove(name, options, context));
}

async function remove(name: string, { yes }: { yes?: boolean }, context: CliContext): Promise<void> {
  const { home, environment, stderr } = context;
  loadSound(context);
  const { value, problems } = loadConfig(home, environment);
  const setting = value.destinations.find((one) => one.name === name);
  const isBroken = !setting && problems.some(({ detail }) => detail.includes(`destination "${name}"`));
  if (!setting && !isBroken) throw new UsageFailure(`There is no destination "${name}".`, value.destinations.length > 0 ? `There are: ${value.destinations.map((one) => one.name).join(', ')}` : 'See: spoor destination list');
  const report = (await context.collector.readStatus()).destinations.find((one) => one.name === name);
  const waiting = report?.waiting ?? 0;
  if (waiting > 0) await say(stderr, `${toCountText(waiting, 'span')} still ${waiting === 1 ? 'waits' : 'wait'} for it. They stay in the store, and go to a destination that is added under this name; to send them first: spoor collect --once`);
  await assertAgreed(context, `Remove the destination "${name}"?`, yes);
  removeDestination(home, name);
  if (setting) removeSecrets(home, name, listReferences(setting));
  removeTypedSecrets(home, name);
  await say(stderr, `Removed "${name}": nothing is sent there any more.`);
}
