/** What the doctor saw, for people. Pure. */
import type { FindingState } from '../../core/finding.ts';
import { millisToNano } from '../../core/time.ts';
import type { DoctorReport } from '../../doctor/report.ts';
import { toPlainLine } from './clean-text.ts';
import type { Piece, Tone } from './palette.ts';
import { fitToWidth, textWidth, wrapToWidth } from './text-width.ts';
import { toDurationText } from './time-text.ts';

const SIGNS: Readonly<Record<FindingState, Piece>> = {
  ok: { text: '✓ ', tone: 'ok' },
  attention: { text: '! ', tone: 'waiting' },
  broken: { text: '✗ ', tone: 'error' },
  unknown: { text: '? ', tone: 'dim' },
};
const TONES: Readonly<Record<FindingState, Tone>> = { ok: 'plain', attention: 'waiting', broken: 'error', unknown: 'plain' };
const ARROW = '→ ';
/** A longer name of a destination is cut. */
const MOST_NAME_CELLS = 16;
const SIGN_CELLS = 2;
const GAP_CELLS = 2;
/** `1m 03s` */
const DURATION_CELLS = 7;
/** Narrower than this, sentences would be columns of words. */
const LEAST_TEXT_CELLS = 20;

interface Entry {
  name: string;
  state: FindingState;
  seen: string;
  next?: string;
  durationMillis?: number;
}

interface DoctorTextOptions {
  width: number;
  /** The user's home folder, written `~`. */
  home?: string;
}

/** The chain with its times, then the checks, each with what to do next. Sentences are broken to `width` cells, commands are not. */
export function toDoctorLines({ chain, findings }: DoctorReport, { width, home }: DoctorTextOptions): Piece[][] {
  const isOfMany = new Set(chain.filter(({ link }) => link !== 'destination').map(({ subject }) => subject)).size > 1;
  const links = chain.map((one): Entry => {
    if (one.link === 'destination') return { ...one, name: one.subject };
    return { ...one, name: one.link, seen: isOfMany ? `${one.subject}: ${one.seen}` : one.seen };
  });
  const looked = findings.map((one): Entry => ({ ...one, name: one.check }));
  const cells = Math.min(MOST_NAME_CELLS, Math.max(0, ...[...links, ...looked].map(({ name }) => textWidth(toPlainLine(name)))));
  const lines: Piece[][] = [[{ text: 'the chain, tried live', tone: 'strong' }]];
  if (links.length === 0) lines.push([{ text: '  nothing to try: no agent here, no destination', tone: 'dim' }]);
  for (const entry of links) lines.push(...toEntryLines(entry, { cells, width, home, timed: true }));
  if (looked.length > 0) lines.push([], [{ text: 'checks', tone: 'strong' }]);
  for (const entry of looked) lines.push(...toEntryLines(entry, { cells, width, home, timed: false }));
  return lines;
}

/** Destinations alone, each with its time. */
export function toDestinationLines(links: DoctorReport['chain'], { width, home }: DoctorTextOptions): Piece[][] {
  const cells = Math.min(MOST_NAME_CELLS, Math.max(0, ...links.map(({ subject }) => textWidth(toPlainLine(subject)))));
  return links.flatMap((one) => toEntryLines({ ...one, name: one.subject }, { cells, width, home, timed: true }));
}

/** Findings alone. */
export function toFindingLines(findings: DoctorReport['findings'], { width, home }: DoctorTextOptions): Piece[][] {
  const cells = Math.min(MOST_NAME_CELLS, Math.max(0, ...findings.map(({ check }) => textWidth(toPlainLine(check)))));
  return findings.flatMap((one) => toEntryLines({ ...one, name: one.check }, { cells, width, home, timed: false }));
}

/** How it stands, in a sentence. */
export function toVerdict({ chain, findings }: DoctorReport): { broken: number; attention: number; sentence: string } {
  const states = [...chain, ...findings].map(({ state }) => state);
  const broken = states.filter((state) => state === 'broken').length;
  const attention = states.filter((state) => state === 'attention').length;
  const look = attention === 0 ? '' : `${attention} ${attention === 1 ? 'thing deserves' : 'things deserve'} a look (!)`;
  if (broken === 0) return { broken, attention, sentence: look === '' ? 'All is well.' : `The chain holds; ${look}.` };
  const mend = `${broken} ${broken === 1 ? 'thing needs' : 'things need'} mending (✗)`;
  return { broken, attention, sentence: `${mend}${look === '' ? '' : `, ${look}`}.` };
}

interface Layout extends DoctorTextOptions {
  cells: number;
  timed: boolean;
}

function toEntryLines({ name, state, seen, next, durationMillis }: Entry, { cells, width, home, timed }: Layout): Piece[][] {
  const shorten = (text: string): string => toPlainLine(home ? text.replaceAll(`${home}/`, '~/') : text);
  const indent = SIGN_CELLS + SIGN_CELLS + cells + GAP_CELLS;
  const room = Math.max(LEAST_TEXT_CELLS, width - indent - (timed ? DURATION_CELLS + GAP_CELLS : 0));
  const [first = '', ...rest] = wrapToWidth(shorten(seen), room);
  const duration = durationMillis === undefined ? '' : toDurationText(millisToNano(durationMillis));
  const lines: Piece[][] = [[
    { text: '  ', tone: 'plain' },
    SIGNS[state],
    { text: fitToWidth(toPlainLine(name), cells), tone: 'dim' },
    { text: '  ', tone: 'plain' },
    { text: timed ? fitToWidth(first, room) : first, tone: TONES[state] },
    { text: timed ? `  ${fitToWidth(duration, DURATION_CELLS, 'right')}` : '', tone: 'dim' },
  ]];
  for (const text of rest) lines.push([{ text: ' '.repeat(indent), tone: 'plain' }, { text, tone: TONES[state] }]);
  if (next === undefined) return lines;
  const step = `${ARROW}${shorten(next)}`;
  // Not broken into lines: a command in two pieces can be copied by nobody. It moves to the left where there is no room for it.
  const isLong = indent + textWidth(step) > width;
  lines.push([{ text: ' '.repeat(isLong ? 2 * SIGN_CELLS : indent), tone: 'plain' }, { text: step, tone: 'agent' }]);
  return lines;
}
