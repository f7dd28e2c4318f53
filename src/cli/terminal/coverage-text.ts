/** What is known of a session, as a matrix: a line a turn, and below it why something is missing. Pure. */
import type { CoveredValue, SeenCount, SessionCoverage, TurnCoverage } from '../../query/coverage.ts';
import { toPlainLine } from './clean-text.ts';
import { toCountText } from './number-text.ts';
import type { Piece, Tone } from './palette.ts';
import { toTable, type Column } from './table.ts';
import { textWidth, wrapToWidth } from './text-width.ts';

const NONE = '–';
const YES = '✓';
const NO = '✗';

/** One line about the session, the matrix, and the reasons, each once with its turns. */
export function toCoverageLines(coverage: SessionCoverage, width: number): Piece[][] {
  const { turns, hookCalls } = coverage;
  const live = turns.filter(({ isLive }) => isLive).length;
  const head = `${toCountText(turns.length, 'turn')}, hooks told of ${live}; ${toCountText(hookCalls, 'hook call')} in the store`;
  if (turns.length === 0) return [[{ text: head, tone: 'plain' }]];
  const reasons = toReasons(coverage);
  return [[{ text: head, tone: 'plain' }], [], ...toTable(toColumns(), turns, width), ...(reasons.length > 0 ? [[]] : []), ...reasons.flatMap((reason) => toReasonLines(reason, width))];
}

function toColumns(): Column<TurnCoverage>[] {
  const hook = (header: string, count: (turn: TurnCoverage) => SeenCount): Column<TurnCoverage> => ({ header, text: (turn) => toCount(count(turn)), tone: (turn) => toTone(count(turn)), align: 'right' });
  const value = (header: string, of: (turn: TurnCoverage) => CoveredValue): Column<TurnCoverage> => ({ header, text: (turn) => toShare(of(turn)), tone: (turn) => (of(turn).known < of(turn).of ? 'waiting' : 'plain'), align: 'right' });
  return [
    { header: 'turn', text: (turn) => `${turn.turnIndex + 1}${turn.isOpen ? '…' : ''}`, align: 'right' },
    hook('prompt', ({ hooks }) => hooks.prompt),
    hook('starts', ({ hooks }) => hooks.toolStart),
    hook('ends', ({ hooks }) => hooks.toolEnd),
    hook('stop', ({ hooks }) => hooks.stop),
    { header: 'history', text: ({ history }) => (history.records ? YES : NO), tone: ({ history }) => (history.records ? 'plain' : 'waiting'), align: 'right' },
    { header: 'its end', text: ({ history }) => (history.end ? YES : NO), tone: ({ history }) => (history.end ? 'plain' : 'waiting'), align: 'right' },
    { header: 'model', text: ({ model }) => toModel(model), tone: ({ model }) => (model.known < model.of ? 'waiting' : 'plain'), shrinkTo: 8 },
    value('tokens', ({ tokens }) => tokens),
    value('cost', ({ cost }) => cost),
    value('times', ({ times }) => times),
  ];
}

/** A single hook is there or not; of calls it is a number. */
function toCount({ seen, expected }: SeenCount): string {
  if (expected === 0 && seen === 0) return NONE;
  if (expected === 1 && seen === 1) return YES;
  if (expected === 1 && seen === 0) return NO;
  return expected === undefined ? String(seen) : `${seen}/${expected}`;
}

function toTone({ seen, expected }: SeenCount): Tone {
  if (expected === undefined || seen >= expected) return 'plain';
  return seen === 0 ? 'error' : 'waiting';
}

function toShare({ known, of }: CoveredValue): string {
  if (known === 0) return NONE;
  return known === of ? YES : `${known}/${of}`;
}

function toModel({ name, known, of, isEstimated }: TurnCoverage['model']): string {
  if (name === undefined) return NONE;
  return `${toPlainLine(name)}${isEstimated ? ' ≈' : ''}${known < of ? ` ${known}/${of}` : ''}`;
}

/** What is worst stands first. */
const ORDER: readonly string[] = ['told', 'tools', 'model', 'tokens', 'cost', 'times'];

interface Reason {
  what: string;
  why: string;
  turns: number[];
}

/** Equal reasons of several turns are told once. */
function toReasons({ turns }: SessionCoverage): Reason[] {
  const reasons = new Map<string, Reason>();
  const add = (turn: TurnCoverage, what: string, why: string | undefined): void => {
    if (why === undefined) return;
    const known = reasons.get(`${what} ${why}`);
    if (known?.turns.at(-1) === turn.turnIndex + 1) return;
    if (known) known.turns.push(turn.turnIndex + 1);
    else reasons.set(`${what} ${why}`, { what, why, turns: [turn.turnIndex + 1] });
  };
  for (const turn of turns) {
    for (const gap of turn.gaps) add(turn, 'told', gap);
    add(turn, 'model', turn.model.why ?? (turn.model.isEstimated ? "the session's newest model is taken for it (≈)" : undefined));
    add(turn, 'tokens', turn.tokens.why);
    add(turn, 'cost', turn.cost.why);
    add(turn, 'times', turn.times.why);
    for (const { toolName = 'a call', toldBy } of turn.oneSided) add(turn, 'tools', `${toPlainLine(toolName)}: ${toldBy === 'hook' ? 'only hooks told of it, the history does not know it' : 'no hook told of it, only the history'}`);
  }
  return [...reasons.values()].sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}

const WHAT_CELLS = 9;

function toReasonLines({ what, why, turns }: Reason, width: number): Piece[][] {
  const where = turns.length === 1 ? `turn ${turns[0]}` : `turns ${toRanges(turns)}`;
  const lines = wrapToWidth(`${toPlainLine(why)} (${where})`, Math.max(20, width - WHAT_CELLS));
  return lines.map((text, i) => [{ text: i === 0 ? what + ' '.repeat(Math.max(1, WHAT_CELLS - textWidth(what))) : ' '.repeat(WHAT_CELLS), tone: 'dim' }, { text, tone: 'plain' }]);
}

/** 1, 2, 3, 5 → `1–3, 5` */
function toRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else if (last?.[1] !== number) ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
