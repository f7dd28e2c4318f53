/** From words on the command line to an exit code. */
import { Command, CommanderError } from 'commander';
import type { Home } from '../config/home.ts';
import { VERSION } from '../core/version.ts';
import { commands } from './commands/index.ts';
import type { CliContext, Output } from './context.ts';
import { Failure } from './failure.ts';
import { toMachineFailure } from './machine-failure.ts';
import { fitHelp } from './terminal/help-text.ts';
import { createPalette } from './terminal/palette.ts';
import { wrapToWidth } from './terminal/text-width.ts';

const ENDING = `
Data goes to stdout, talk to stderr. Reading commands take --json.
Exit codes: 0 done, 1 failed, 2 wrong usage.
Help on a command: spoor help <command>`;

/** Runs one command line. Never throws; gives 0 (done), 1 (failed) or 2 (wrong usage). */
export async function runCommandLine(typed: readonly string[], context: CliContext): Promise<number> {
  const words = withoutHelpCommand(typed);
  const written: Promise<void>[] = [];
  try {
    const program = await createProgram(words, context, written);
    await program.parseAsync([...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (context.stdout.isClosed()) return 0;
    return await tellFailure(toMachineFailure(error, findHome(context)) ?? error, context);
  } finally {
    await Promise.all(written);
  }
}

/** `help` is `--help`, and `help show` is `show --help`. An unknown command is told as one. */
function withoutHelpCommand(words: readonly string[]): readonly string[] {
  const [first, name, ...more] = words;
  if (first !== 'help') return words;
  if (name === undefined || name.startsWith('-')) return ['--help'];
  return commands.some((command) => command.name === name) ? [name, ...more.filter((word) => !word.startsWith('-')), '--help'] : [name];
}

/** For messages: undefined where there is none. */
function findHome(context: CliContext): Home | undefined {
  try {
    return context.home;
  } catch {
    return undefined;
  }
}

/** Wider lines are hard to read. */
function helpWidth({ columns }: Output): number {
  return Math.min(columns, 100);
}

async function createProgram(words: readonly string[], context: CliContext, written: Promise<void>[]): Promise<Command> {
  const program = new Command('spoor');
  program
    .description('Traces of your coding agents: on your machine, in your store, to any OpenTelemetry backend.')
    .usage('[command] [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', ENDING)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => written.push(context.stdout.write(fitHelp(text, helpWidth(context.stdout)))),
      writeErr: (text) => written.push(context.stderr.write(text)),
      getOutHelpWidth: () => helpWidth(context.stdout),
      getErrHelpWidth: () => helpWidth(context.stderr),
      outputError: (text, write) => write(toUsageSentence(text)),
    });
  const wanted = words.find((word) => !word.startsWith('-'));
  for (const { name, summary, load } of commands) {
    const command = program.command(name).summary(summary).description(`${summary}.`);
    command.showHelpAfterError(`Try: spoor ${name} --help`);
    if (name === wanted) (await load()).define(command, context);
  }
  program.showHelpAfterError('Try: spoor --help');
  if (wanted === undefined) (await import('./commands/overview.ts')).define(program, context);
  return program;
}

/** commander's `error: unknown option '--x'` → `spoor: unknown option '--x'.` */
function toUsageSentence(text: string): string {
  return text.startsWith('error: ') ? `spoor: ${text.slice('error: '.length).trimEnd().replace(/([^.?)])$/, '$1.')}\n` : text;
}

async function tellFailure(error: unknown, context: CliContext): Promise<number> {
  const paint = createPalette(context.stderr.color);
  const isOurs = error instanceof Failure;
  const message = error instanceof Error ? error.message : String(error);
  const { isTerminal, columns } = context.stderr;
  const wrap = (text: string): string[] => (isTerminal ? wrapToWidth(text, columns) : [text]);
  const lines = [...wrap(`spoor: ${message}`), ...(isOurs && error.next ? wrap(error.next) : [])];
  const isVerbose = !['', '0', 'false', undefined].includes(context.environment.env.SPOOR_VERBOSE);
  if (!isOurs && error instanceof Error && isVerbose) lines.push(error.stack ?? '');
  else if (!isOurs) lines.push('This was not expected. Run it again with SPOOR_VERBOSE=1 to see where it happened.');
  await context.stderr.write(`${lines.join('\n').replace('spoor:', paint('spoor:', 'error'))}\n`);
  return isOurs ? error.exitCode : 1;
}
