/** `spoor collect` */
import type { Command } from 'commander';
import type { CollectReport } from '../../collector/reports.ts';
import type { CliContext } from '../context.ts';
import { toProblemLines } from '../import-history.ts';
import { toJsonText } from '../json-text.ts';
import { toCountText } from '../terminal/number-text.ts';

interface Options {
  once?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Hooks start the collector by themselves: this is for scripts, and for those who want to watch.
Without --once it stays until nothing is left to wait for; Ctrl-C ends it at any time, nothing is lost.

Examples:
  spoor collect --once          everything that can be done now, then return
  spoor collect --once --json

--json: {ran, events, sessions, spansWritten, delivered, waiting, problems: [{agent, code, detail, count}]}`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .option('--once', 'return when all that can be done is done')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => collect(options, context));
}

async function collect(options: Options, context: CliContext): Promise<void> {
  const report = options.once ? await context.collector.collectOnce() : await collectUntilSignal(context);
  if (options.json) return await context.stdout.write(toJsonText(report));
  await context.stderr.write(`${toSentence(report, options.once)}\n${toProblemLines(report.problems).map((line) => `  ${line}\n`).join('')}`);
}

/** The agent's Ctrl-C does not reach a collector that a hook started; that of a person who started this one does. */
async function collectUntilSignal({ collector }: CliContext): Promise<CollectReport> {
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    return await collector.runCollector(abort.signal);
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

function toSentence({ ran, events, sessions, spansWritten, delivered, waiting }: CollectReport, once = false): string {
  const left = waiting > 0 ? `, ${waiting} waiting for their destination` : '';
  if (!ran) return once ? `The collector that was running already has done it${left}.` : 'Another collector is running and does the work. See it with: spoor status';
  const done = `${toCountText(events, 'hook call')} collected, ${toCountText(sessions, 'session')} looked at, ${toCountText(spansWritten, 'span')} new or changed`;
  if (delivered === 0 && waiting === 0) return `${done}.`;
  return `${done}, ${delivered} delivered${left}.`;
}
