/** `spoor send` */
import type { Command } from 'commander';
import { agents } from '../../agents/index.ts';
import type { ReplayReport, ReplayRequest } from '../../collector/replay/replay-report.ts';
import type { PastFilter } from '../../store/past.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { findSession } from '../find-session.ts';
import { toJsonText } from '../json-text.ts';
import { parseCountOption, parseMomentOption } from '../options.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText, toGroupedText } from '../terminal/number-text.ts';
import { createSpanProgress } from '../terminal/span-progress.ts';

interface Options {
  since?: { text: string; millis: number };
  until?: { text: string; millis: number };
  session?: string;
  agent?: string;
  asNew?: boolean;
  changed?: boolean;
  rate: number;
  dryRun?: boolean;
  json?: boolean;
}

/** Gentle: a backend on one machine that takes more live spans than this has many people working at once. */
const DEFAULT_RATE = 1000;

const EXAMPLES = `
Puts past turns in for the destination, the oldest first, and stays until it took them. A collector that runs does the
sending; where none runs this command is one for as long as it takes. It can be ended at any moment: type the same
again and it goes on. What the destination acknowledged is not sent again. Only spans that are final are sent; of
sessions that are not over the rest follows by itself where hooks tell of them, else with another spoor send.

--changed   what was sent and has changed since (a later history file, a better reading of it), under the same ids.
            A backend that keeps the first of two spans with one id (Phoenix) does not take the change: for such add
            --as-new, which sends the whole turns with changes in them again.
--as-new    everything under new trace and span ids, whatever was sent before, as whole traces: for a backend that was
            emptied, or one that keeps the first of two. One that was not emptied then shows both. Cut off and typed
            again it keeps the ids it began with; once it was through, the next one makes others.

Examples:
  spoor send phoenix --since 30d
  spoor send phoenix --since 30d --dry-run      how much that would be
  spoor send archive --agent kiro --until 2026-11-01
  spoor send phoenix --session 3f2a --as-new

--json: {destination, spans, turns, sessions, openSessions, put, alreadyThere, sent, waiting, setAside, sampledOut,
         kept: [{reason, spans}], textsPending, isResumed, isComplete, error?}`;

/** Adds the argument, the options and the action. */
export function define(command: Command, context: CliContext): void {
  const moment = (text: string): { text: string; millis: number } => ({ text, millis: parseMomentOption(text, context.nowMillis()) });
  command
    .argument('<destination>', 'a destination of config.yaml')
    .option('--since <time>', 'turns that began since then: 30d, 2026-11-20', moment)
    .option('--until <time>', 'turns that began before then', moment)
    .option('--session <id>', 'one session and its subagents; the beginning of its id is enough')
    .option('--agent <agent>', 'sessions of this agent')
    .option('--as-new', 'under new trace and span ids')
    .option('--changed', 'only what has changed since it was sent')
    .option('--rate <spans>', 'spans a second at most', parseCountOption, DEFAULT_RATE)
    .option('--dry-run', 'only say how much it would be')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((destination: string, options: Options) => send(destination, options, context));
}

async function send(destination: string, options: Options, context: CliContext): Promise<void> {
  if (options.agent !== undefined && !agents.some(({ id }) => id === options.agent)) throw new UsageFailure(`There is no agent ${toPlainLine(options.agent)}.`, `There are: ${agents.map(({ id }) => id).join(', ')}.`);
  const request = await toRequest(destination, options, context);
  const report = await sendWithProgress(request, context);
  if (options.json) await context.stdout.write(toJsonText(report));
  else await context.stderr.write(toLines(report, request).map((line) => `${line}\n`).join(''));
  if (report.error !== undefined) {
    const rest = report.waiting > 0 ? `${toCountText(report.waiting, 'span')} wait and are sent by the collector when it takes them; for the rest type` : 'To go on, type';
    throw new Failure(`${toPlainLine(destination)}: ${toPlainLine(report.error).replace(/\.$/, '')}.`, `${rest} the same command again.`);
  }
}

async function toRequest(destination: string, options: Options, context: CliContext): Promise<ReplayRequest> {
  const { since, until, agent, asNew = false, changed = false, rate, dryRun = false } = options;
  const store = await context.openStore(context.home, { create: false });
  if (!store) throw new Failure('There is nothing to send: no session was stored yet.', 'Read past sessions first: spoor import');
  try {
    const session = options.session === undefined ? undefined : findSession(store, options.session);
    const filter: PastFilter = { ...(agent ? { agent } : {}), ...(session ? { session: { agent: session.agent, sessionId: session.sessionId } } : {}), ...(since ? { sinceMillis: since.millis } : {}), ...(until ? { untilMillis: until.millis } : {}) };
    const asked = { since: since?.text, until: until?.text, session: session?.sessionId, agent, changed };
    return { destination, filter, asked, asNew, changed, rate, dryRun };
  } finally {
    store.close();
  }
}

/** Ctrl-C ends it with what was done so far told. */
async function sendWithProgress(request: ReplayRequest, context: CliContext): Promise<ReplayReport> {
  const abort = new AbortController();
  const leave = (): void => abort.abort();
  const progress = createSpanProgress(context.stderr, () => context.nowMillis());
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    return await context.collector.sendPast(request, { signal: abort.signal, onProgress: (mark) => progress.update({ label: `sending to ${toPlainLine(request.destination)}`, ...mark }) });
  } finally {
    progress.close();
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

function toLines(report: ReplayReport, { dryRun, changed }: ReplayRequest): string[] {
  const { spans, turns, sessions, put, alreadyThere, sent, waiting, setAside, sampledOut, kept, textsPending, openSessions, isResumed } = report;
  const lines = [`${toCountText(sessions, 'session')} with ${toCountText(turns, 'turn')} and ${toCountText(spans, 'span')} ${sessions === 1 ? 'is' : 'are'} meant.`];
  if (isResumed) lines.push('Went on with the one that was cut off.');
  const parts = [
    dryRun ? `${toGroupedText(put)} would be sent` : `${toGroupedText(sent)} sent`,
    alreadyThere > 0 || !changed ? `${toGroupedText(alreadyThere)} already there` : '',
    waiting > 0 ? `${toGroupedText(waiting)} waiting` : '',
    setAside > 0 ? `${toGroupedText(setAside)} set aside (spoor status says why)` : '',
    sampledOut > 0 ? `${toGroupedText(sampledOut)} not in its sample` : '',
  ];
  lines.push(`${parts.filter(Boolean).join(', ')}.`);
  for (const { reason, spans: left } of kept) lines.push(`${toCountText(left, 'span')} kept here: ${reason}.`);
  if (openSessions > 0) lines.push(`${toCountText(openSessions, 'session')} ${openSessions === 1 ? 'is' : 'are'} not over: what of ${openSessions === 1 ? 'it' : 'them'} is still open was left.`);
  if (textsPending > 0) lines.push(`${toCountText(textsPending, 'turn')} ${textsPending === 1 ? 'was' : 'were'} left whose texts are still to come: run spoor import, then this again.`);
  return lines;
}
