/**
 * Spans → turns and rows of a waterfall. Pure, and without widths, colours or characters: `waterfall-text.ts` draws it. All
 * text in it is already safe to print.
 */
import type { Attributes } from '../../core/attributes.ts';
import type { CostSum } from '../../core/cost.ts';
import { compare } from '../../core/order.ts';
import type { Outcome, Span } from '../../core/span.ts';
import { toRunNano } from '../../core/run-time.ts';
import { NANOS_PER_SECOND, latest, latestOf, unionNano } from '../../core/time.ts';
import { toPlainLine } from './clean-text.ts';
import { toCountText } from './number-text.ts';
import { sumCosts, sumCredits, toDetails, toLabel, toMessage, toRowKind, type RowKind } from './waterfall-row.ts';
import { type SpanNode, toSpanTree } from './span-tree.ts';

/** From here on a stretch in which nothing runs is said in words and taken out of the axis. */
const IDLE_NANO = 30n * NANOS_PER_SECOND;

/** run: measured work · wait: for a person · estimated: work whose times are not measured · group: holds the rows below · moment: a point */
export type SegmentKind = 'run' | 'wait' | 'estimated' | 'group' | 'moment';

export interface Segment {
  kind: SegmentKind;
  fromNano: bigint;
  toNano: bigint;
}

export interface WaterfallRow {
  kind: RowKind;
  depth: number;
  label: string;
  /** The most telling first; what does not fit is left out from the end. */
  details: string[];
  segments: Segment[];
  /**
   * Time spent working, without waiting for people. Absent: still going on, or not known; an estimated place in time is good
   * enough for a bar and not for a number.
   */
  durationNano?: bigint;
  /** The duration is an upper bound: the calls of a batch are told of together. */
  isAtMost: boolean;
  /** Waiting for a person, where it was measured. */
  waitNano?: bigint;
  outcome: Outcome;
  pending: boolean;
  /** Why it failed or was denied. */
  message?: string;
  /** The span behind the row; none for events and idle stretches. */
  span?: Span;
}

export interface WaterfallTurn {
  /** Zero-based, as in the store. */
  index: number;
  span: Span;
  fromNano: bigint;
  toNano: bigint;
  durationNano?: bigint;
  pending: boolean;
  outcome: Outcome;
  message?: string;
  prompt?: string;
  answer?: string;
  credits?: number;
  cost?: CostSum;
  /** Since the turn before; only if longer than `IDLE_NANO`. */
  idleBeforeNano?: bigint;
  rows: WaterfallRow[];
  /** Stretches in which nothing ran, to be folded on the axis. In order, apart. */
  folds: { fromNano: bigint; toNano: bigint }[];
}

/** All spans of a session and its subagents, in any order → its turns in order. Spans without their parent become turns too. */
export function toWaterfall(spans: readonly Span[]): WaterfallTurn[] {
  const turns = toSpanTree(spans).map(toTurn);
  return turns.map((turn, i) => {
    const before = turns[i - 1];
    const gap = before ? turn.fromNano - before.toNano : 0n;
    return gap > IDLE_NANO && before?.pending === false ? { ...turn, idleBeforeNano: gap } : turn;
  });
}

/** The session as one row over all its turns, with what is folded out of its axis; undefined where there is no turn. */
export function toSessionRow(turns: readonly WaterfallTurn[]): { row: WaterfallRow; folds: WaterfallTurn['folds']; fromNano: bigint; toNano: bigint } | undefined {
  const [first] = turns;
  const toNano = latest(...turns.map((turn) => turn.toNano));
  if (!first || toNano === undefined) return undefined;
  const segments = turns.map((turn): Segment => ({ kind: 'run', fromNano: turn.fromNano, toNano: turn.toNano }));
  const count = turns.filter(({ span }) => span.kind === 'agent').length;
  const pending = turns.some((turn) => turn.pending);
  const row: WaterfallRow = {
    kind: 'session', depth: 0, label: 'session', details: [toCountText(count, 'turn')], segments,
    durationNano: pending ? undefined : positive(lastOfSpans(turns) - first.fromNano), isAtMost: false, outcome: 'ok', pending,
  };
  const folds = turns.flatMap((turn, i) => (turn.idleBeforeNano === undefined ? [] : [{ fromNano: turns[i - 1]?.toNano ?? turn.fromNano, toNano: turn.fromNano }]));
  return { row, folds, fromNano: first.fromNano, toNano };
}

