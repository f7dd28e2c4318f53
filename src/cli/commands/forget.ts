/** `spoor forget` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session } from '../../core/session.ts';
import { removeFromSearch } from '../../query/search/remove-from-search.ts';
import type { Store } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { findSession } from '../find-session.ts';
import { createShortIds, type ToShortId } from '../short-ids.ts';
import { toJsonText } from '../json-text.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import { cutToWidth } from '../terminal/text-width.ts';

interface Options {
  yes?: boolean;
  json?: boolean;
}

/** As many as one can check by eye before saying yes. */
const LISTED = 20;

const EXAMPLES = `
Deletes them from spoor's store for good, subagents included; a later import does not bring them back.
The agent's own history stays. What a backend already has, stays there.

Examples:
  spoor forget 3f2a              the session whose id begins so
  spoor forget ./secret-project  every session that ran in this folder or below
  spoor forget . --yes           without asking

--json: {"forgotten": [{agent, sessionId}]}`;

/** Adds the arguments, the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('<session|folder>', 'beginning of a session id, or a folder (with a / in it, or . or ..)')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((target: string, options: Options) => forget(target, options, context));
}

async function forget(target: string, options: Options, context: CliContext): Promise<void> {
  const store = await context.openStore(context.home, { create: false });
  try {
    if (!store) throw new Failure('There is nothing to forget: no session was stored yet.');
    const sessions = isFolder(target) ? findInFolder(store, resolve(target)) : [findSession(store, target)];
    if (!options.yes) await ask(sessions, { context, shortIdOf: createShortIds(store) });
    for (const { agent, sessionId } of sessions) store.forget(agent, sessionId);
    await removeFromSearch(context.home);
    if (options.json) return await context.stdout.write(toJsonText({ forgotten: sessions.map(({ agent, sessionId }) => ({ agent, sessionId })) }));
    await context.stderr.write(`Forgot ${toCountText(sessions.length, 'session')}.\n`);
  } finally {
    store?.close();
  }
}

function isFolder(target: string): boolean {
  return /[/\\]/.test(target) || target === '.' || target === '..';
}

function findInFolder(store: Store, folder: string): Session[] {
  const sessions = store.listSessions({ cwd: folder });
  if (sessions.length === 0) throw new Failure(`No session ran in ${folder} or below.`, 'See where they ran: spoor sessions');
  return sessions;
}

async function ask(sessions: readonly Session[], { context, shortIdOf }: { context: CliContext; shortIdOf: ToShortId }): Promise<void> {
  const lines = sessions.slice(0, LISTED).map(({ agent, sessionId, title, cwd }) => {
    const text = `  ${toPlainLine(shortIdOf(sessionId))}  ${agent}  ${toPlainLine(cwd ?? '')}  ${toPlainLine(title ?? '')}`;
    return cutToWidth(text.trimEnd(), context.stderr.columns);
  });
  if (sessions.length > LISTED) lines.push(`  … and ${sessions.length - LISTED} more`);
  await context.stderr.write(`${lines.join('\n')}\n`);
  const answer = await context.confirm(`Forget ${toCountText(sessions.length, 'session')} for good?`);
  if (answer === undefined) throw new UsageFailure('Nothing was forgotten: there is no terminal to ask on.', 'Add --yes to agree beforehand.');
  if (!answer) throw new Failure('Nothing was forgotten.');
}
