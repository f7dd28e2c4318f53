/** `spoor destination` */
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { defineAdd } from '../destination/add.ts';
import { defineList, listDestinations } from '../destination/list.ts';
import { defineRemove } from '../destination/remove.ts';
import { defineTest } from '../destination/test.ts';

const EXAMPLES = `
Several may be there at once: each has a queue of its own, and none waits for
another. Without a word behind it: list.

Examples:
  spoor destination add              asks for all it needs
  spoor destination add phoenix      Phoenix on this machine
  spoor destination test phoenix     sends one marked span, says what came back
  spoor destination remove phoenix   takes it out of config.yaml`;

/** Adds the subcommands. */
export function define(command: Command, context: CliContext): void {
  command.usage('[add|list|test|remove] [options]').addHelpText('after', EXAMPLES).helpCommand(false);
  const open = (name: string): Command => command.command(name).showHelpAfterError(`Try: spoor destination ${name} --help`);
  defineAdd(open('add'), context);
  defineList(open('list'), context);
  defineTest(open('test'), context);
  defineRemove(open('remove'), context);
  command.action(() => listDestinations({}, context));
}