/** Where the store sees the session's wall time end: events may be told of later. */
function lastOfSpans(turns: readonly WaterfallTurn[]): bigint {
  const spans = turns.flatMap(({ span, rows }) => [span, ...rows.flatMap((row) => row.span ?? [])]);
  return latestOf(spans.map(({ startUnixNano, endUnixNano }) => endUnixNano ?? startUnixNano)) ?? 0n;
}

function toTurn(root: SpanNode): WaterfallTurn {
  const { span } = root;
  const end = lastKnown(root);
  const rows = span.kind === 'agent' ? [...toChildRows(root, 0, end)] : toRows(root, 0, end);
  const folds = toFolds(span.startUnixNano, end, rows);
  return {
    index: span.turnIndex,
    span,
    fromNano: span.startUnixNano,
    toNano: end,
    durationNano: toDuration(span, []),
    pending: span.endUnixNano === undefined,
    outcome: span.outcome,
    message: toMessage(span),
    prompt: toPlainLine(span.content.prompt ?? '') || undefined,
    answer: toPlainLine(span.content.answer ?? '') || undefined,
    credits: sumCredits(root),
    cost: sumCosts(root),
    rows: withIdleRows(rows, folds),
    folds,
  };
}

/** The latest moment known of a span and everything below it. */
function lastKnown(node: SpanNode): bigint {
  const { span } = node;
  const below = node.children.map(lastKnown);
  return latest(span.endUnixNano ?? span.startUnixNano, ...below, ...span.events.map((event) => event.unixNano)) ?? span.startUnixNano;
}

function toRows(node: SpanNode, depth: number, turnEnd: bigint): WaterfallRow[] {
  return [toRow(node, depth, turnEnd), ...toChildRows(node, depth + 1, turnEnd)];
}

function toChildRows(node: SpanNode, depth: number, turnEnd: bigint): WaterfallRow[] {
  const foldsIn = node.span.kind === 'tool';
  const children = node.children
    .filter(({ span }) => !(foldsIn && span.kind === 'permission'))
    .map((child) => ({ at: child.span.startUnixNano, rows: toRows(child, depth, turnEnd) }));
  const events = node.span.events.map((event) => ({ at: event.unixNano, rows: [toEventRow(event, depth)] }));
  return [...children, ...events].sort((a, b) => compare(a.at, b.at)).flatMap(({ rows }) => rows);
}

function toRow(node: SpanNode, depth: number, turnEnd: bigint): WaterfallRow {
  const { span } = node;
  const pending = span.endUnixNano === undefined;
  const end = span.endUnixNano ?? turnEnd;
  const waits = toWaits(node, end);
  const segments = toSegments(node, end, waits.map(({ segment }) => segment));
  const waited = unionNano(waits.filter(({ measured }) => measured).map(({ segment }) => segment));
  return {
    kind: toRowKind(span),
    depth,
    label: toLabel(span),
    details: toDetails(node),
    segments,
    durationNano: span.kind === 'permission' ? undefined : toDuration(span, waits),
    isAtMost: span.kind === 'tool' && span.values.ownDurationNano === undefined && (span.values.batchSize ?? 1) > 1,
    waitNano: waited > 0n ? waited : undefined,
    outcome: span.outcome,
    pending,
    message: toMessage(span),
    span,
  };
}

/** Waits for a person inside this span, or the span itself if it is one. */
function toWaits(node: SpanNode, end: bigint): { segment: Segment; measured: boolean }[] {
  const permissions = node.span.kind === 'permission' ? [node] : node.span.kind === 'tool' ? node.children.filter(({ span }) => span.kind === 'permission') : [];
  return permissions.map(({ span }) => ({
    segment: { kind: 'wait', fromNano: span.startUnixNano, toNano: span.endUnixNano ?? end },
    measured: !isEstimated(span),
  }));
}

