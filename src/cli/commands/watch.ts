/** `spoor watch` */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { KEY_HELP } from '../watch/watch-view.ts';
import type { LinesOptions } from '../watch/run-lines.ts';
import type { SessionKey } from '../watch/read-watched.ts';

interface Options {
  json?: boolean;
}

const EXAMPLES = `
What waits for you stands first, what runs below it, then the waterfall of the session in which something happened
last. It follows the store as it is written, by whoever collects, and writes nothing itself.

Keys:
${KEY_HELP.map(([key, what]) => `  ${key.padEnd(8)}${what}`).join('\n')}

Into a pipe or a file it writes a line for each span that begins and each that ends.

Examples:
  spoor watch
  spoor watch 3f2a                begins with the session whose id begins so
  spoor watch | grep waits
  spoor watch --json | jq -c 'select(.outcome == "error")'

--json: one object a line: {event: began|ended, atMillis, agent, sessionId, spanId, kind, name, detail?, outcome?, durationMillis?}`;

/** Adds the argument, the option and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[session]', 'beginning of a session or trace id; without it all that happens')
    .option('--json', 'print JSON, one object a line, instead of drawing')
    .addHelpText('after', EXAMPLES)
    .action((prefix: string | undefined, options: Options) => watch(prefix, options, context));
}

async function watch(prefix: string | undefined, { json }: Options, context: CliContext): Promise<void> {
  const first = prefix === undefined ? undefined : await findWatched(prefix, context);
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, leave);
  const screen = json ? undefined : context.openScreen?.();
  try {
    if (screen) {
      const { runScreen } = await import('../watch/run-screen.ts');
      await runScreen({ screen, context, signal: abort.signal, ...(first ? { first } : {}) });
    } else await watchLines({ context, signal: abort.signal, ...(first ? { only: first } : {}), ...(json ? { json } : {}) });
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(`The store could not be read: ${error instanceof Error ? error.message : String(error)}.`, 'spoor status brings it up to date, or tells what is wrong with it.');
  } finally {
    screen?.close();
    for (const signal of signals) process.off(signal, leave);
  }
}

async function watchLines(options: LinesOptions): Promise<void> {
  const { toCollecting } = await import('../watch/run-screen.ts');
  const { runLines } = await import('../watch/run-lines.ts');
  await options.context.stderr.write(`Following what happens; ${toCollecting(options.context.home).text}. Ctrl-C ends it.\n`);
  await runLines(options);
}

/** The session that is meant, or the one at the top above it. Throws a `Failure`. */
async function findWatched(prefix: string, { home }: CliContext): Promise<SessionKey> {
  if (!existsSync(home.database)) throw new Failure(`There is no session yet, so none begins with "${prefix}".`, 'Read the past ones with: spoor import');
  const { openReading } = await import('../../query/open-reading.ts');
  const { findSessions, readSession } = await import('../../store/sqlite/read-sessions.ts');
  const { findSession } = await import('../find-session.ts');
  const { findRootSession } = await import('../export-session.ts');
  const reading = openReading(home.database);
  try {
    const found = findSession({ findSessions: (text) => findSessions(reading, text) }, prefix);
    const { agent, sessionId } = findRootSession({ readSession: (agentId, id) => readSession(reading, agentId, id) }, found);
    return { agent, sessionId };
  } finally {
    reading.close();
  }
}
