/** `spoor logs` */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { agents } from '../../agents/index.ts';
import { listLogs, openLogs, type LogLine } from '../../config/read-logs.ts';
import type { CliContext } from '../context.ts';
import { UsageFailure } from '../failure.ts';
import { toJsonLine } from '../json-text.ts';
import { parseCountOption } from '../options.ts';
import { toLogPieces } from '../terminal/log-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';

interface Options {
  follow?: boolean;
  lines: number;
  json?: boolean;
}

/** About two screens. */
const DEFAULT_LINES = 100;
/** As quick as one reads. */
const POLL_MILLIS = 200;
/** The log of what is no agent's: collector, delivery, configuration. */
const OWN_LOG = 'spoor';

const EXAMPLES = `
Errors are always noted, everything else only for sessions started with
SPOOR_VERBOSE=true. Without a name all logs, merged by time: spoor is the
collector's own, the others are the agents'. They hold no content and no
secrets, and the newest 1 to 2 MB of each are kept.

Examples:
  spoor logs                     the newest ${DEFAULT_LINES} lines
  spoor logs kiro --follow       and what comes, until Ctrl-C
  spoor logs --json | jq 'select(.level == "error").message'

--json: one object a line: {log, atMillis?, level?, pid?, message}`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[agent]', `whose log: ${[OWN_LOG, ...agents.map(({ id }) => id)].join(', ')}; without it all`)
    .option('-f, --follow', 'go on with what comes, also when a log is rotated')
    .option('-n, --lines <n>', 'begin with so many of the newest lines', parseCountOption, DEFAULT_LINES)
    .option('--json', 'print JSON, one object a line')
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, options: Options) => printLogs(name, options, context));
}

async function printLogs(name: string | undefined, options: Options, context: CliContext): Promise<void> {
  const { home, stderr } = context;
  const known = new Set([OWN_LOG, ...agents.map(({ id }) => id), ...listLogs(home)]);
  if (name !== undefined && !known.has(name)) throw new UsageFailure(`There is no log "${name}".`, `Logs are: ${[...known].join(', ')}`);
  const reader = openLogs(home, name === undefined ? undefined : [name]);
  try {
    const lines = reader.read();
    await print(lines.slice(-options.lines), { name, json: options.json, context });
    if (lines.length === 0) await stderr.write(`Nothing is logged yet${name === undefined ? '' : ` for ${name}`}. It would stand in ${name === undefined ? home.logs : join(home.logs, `${name}.log`)}.\n`);
    if (options.follow) await follow(reader.read, (fresh) => print(fresh, { name, json: options.json, context }), context);
  } finally {
    reader.close();
  }
}

async function print(lines: readonly LogLine[], { name, json, context }: { name?: string; json?: boolean; context: CliContext }): Promise<void> {
  if (lines.length === 0) return;
  const palette = createPalette(context.stdout.color);
  const texts = lines.map((line) => (json ? toJsonLine(line) : toLine(toLogPieces(line, { named: name === undefined }), palette)));
  await context.stdout.write(`${texts.join('\n')}\n`);
}

/** Until Ctrl-C, or until nobody reads any more. */
async function follow(read: () => LogLine[], write: (lines: LogLine[]) => Promise<void>, { stdout }: CliContext): Promise<void> {
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    while (!abort.signal.aborted && !stdout.isClosed()) {
      await delay(POLL_MILLIS, undefined, { signal: abort.signal }).catch(() => undefined);
      await write(read());
    }
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}
