/** `spoor start`: what `npm start` runs. A first look at what spoor makes of the user's own history, or of samples. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { agents } from '../../agents/index.ts';
import { createHome, homeAt, type Home } from '../../config/home.ts';
import type { ImportReport } from '../../collector/reports.ts';
import { DEFAULT_PORT, type CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { findNewest } from '../find-session.ts';
import { importWithProgress, toImportLines, toProblemLines } from '../import-history.ts';
import { serveUntilTold } from './serve.ts';
import { createShortIds } from '../short-ids.ts';
import { toSessionLines } from './sessions.ts';
import { toSessionText } from './show.ts';

const SESSIONS_SHOWN = 10;

const EXAMPLES = `
At a terminal it opens the dashboard, imports the history of the agents found here beside, and stays until Ctrl-C.
Elsewhere it imports, lists the newest sessions and draws the newest. Where there is no history it shows the sample
sessions that come with spoor, and keeps nothing of them.

Example:
  spoor start`;

/** Adds the action. */
export function define(command: Command, context: CliContext): void {
  command.addHelpText('after', EXAMPLES).action(() => start(context));
}

async function start(context: CliContext): Promise<void> {
  const { home, environment, stdout } = context;
  if (stdout.isTerminal && hasPast(context)) return await showDashboard(context);
  const report = hasPast(context) ? await importWithProgress({ home, environment, agents: [] }, context) : toEmptyReport(context);
  await context.stderr.write(`${toReportLines(report).join('\n')}\n`);
  const spoor = toProgramName(context);
  if (await printNewest(home, context)) return await context.stderr.write(`\nNext: ${spoor} serve --open for the dashboard, ${spoor} show <id>, ${spoor} sessions --help, ${spoor} install\n`);
  await startWithSamples(context);
}

/** The one that is served already, else one of our own until Ctrl-C. */
async function showDashboard(context: CliContext): Promise<void> {
  const { readServerFile } = await import('../../collector/lifecycle/server-file.ts');
  const running = readServerFile(context.home);
  if (!running) return await serveUntilTold(context, { port: DEFAULT_PORT, open: true, imports: true });
  await context.stdout.write(`${running.url}\n`);
  context.openBrowser(running.url);
}

/** Whether there is anything to read: who only wants a look at the samples gets no folder of ours in his home. */
function hasPast({ home, environment }: CliContext): boolean {
  return existsSync(home.database) || agents.some(({ history }) => (history?.discover(environment).sources.length ?? 0) > 0);
}

function toEmptyReport({ environment }: CliContext): ImportReport {
  const read = agents.flatMap(({ id, history }) => (history ? [{ agent: id, roots: history.roots(environment), found: 0, read: 0, bytes: 0, turns: 0, spansWritten: 0 }] : []));
  return { agents: read, problems: [] };
}

/** In a checkout (the package has no sources) nothing put `spoor` into the PATH. */
function toProgramName({ packageRoot }: CliContext): string {
  return existsSync(join(packageRoot, 'src')) ? 'npx spoor' : 'spoor';
}

/** The samples' store lives for this one command, apart from the user's. */
async function startWithSamples(context: CliContext): Promise<void> {
  const samples = join(context.packageRoot, 'samples');
  if (!existsSync(samples)) throw new Failure(`The sample sessions are missing from ${samples}.`, 'Install spoor again, or trace a session of your own: spoor install');
  await context.stderr.write('So here are the sample sessions that come with spoor; they are not kept.\n\n');
  const home = homeAt(mkdtempSync(join(tmpdir(), 'spoor-samples-')));
  try {
    createHome(home);
    const environment = { ...context.environment, home: undefined, env: {} };
    for (const name of readdirSync(samples)) {
      if (agents.some(({ id }) => id === name)) await importWithProgress({ home, environment, agents: [name], from: join(samples, name) }, context);
    }
    if (!(await printNewest(home, context))) throw new Failure(`The sample sessions in ${samples} could not be read.`, 'Install spoor again.');
    await context.stderr.write(`\nNext, with your own: ${toProgramName(context)} install kiro\n`);
  } finally {
    rmSync(home.root, { recursive: true, force: true });
  }
}

function toReportLines(report: ImportReport): string[] {
  return [...toImportLines(report), ...toProblemLines(report.problems).map((line) => `  not understood: ${line}`)];
}

/** Prints the sessions and the waterfall of the newest; false when there is none. */
async function printNewest(home: Home, context: CliContext): Promise<boolean> {
  const store = await context.openStore(home, { create: false });
  try {
    const newest = store && findNewest(store);
    if (!store || !newest) return false;
    const shortIdOf = createShortIds(store);
    const lines = toSessionLines(store.listSessions({ limit: SESSIONS_SHOWN }), { context, shortIdOf });
    const waterfall = toSessionText(newest, store.readSpans(newest.agent, newest.sessionId), { context, shortIdOf });
    await context.stdout.write(`${[...lines, '', ...waterfall].join('\n')}\n`);
    return true;
  } finally {
    store?.close();
  }
}
