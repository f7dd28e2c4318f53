/** Draws the turns of `waterfall.ts` at a width. Pure: the colours are tones, applied by the caller's palette. */
import type { ContentKind, Span } from '../../core/span.ts';
import { BAR_CHARACTERS, toBar } from './bars.ts';
import { ALL_KINDS, toContentLines } from './content-text.ts';
import type { Piece, Tone } from './palette.ts';
import { cutToWidth, fitToWidth, textWidth } from './text-width.ts';
import { createTimeAxis, type TimeAxis } from './time-axis.ts';
import { toClockText, toDurationText } from './time-text.ts';
import { toCostCell, toCreditsText } from './number-text.ts';
import { toSessionRow, type WaterfallRow, type WaterfallTurn } from './waterfall.ts';

/** Between the parts of a line. */
const GAP = '  ';
const DURATION_CELLS = 8;
const WAIT_CELLS = 9;
/** A narrow terminal gives the names more than their half. */
const NARROW_CELLS = 100;

const GLYPHS = { session: '▣', chat: '◆', tool: '●', skill: '★', mcp: '◉', subagent: '▾', permission: '◷', event: '◇', idle: '⋯' } as const;
const MARKS: Readonly<Record<WaterfallRow['outcome'], string>> = { ok: '', error: '✗', timeout: '✗', denied: '⊘', cancelled: '■', unknown: '?' };

interface Layout {
  width: number;
  labelCells: number;
  barCells: number;
  hasWaits: boolean;
}

/** How the columns share the width. The same for all turns of a session, so that their bars stand under each other. */
export function toLayout(turns: readonly WaterfallTurn[], width: number): Layout {
  const hasWaits = turns.some((turn) => turn.rows.some(hasWait));
  const fixed = 2 + GAP.length + DURATION_CELLS + 2 + (hasWaits ? WAIT_CELLS : 0);
  const free = Math.max(30, width - fixed);
  const longest = Math.max(20, ...turns.flatMap((turn) => turn.rows.map(labelWidth)));
  const labelCells = Math.min(longest, Math.max(20, Math.floor(free * (width < NARROW_CELLS ? 0.56 : 0.5))));
  return { width, labelCells, barCells: free - labelCells, hasWaits };
}

/**
 * One turn: its line, its prompt, its axis, its rows and its answer. Each line is a list of pieces. `full`: every text of
 * every span stands below its row.
 */
export function toTurnLines(turn: WaterfallTurn, layout: Layout, full = false): Piece[][] {
  const lines: Piece[][] = [];
  if (turn.idleBeforeNano !== undefined) lines.push([{ text: `⋯ ${toDurationText(turn.idleBeforeNano)} until the next prompt`, tone: 'dim' }], []);
  lines.push(toTurnLine(turn, layout.width));
  const once = createOnce();
  if (turn.prompt && !full) lines.push([{ text: '❯ ', tone: 'agent' }, { text: cutToWidth(turn.prompt, layout.width - 2), tone: 'strong' }]);
  if (turn.message) lines.push([{ text: `  ╰ ${cutToWidth(turn.message, layout.width - 4)}`, tone: toneOfOutcome(turn.outcome) }]);
  const toContent = (kinds: readonly ContentKind[]): Piece[][] => (full ? toContentLines(turn.span, once(turn.span, kinds), { depth: 0, width: layout.width }) : []);
  const answer = turn.answer && !full ? toAnswerLine(cutToWidth(turn.answer, layout.width - 2)) : [];
  const end = !turn.answer && turn.span.kind === 'agent' && turn.outcome === 'ok' ? toAnswerLine('turn complete') : [];
  // In the order in which each text is printed first. Foreign texts have any number of lines: they are no arguments.
  return [...lines, ...toContent(['prompt']), ...toChart(turn, layout, full ? once : undefined), ...toContent(['reasoning', 'answer']), ...answer, ...end];
}

function toAnswerLine(text: string): Piece[][] {
  return [[{ text: '❮ ', tone: 'agent' }, { text, tone: 'dim' }]];
}

/** The session as the envelope of its turns: a bar each, under the axis of the whole. Nothing where there is no turn. */
export function toSessionLines(turns: readonly WaterfallTurn[], layout: Layout): Piece[][] {
  const session = toSessionRow(turns);
  if (!session) return [];
  const { row, ...stretch } = session;
  const axis = createTimeAxis({ ...stretch, width: layout.barCells });
  const ticks: Piece[] = [{ text: ' '.repeat(2 + layout.labelCells + GAP.length) + axis.ticks, tone: 'dim' }];
  // A single turn draws the same axis below.
  return [...(turns.length > 1 ? [ticks] : []), ...toRowLines(row, axis, layout)];
}

