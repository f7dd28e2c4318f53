/** `spoor import` */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { agents } from '../../agents/index.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { importWithProgress, toImportLines, toProblemLines, toSpeedLine } from '../import-history.ts';
import { toJsonText } from '../json-text.ts';
import { parseMomentOption } from '../options.ts';

interface Options {
  since?: number;
  from?: string;
  json?: boolean;
}

const EXAMPLES = `
Reads what the agents themselves wrote; changes nothing of theirs and sends nothing anywhere. A subagent's session
counts here as one; spoor sessions shows it within the session that started it.
Again is cheap and safe: only what is new or changed is read, and nothing is there twice. The newest sessions come
first. Of much history the spans are there first and the long texts (answers, results of tools) after them; what is
there can be looked at meanwhile, and an import that is ended goes on where it was.

Examples:
  spoor import                          every agent found here
  spoor import kiro --since 30d
  spoor import kiro --from /mnt/old-laptop/home/me

--json: {"agents": [{agent, roots, found, read, bytes, turns, spansWritten}],
         "problems": [{agent, code, detail, count}]}`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  const importable = agents.filter(({ history }) => history !== undefined).map(({ id }) => id);
  command
    .addArgument(new Argument('[agent...]', 'agents to read; without a name all').choices(importable))
    .option('--since <time>', 'only sessions changed since then: 30d, 2026-11-20', (text: string) => parseMomentOption(text, context.nowMillis()))
    .option('--from <path>', "a copy of the agent's folder, of a home, or one session file")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((names: string[], options: Options) => runImport(names.length > 0 ? names : importable, options, context));
}

async function runImport(names: readonly string[], options: Options, context: CliContext): Promise<void> {
  const from = options.from === undefined ? undefined : resolve(options.from);
  if (from !== undefined && names.length !== 1) throw new UsageFailure('--from needs to know whose history it is.', 'Name one agent: spoor import kiro --from PATH');
  if (from !== undefined && !existsSync(from)) throw new Failure(`There is nothing at ${from}.`, 'Give --from a folder or file that exists.');
  const { home, environment } = context;
  const startMillis = context.nowMillis();
  const report = await importWithProgress({ home, environment, agents: names, sinceMillis: options.since, from }, context);
  if (options.json) return await context.stdout.write(toJsonText(report));
  await context.stdout.write(`${toImportLines(report).join('\n')}\n`);
  const speed = toSpeedLine(report, context.nowMillis() - startMillis);
  if (speed !== undefined) await context.stderr.write(`${speed}\n`);
  if (report.problems.length > 0) await context.stderr.write(`Not understood, and left out:\n${toProblemLines(report.problems).map((line) => `  ${line}\n`).join('')}`);
  if (report.agents.some(({ found }) => found > 0)) await context.stderr.write('Look at them: spoor sessions\n');
}