/** Wait and run are apart; what was denied never ran. */
function toSegments({ span, children }: SpanNode, end: bigint, waits: Segment[]): Segment[] {
  if (span.kind === 'permission') return waits;
  const from = span.startUnixNano;
  if (span.outcome === 'denied' && span.kind === 'tool') {
    return waits.length > 0 ? waits : [{ kind: 'moment', fromNano: from, toNano: from }];
  }
  const isGroup = span.kind === 'agent' || children.some((child) => child.span.kind === 'agent');
  const kind = isGroup ? 'group' : isEstimated(span) ? 'estimated' : 'run';
  const segments: Segment[] = [...waits];
  let at = from;
  for (const wait of [...waits].sort((a, b) => compare(a.fromNano, b.fromNano))) {
    if (wait.fromNano > at) segments.push({ kind, fromNano: at, toNano: wait.fromNano });
    if (wait.toNano > at) at = wait.toNano;
  }
  if (end > at || waits.length === 0) segments.push({ kind, fromNano: at, toNano: end > at ? end : at });
  return segments;
}

function toEventRow(event: { name: string; unixNano: bigint; attributes: Attributes }, depth: number): WaterfallRow {
  const words = Object.values(event.attributes).map((value) => toPlainLine(String(value)).slice(0, 200));
  return {
    kind: 'event',
    depth,
    label: toPlainLine(event.name),
    details: words.filter((word) => word !== ''),
    segments: [{ kind: 'moment', fromNano: event.unixNano, toNano: event.unixNano }],
    isAtMost: false,
    outcome: event.name === 'error' ? 'error' : 'ok',
    pending: false,
  };
}

/** Stretches longer than `IDLE_NANO` in which no row worked; waiting for a person counts as idle. */
function toFolds(from: bigint, to: bigint, rows: readonly WaterfallRow[]): WaterfallTurn['folds'] {
  const busy = rows
    .flatMap((row) => row.segments.filter(({ kind }) => kind === 'run' || kind === 'estimated' || kind === 'moment'))
    .sort((a, b) => compare(a.fromNano, b.fromNano));
  const folds: WaterfallTurn['folds'] = [];
  let at = from;
  for (const segment of [...busy, { fromNano: to, toNano: to }]) {
    if (segment.fromNano - at > IDLE_NANO) folds.push({ fromNano: at, toNano: segment.fromNano });
    if (segment.toNano > at) at = segment.toNano;
  }
  return folds;
}

/** Puts a row for each fold before the first row that begins after it. A fold that a wait explains needs none. */
function withIdleRows(rows: readonly WaterfallRow[], folds: WaterfallTurn['folds']): WaterfallRow[] {
  const result = [...rows];
  // Without chats the model's own time is such a stretch too: then nobody knows that it was idle.
  const label = rows.some((row) => row.kind === 'chat') ? 'idle' : 'nothing recorded';
  for (const { fromNano, toNano } of folds) {
    const isWait = rows.some((row) => row.segments.some((s) => s.kind === 'wait' && s.fromNano < toNano && s.toNano > fromNano));
    if (isWait || rows.length === 0) continue;
    const next = result.findIndex((row) => row.depth === 0 && (row.segments[0]?.fromNano ?? 0n) >= toNano);
    const idle: WaterfallRow = {
      kind: 'idle',
      depth: 0,
      label,
      details: [],
      segments: [],
      durationNano: toNano - fromNano,
      isAtMost: false,
      outcome: 'ok',
      pending: false,
    };
    result.splice(next < 0 ? result.length : next, 0, idle);
  }
  return result;
}

function isEstimated(span: Span): boolean {
  return span.provenance.times === 'estimated';
}

/** The run time that the store, the metrics and the dashboard give this span. */
function toDuration(span: Span, waits: readonly { segment: Segment }[]): bigint | undefined {
  const run = toRunNano(span, waits.map(({ segment }) => segment));
  return run === undefined ? undefined : positive(run);
}

/** No time at all is no measurement: it is not known. */
function positive(nano: bigint): bigint | undefined {
  return nano > 0n ? nano : undefined;
}