/** Which of these kinds of text of a span are still to be printed. */
type Once = (span: Span, kinds: readonly ContentKind[]) => ContentKind[];

/** A turn's last answer is its answer, and a subagent's prompt may stand with its first request: each text is printed once a turn. */
function createOnce(): Once {
  const printed = new Set<string>();
  return (span, kinds) =>
    kinds.filter((kind) => {
      const key = `${kind} ${span.content[kind] ?? ''}`;
      if (kind !== 'prompt' && kind !== 'answer') return true;
      const isNew = !printed.has(key);
      printed.add(key);
      return isNew;
    });
}

/** `once`: every text of every span stands below its row. */
function toChart(turn: WaterfallTurn, layout: Layout, once: Once | undefined): Piece[][] {
  if (turn.rows.length === 0) return [];
  const axis = createTimeAxis({ fromNano: turn.fromNano, toNano: turn.toNano, folds: turn.folds, width: layout.barCells });
  const texts = (row: WaterfallRow): Piece[][] => (once && row.span ? toContentLines(row.span, once(row.span, ALL_KINDS), { depth: row.depth, width: layout.width }) : []);
  const rows = turn.rows.flatMap((row) => [...toRowLines(row, axis, layout), ...texts(row)]);
  return [[{ text: ' '.repeat(2 + layout.labelCells + GAP.length) + axis.ticks, tone: 'dim' }], ...rows];
}

/** What the signs mean: those that occur. */
export function toLegend(turns: readonly WaterfallTurn[], width: number): Piece[][] {
  const rows = turns.flatMap((turn) => turn.rows);
  const has = (kind: string): boolean => rows.some((row) => row.segments.some((segment) => segment.kind === kind));
  const came = (...outcomes: string[]): boolean => [...rows, ...turns].some((row) => outcomes.includes(row.outcome));
  const entries: (Piece & { meaning: string; shown: boolean })[] = [
    { text: '█', tone: 'plain', meaning: 'measured', shown: has('run') },
    { text: BAR_CHARACTERS.wait, tone: 'waiting', meaning: 'waiting for a person', shown: has('wait') },
    { text: BAR_CHARACTERS.estimated, tone: 'estimated', meaning: 'somewhere here', shown: has('estimated') },
    { text: '≤', tone: 'plain', meaning: 'ended with its batch', shown: rows.some((row) => toDurationCell(row).startsWith('≤')) },
    { text: '–', tone: 'plain', meaning: 'not known', shown: rows.some((row) => toDurationCell(row) === '–') },
    { text: '✗', tone: 'error', meaning: 'error', shown: came('error', 'timeout') },
    { text: '⊘', tone: 'denied', meaning: 'denied', shown: came('denied') },
    { text: '■', tone: 'waiting', meaning: 'cancelled', shown: came('cancelled') },
    { text: '…', tone: 'waiting', meaning: 'still open', shown: rows.some((row) => row.pending) || turns.some((turn) => turn.pending) },
  ];
  const lines: Piece[][] = [[]];
  let used = 0;
  for (const { text, tone, meaning } of entries.filter((entry) => entry.shown)) {
    const cells = textWidth(text) + 1 + meaning.length;
    if (used > 0 && used + GAP.length + cells > width) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push({ text: used > 0 ? GAP : '', tone: 'plain' }, { text, tone }, { text: ` ${meaning}`, tone: 'dim' });
    used += (used > 0 ? GAP.length : 0) + cells;
  }
  return lines;
}

function toTurnLine(turn: WaterfallTurn, width: number): Piece[] {
  const name = `turn ${turn.index + 1}`;
  const credits = toCreditsText(turn.credits);
  const mark = turn.pending ? '…' : MARKS[turn.outcome];
  const facts = [
    toClockText(turn.fromNano),
    turn.durationNano === undefined ? undefined : toDurationText(turn.durationNano),
    credits === undefined ? undefined : `${credits} credits`,
    toCostCell(turn.cost) || undefined,
  ];
  const right = facts.filter((fact) => fact !== undefined).join(' · ');
  const state = mark === '' ? '' : ` ${mark}${turn.pending ? ' still open' : ` ${turn.outcome}`}`;
  const rule = '─'.repeat(Math.max(1, width - 4 - name.length - textWidth(state) - textWidth(right)));
  return [
    { text: '─ ', tone: 'dim' },
    { text: name, tone: 'strong' },
    { text: state, tone: turn.pending ? 'waiting' : toneOfOutcome(turn.outcome) },
    { text: ` ${rule} `, tone: 'dim' },
    { text: right, tone: 'plain' },
  ];
}

