/** `spoor show` */
import { InvalidArgumentError, type Command } from 'commander';
import { findAgent } from '../../agents/index.ts';
import type { Session } from '../../core/session.ts';
import type { StoredSpan, Store } from '../../store/store.ts';
import type { CliContext } from '../context.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { findNewest, findSession } from '../find-session.ts';
import { toJsonText } from '../json-text.ts';
import { printCoverage } from '../session-coverage.ts';
import { createShortIds, type ToShortId } from '../short-ids.ts';
import { createPalette, toLine, type Piece } from '../terminal/palette.ts';
import { toHeadLines } from '../terminal/session-head.ts';
import { toWaterfall, type WaterfallTurn } from '../terminal/waterfall.ts';
import { toLayout, toLegend, toSessionLines, toTurnLines } from '../terminal/waterfall-text.ts';

interface Options {
  /** One-based, as people count; negative from the end. */
  turn?: number;
  full?: boolean;
  coverage?: boolean;
  json?: boolean;
}

/** Without --full a JSON document carries the beginnings of long texts, as the terminal does. */
const PREVIEW_CHARACTERS = 200;

const EXAMPLES = `
Rows stand in the order of the tree, bars on the time axis of their turn:
  ▣ the session over all its turns
  ◆ request to a model   ● tool   ★ skill   ◉ MCP tool   ▾ subagent   ◇ event
  █ measured   ╱ waiting for a person   ░ somewhere here, not measured   ┊ ┊ long idle time, folded
  ≤ with its whole batch   – not known   ✗ error   ⊘ denied   ■ cancelled   … open

Examples:
  spoor show                    the newest session
  spoor show 3f2a               the session (or trace) whose id begins so
  spoor show 3f2a --turn -1     its last turn only
  spoor show 3f2a --coverage    hooks seen, history found, numbers missing and why
  spoor show --full | less      with all prompts, answers, arguments and results
  FORCE_COLOR=1 spoor show --full | less -R   the same in colour

--json: {"session": {agent, sessionId, …}, "spans": [{spanId, parentSpanId?, kind, turnIndex, startUnixNano,
         endUnixNano?, outcome, values, content, …}]}, times as strings; texts of 200 characters without --full;
         with --coverage as \`spoor doctor SESSION --json\``;

/** Adds the options and the action. */
export function define(command: Command, context: CliContext): void {
  command
    .argument('[session]', 'beginning of a session or trace id; without it the newest session')
    .option('--turn <n>', 'only this turn; -1 is the last', parseTurn)
    .option('--full', 'with every prompt, answer, argument and result')
    .option('--coverage', 'instead, what is known of each turn, what is missing, and why')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((prefix: string | undefined, options: Options) => showSession(prefix, options, context));
}

async function showSession(prefix: string | undefined, options: Options, context: CliContext): Promise<void> {
  if (options.coverage && (options.turn !== undefined || options.full)) throw new UsageFailure('--coverage tells of all turns, and draws none.', 'Leave --turn and --full out.');
  const store = await context.openStore(context.home, { create: false });
  try {
    const session = store && (prefix === undefined ? findNewest(store) : findSession(store, prefix));
    if (!store || !session) return await tellEmpty(prefix, options, context);
    const { agent, sessionId } = session;
    const known = store.readSession(agent, sessionId) ?? session;
    if (options.coverage) return await printCoverage(store, known, { context, json: options.json });
    const spans = chooseSpans(store, known, { prefix, turn: options.turn });
    if (store.isTextPending(agent, sessionId)) await context.stderr.write('Long texts of this session are still to come: the import that reads them runs, or was ended (spoor import goes on).\n');
    if (options.json) return await context.stdout.write(toJsonText({ session: known, spans: options.full ? spans : spans.map(withPreviews) }));
    await context.stdout.write(`${toSessionText(known, spans, { context, shortIdOf: createShortIds(store), full: options.full, isPart: options.turn !== undefined }).join('\n')}\n`);
  } finally {
    store?.close();
  }
}

async function tellEmpty(prefix: string | undefined, options: Options, context: CliContext): Promise<void> {
  if (prefix !== undefined) throw new Failure(`There is no session yet, so none begins with "${prefix}".`, 'Read the past ones with: spoor import');
  if (options.json) return await context.stdout.write(toJsonText({ spans: [] }));
  await context.stderr.write('No sessions yet. Read the past ones with: spoor import. Trace the next ones with: spoor install\n');
}

/** A prefix of a trace id means the turns of that trace only; that of a session's trace, which no turn has as its own, all of them. */
function chooseSpans(store: Store, session: Session, { prefix, turn }: { prefix?: string; turn?: number }): StoredSpan[] {
  const all = store.readSpans(session.agent, session.sessionId);
  const isTrace = prefix !== undefined && !session.sessionId.startsWith(prefix);
  const ofTrace = isTrace ? all.filter(({ traceId }) => traceId.startsWith(prefix)) : all;
  const spans = ofTrace.length > 0 ? ofTrace : all;
  if (turn === undefined) return spans;
  const turns = toWaterfall(spans);
  const chosen = turn < 0 ? turns.at(turn) : turns.find(({ index }) => index === turn - 1);
  if (!chosen) throw new Failure(`There is no turn ${turn}: the session has ${turns.length}.`, 'Without --turn all are shown.');
  return spansBelow(spans, chosen.span.spanId);
}

function spansBelow(spans: readonly StoredSpan[], rootId: string): StoredSpan[] {
  const ids = new Set([rootId]);
  let size = 0;
  while (ids.size !== size) {
    size = ids.size;
    for (const { spanId, parentSpanId } of spans) if (parentSpanId && ids.has(parentSpanId)) ids.add(spanId);
  }
  return spans.filter(({ spanId }) => ids.has(spanId));
}

/** The head, the turns and the legend of a session, at the width of stdout. `isPart`: not all of its turns. Also the end of `spoor start`. */
export function toSessionText(session: Session, spans: readonly StoredSpan[], { context, shortIdOf, full = false, isPart = false }: { context: CliContext; shortIdOf: ToShortId; full?: boolean; isPart?: boolean }): string[] {
  const palette = createPalette(context.stdout.color);
  const width = context.stdout.columns;
  const turns = toWaterfall(spans);
  const layout = toLayout(turns, width);
  const head = {
    session,
    agentTitle: findAgent(session.agent)?.title ?? session.agent,
    shortId: shortIdOf(session.sessionId),
    turns,
    home: context.environment.home,
    nowMillis: context.nowMillis(),
  };
  const drawTurn = (turn: WaterfallTurn): Piece[][] => [[], ...toTurnLines(turn, layout, full)];
  const envelope = isPart || turns.length === 0 ? [] : [[], ...toSessionLines(turns, layout)];
  const lines = [...toHeadLines(head, width), ...envelope, ...turns.flatMap(drawTurn), [], ...toLegend(turns, width)];
  return lines.map((pieces) => toLine(pieces, palette));
}

function withPreviews(span: StoredSpan): StoredSpan {
  const content = Object.fromEntries(Object.entries(span.content).map(([kind, text]) => [kind, text.slice(0, PREVIEW_CHARACTERS)]));
  return { ...span, content };
}

function parseTurn(text: string): number {
  if (!/^-?[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Turns are counted from 1; -1 is the last.');
  return Number(text);
}
