/** `spoor sessions` */
import { Option, type Command } from 'commander';
import { agents } from '../../agents/index.ts';
import { nanoToMillis } from '../../core/time.ts';
import type { SessionFilter, SessionSummary } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { createShortIds, type ToShortId } from '../short-ids.ts';
import { toJsonText } from '../json-text.ts';
import { parseCountOption, parseMomentOption } from '../options.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCostCell, toCountText, toCreditsText, toGroupedText } from '../terminal/number-text.ts';
import { createPalette, toLine } from '../terminal/palette.ts';
import { toTable, type Column } from '../terminal/table.ts';
import { toAgeText, toDurationText } from '../terminal/time-text.ts';

interface Options {
  agent?: string;
  since?: number;
  search?: string;
  limit: number;
  json?: boolean;
}

/** About one screen. */
const DEFAULT_LIMIT = 40;

const EXAMPLES = `
One line a session, newest first; tools, errors, credits and cost include subagents, which have no line of their own.
✗ counts calls that failed, ⊘ calls that were denied; "failed" marks a session whose last turn ended in an error.
"active" is the time in turns, without the pauses between them; – where nobody tells it; … marks what is open.
"cost" is US dollars at the prices of the model's API; in brackets what a subscription paid for, as it would have
cost there; ? where requests have no price (spoor show names their models). "premium" counts premium requests.

Examples:
  spoor sessions --since 7d
  spoor sessions --agent kiro --limit 5
  spoor sessions --search 'flaky login'
  spoor sessions --json | jq '.sessions[] | {sessionId, credits}'

--json: {"sessions": [{agent, sessionId, title?, cwd?, agentName?, agentVersion?, model?, startUnixNano?, endUnixNano?, firstPrompt?,
         turns, toolCalls, modelCalls, errors, denied, isFailed?, pending, activeNano?, wallNano?, credits?, premiumRequests?, cost?: {usd?,
         equivalentUsd?, unpriced?: [{model?, reason, chats}]}}]}, times as strings; with --search as the dashboard gets it`;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .addOption(new Option('--agent <agent>', 'only sessions of this agent').choices(agents.map(({ id }) => id)))
    .option('--since <time>', 'only sessions active since then: 30m, 7d, 2026-11-20', (text: string) => parseMomentOption(text, context.nowMillis()))
    .option('--search <words>', 'only sessions in which these words stand, with the place')
    .option('--limit <n>', 'at most so many', parseCountOption, DEFAULT_LIMIT)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => listSessions(options, context));
}

async function listSessions(options: Options, context: CliContext): Promise<void> {
  const { search, agent, since, limit, json } = options;
  if (search !== undefined) return await (await import('../figures/search-sessions.ts')).searchSessions({ text: search, limit, ...(agent === undefined ? {} : { agent: [agent] }), ...(since === undefined ? {} : { fromMillis: since }) }, { json, context });
  // One more than is shown tells whether there are more.
  const filter: SessionFilter = { agent: options.agent, sinceMillis: options.since, limit: options.limit + 1 };
  const store = await context.openStore(context.home, { create: false });
  try {
    const found = store?.listSessions(filter) ?? [];
    const sessions = found.slice(0, options.limit);
    if (options.json) return await context.stdout.write(toJsonText({ sessions }));
    if (!store || sessions.length === 0) return await context.stderr.write(toEmptyHint(options, store !== undefined));
    await context.stdout.write(`${toSessionLines(sessions, { context, shortIdOf: createShortIds(store) }).join('\n')}\n`);
    if (found.length > sessions.length) await context.stderr.write(`These are the newest ${toCountText(sessions.length, 'session')}; --limit shows more.\n`);
  } finally {
    store?.close();
  }
}

function toEmptyHint(options: Options, hasStore: boolean): string {
  if (hasStore && (options.agent !== undefined || options.since !== undefined)) return 'No session fits. Try it without --agent and --since.\n';
  return 'No sessions yet. Read the past ones with: spoor import. Trace the next ones with: spoor install\n';
}

/** The table of `spoor sessions` at the width of stdout. */
export function toSessionLines(sessions: readonly SessionSummary[], { context, shortIdOf }: { context: CliContext; shortIdOf: ToShortId }): string[] {
  const palette = createPalette(context.stdout.color);
  return toTable(toColumns(sessions, { nowMillis: context.nowMillis(), shortIdOf }), sessions, context.stdout.columns).map((pieces) => toLine(pieces, palette));
}

function toColumns(sessions: readonly SessionSummary[], { nowMillis, shortIdOf }: { nowMillis: number; shortIdOf: ToShortId }): Column<SessionSummary>[] {
  const isOneAgent = sessions.every(({ agent }) => agent === sessions[0]?.agent);
  const number = (count: number): string => (count === 0 ? '' : toGroupedText(count));
  return [
    { header: 'id', text: (s) => toPlainLine(shortIdOf(s.sessionId)), tone: () => 'agent' },
    // Says nothing where there is only one.
    { header: 'agent', text: (s) => (isOneAgent ? '' : s.agent), dropOrder: 4 },
    { header: 'ago', text: (s) => toAge(s, nowMillis), align: 'right' },
    { header: 'folder', text: (s) => toPlainLine(s.cwd?.replace(/[/\\]+$/, '').split(/[/\\]/).at(-1) ?? ''), shrinkTo: 8, dropOrder: 3 },
    { header: 'session', text: (s) => toPlainLine(s.title ?? s.firstPrompt ?? '').slice(0, 400), shrinkTo: 12, tone: () => 'strong' },
    { header: 'turns', text: (s) => number(s.turns), align: 'right', dropOrder: 1 },
    { header: 'tools', text: (s) => number(s.toolCalls), align: 'right', dropOrder: 2 },
    { header: '✗', text: (s) => number(s.errors), align: 'right', tone: () => 'error' },
    { header: '⊘', text: (s) => number(s.denied), align: 'right', tone: () => 'denied' },
    { header: 'active', text: (s) => (s.activeNano !== undefined && s.activeNano > 0n ? toDurationText(s.activeNano) : '–'), align: 'right' },
    { header: 'cost', text: (s) => toCostCell(s.cost), align: 'right', dropOrder: 5 },
    { header: 'premium', text: (s) => (s.premiumRequests === undefined ? '' : toCreditsText(s.premiumRequests)?.replace(/\.00$/, '') ?? ''), align: 'right', dropOrder: 6 },
    { header: 'credits', text: (s) => toCreditsText(s.credits) ?? '', align: 'right', dropOrder: 5 },
    { header: '', text: (s) => (s.pending > 0 ? '…' : s.isFailed ? 'failed' : ''), tone: (s) => (s.pending > 0 ? 'waiting' : 'error') },
  ];
}

function toAge(session: SessionSummary, nowMillis: number): string {
  const nano = session.endUnixNano ?? session.startUnixNano;
  return nano === undefined ? '' : toAgeText(nanoToMillis(nano), nowMillis);
}