function toRowLines(row: WaterfallRow, axis: TimeAxis, layout: Layout): Piece[][] {
  const tone = toneOfRow(row);
  const mark = row.pending ? '…' : MARKS[row.outcome];
  const line: Piece[] = [
    { text: '  ', tone: 'plain' },
    ...toLabelPieces(row, layout.labelCells, tone),
    { text: GAP, tone: 'plain' },
    ...(row.kind === 'event' ? toEventBar(row, axis, tone) : toBar(row.segments, axis, tone)),
  ];
  if (layout.hasWaits) line.push({ text: fitToWidth(toWaitCell(row), WAIT_CELLS, 'right'), tone: 'waiting' });
  line.push(
    { text: fitToWidth(toDurationCell(row), DURATION_CELLS, 'right'), tone: row.kind === 'idle' || row.kind === 'subagent' ? 'dim' : 'plain' },
    { text: mark === '' ? '' : ` ${mark}`, tone: row.pending ? 'waiting' : toneOfOutcome(row.outcome) },
  );
  if (!row.message) return [line];
  const indent = `  ${'│ '.repeat(row.depth)}╰ `;
  const reason = { text: cutToWidth(row.message, layout.width - textWidth(indent)), tone: toneOfOutcome(row.outcome) };
  return [line, [{ text: indent, tone: 'dim' }, reason]];
}

/** `│ ● shell  npm test · run the tests`, exactly `width` cells. */
function toLabelPieces(row: WaterfallRow, width: number, tone: Tone): Piece[] {
  const indent = '│ '.repeat(row.depth);
  const glyph = `${GLYPHS[row.kind]} `;
  const room = Math.max(1, width - textWidth(indent) - 2);
  const label = cutToWidth(row.label, room);
  const details = fitToWidth(chooseDetails(row.details, room - textWidth(label)), room - textWidth(label));
  return [
    { text: indent, tone: 'dim' },
    { text: glyph, tone: row.kind === 'chat' || row.kind === 'subagent' ? tone : row.outcome === 'ok' ? 'plain' : tone },
    { text: label, tone: row.kind === 'chat' ? 'model' : row.kind === 'subagent' || row.kind === 'session' ? 'agent' : row.kind === 'idle' ? 'dim' : 'plain' },
    { text: details, tone: 'dim' },
  ];
}

/** As many details as fit; of the first as much as fits, if that is worth reading. */
function chooseDetails(details: readonly string[], room: number): string {
  let text = '';
  for (const detail of details) {
    const longer = text === '' ? GAP + detail : `${text} · ${detail}`;
    if (textWidth(longer) > room) return text === '' && room >= 8 ? cutToWidth(longer, room) : text;
    text = longer;
  }
  return text;
}

/** An event stands at its moment on a dashed line through the whole turn. */
function toEventBar(row: WaterfallRow, axis: TimeAxis, tone: Tone): Piece[] {
  const at = Math.min(axis.width - 1, Math.round(axis.toCell(row.segments[0]?.fromNano ?? 0n)));
  return [
    { text: '╌'.repeat(at), tone: 'dim' },
    { text: BAR_CHARACTERS.moment, tone },
    { text: '╌'.repeat(axis.width - 1 - at), tone: 'dim' },
  ];
}

/** `2.1s`, `≤2.1s`, `–` where it is not known, nothing where it has no meaning. */
function toDurationCell(row: WaterfallRow): string {
  if (row.kind === 'event' || row.kind === 'permission' || row.pending) return '';
  if (row.durationNano === undefined) return row.outcome === 'denied' ? '' : '–';
  return `${row.isAtMost ? '≤' : ''}${toDurationText(row.durationNano)}`;
}

function toWaitCell(row: WaterfallRow): string {
  if (!hasWait(row)) return '';
  return `${BAR_CHARACTERS.wait} ${row.waitNano === undefined ? '–' : toDurationText(row.waitNano)}`;
}

function hasWait(row: WaterfallRow): boolean {
  return row.segments.some(({ kind }) => kind === 'wait');
}

function labelWidth(row: WaterfallRow): number {
  const details = row.details.length > 0 ? GAP.length + textWidth(row.details.join(' · ')) : 0;
  return row.depth * 2 + 2 + textWidth(row.label) + details;
}

function toneOfRow(row: WaterfallRow): Tone {
  if (row.outcome !== 'ok' && row.outcome !== 'unknown') return toneOfOutcome(row.outcome);
  if (row.kind === 'chat') return 'model';
  if (row.kind === 'subagent' || row.kind === 'session') return 'agent';
  return row.kind === 'event' ? 'waiting' : 'ok';
}

function toneOfOutcome(outcome: WaterfallRow['outcome']): Tone {
  if (outcome === 'error' || outcome === 'timeout') return 'error';
  if (outcome === 'denied') return 'denied';
  return outcome === 'cancelled' ? 'waiting' : 'plain';
}
