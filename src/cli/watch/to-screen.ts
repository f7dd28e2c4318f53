/** What `spoor watch` knows → the lines of a screen of any size. Pure. */
import { millisToNano } from '../../core/time.ts';
import type { WaitingRow } from '../../query/api/overview.ts';
import type { SessionRow } from '../../query/api/sessions.ts';
import type { ToShortId } from '../short-ids.ts';
import { toPlainLine } from '../terminal/clean-text.ts';
import { toCountText } from '../terminal/number-text.ts';
import type { Piece, Tone } from '../terminal/palette.ts';
import { toHeadLines } from '../terminal/session-head.ts';
import { cutToWidth, textWidth } from '../terminal/text-width.ts';
import { toAgeText, toClockText, toDurationText } from '../terminal/time-text.ts';
import { toWaterfall } from '../terminal/waterfall.ts';
import { toLayout, toTurnLines } from '../terminal/waterfall-text.ts';
import { isSame, KEY_HELP, type WatchView } from './watch-view.ts';
import type { NewestTurns, SessionKey, Watched } from './read-watched.ts';

export interface Scene extends Watched {
  view: WatchView;
  shown: SessionKey | undefined;
  turns: NewestTurns | undefined;
  /** Who collects, or what to start. */
  collecting: Piece;
  nowMillis: number;
  shortIdOf: ToShortId;
  /** The user's home folder, written `~`. */
  home?: string;
  /** Why the store cannot be read at the moment. */
  problem?: string;
}

export interface ScreenSize {
  columns: number;
  rows: number;
}

/** Exactly `rows` lines, none wider than `columns`. */
export function toScreen(scene: Scene, { columns, rows }: ScreenSize): Piece[][] {
  const width = Math.max(1, columns);
  const room = Math.max(0, rows - 2);
  const body = scene.view.hasHelp ? toHelp() : scene.view.isOpen ? toDrawn(scene, width, room) : toOverview(scene, width, room);
  const filled = [...body.slice(0, room), ...Array.from({ length: Math.max(0, room - body.length) }, (): Piece[] => [])];
  return [toTop(scene), ...filled, toBottom(scene)].slice(0, rows).map((line) => cutLine(line, width));
}

function toTop({ waiting, sessions, collecting, nowMillis }: Scene): Piece[] {
  const asks = waiting.filter(({ why }) => why === 'permission').length;
  const running = sessions.filter(({ state }) => state === 'running').length;
  return [
    { text: 'spoor watch', tone: 'strong' },
    { text: `  ${toClockText(millisToNano(nowMillis)).slice(0, 8)}  `, tone: 'dim' },
    asks > 0 ? { text: asks === 1 ? '1 waits for you' : `${asks} wait for you`, tone: 'waiting' } : { text: 'nobody waits', tone: 'dim' },
    { text: ` · ${running} running  `, tone: running > 0 ? 'plain' : 'dim' },
    collecting,
  ];
}

function toBottom({ view }: Scene): Piece[] {
  if (view.isOpen) return [{ text: `j k scroll · Esc list · f newest · ? help · q leave${view.back > 0 ? `   ${view.back} lines back` : ''}`, tone: 'dim' }];
  return [{ text: `j k choose · Enter open · f follow · ? help · q leave${view.chosen ? '' : '   following'}`, tone: 'dim' }];
}

function toHelp(): Piece[][] {
  return [[], ...KEY_HELP.map(([key, what]): Piece[] => [{ text: `  ${key.padEnd(8)}`, tone: 'strong' }, { text: what, tone: 'plain' }]), [], [{ text: '  Any key goes back.', tone: 'dim' }]];
}

/** Who waits, what runs, and below them the waterfall of one. */
function toOverview(scene: Scene, width: number, room: number): Piece[][] {
  const { waiting, sessions, shown, problem } = scene;
  if (problem !== undefined) return [[], [{ text: `The store cannot be read yet: ${toPlainLine(problem)}`, tone: 'error' }], [{ text: 'It is tried again until it can. What is wrong with it: spoor status', tone: 'dim' }]];
  if (sessions.length === 0) return [[], [{ text: 'No session yet. Past ones are read with: spoor import', tone: 'dim' }]];
  // The waterfall has at least the half.
  const listed = Math.max(2, Math.floor(room / 2) - 1);
  const asks = fitList(waiting, Math.ceil(listed / 2)).map((row) => toWaitingLine(row, scene));
  const at = sessions.findIndex((row) => isSame(row, shown));
  const many = Math.max(1, Math.min(sessions.length, listed - asks.length));
  const from = Math.max(0, Math.min(at - many + 1, sessions.length - many));
  const list = sessions.slice(from, from + many).map((row) => toSessionLine(row, scene));
  const rule: Piece[] = [{ text: '─'.repeat(width), tone: 'dim' }];
  const top = [...asks, ...(asks.length > 0 ? [rule] : []), ...list, rule];
  return [...top, ...toDrawn(scene, width, room - top.length)];
}

function fitList(waiting: readonly WaitingRow[], most: number): readonly WaitingRow[] {
  return waiting.slice(0, Math.max(1, most));
}

function toWaitingLine({ session, why, what, sinceMillis }: WaitingRow, { nowMillis, shortIdOf }: Scene): Piece[] {
  const asks = why === 'permission';
  return [
    { text: asks ? '◷ ' : '✗ ', tone: asks ? 'waiting' : 'error' },
    { text: toLengthText(nowMillis - sinceMillis).padStart(7), tone: asks ? 'waiting' : 'dim' },
    { text: `  ${session.agent} ${toPlainLine(shortIdOf(session.sessionId))}  `, tone: 'agent' },
    { text: asks ? toPlainLine(what ?? 'waits for you') : `its last turn failed: ${toTitle(session)}`, tone: asks ? 'strong' : 'plain' },
  ];
}

const STATES: Readonly<Record<SessionRow['state'], Piece>> = {
  running: { text: '● ', tone: 'ok' }, waiting: { text: '◷ ', tone: 'waiting' }, idle: { text: '○ ', tone: 'dim' },
  done: { text: '  ', tone: 'dim' }, failed: { text: '✗ ', tone: 'error' }, unknown: { text: '  ', tone: 'dim' },
};

function toSessionLine(row: SessionRow, { nowMillis, shown, shortIdOf }: Scene): Piece[] {
  const isShown = isSame(row, shown);
  const counts = [toCountText(row.toolCalls, 'call'), row.errors > 0 ? `${row.errors} ✗` : '', row.denied > 0 ? `${row.denied} ⊘` : ''].filter(Boolean).join(' ');
  return [
    { text: isShown ? '❯ ' : '  ', tone: 'strong' },
    STATES[row.state],
    { text: `${row.agent} ${toPlainLine(shortIdOf(row.sessionId))}`, tone: 'agent' },
    { text: `  ${toAgeText(row.lastMillis, nowMillis).padStart(4)}  `, tone: 'dim' },
    { text: counts, tone: row.errors > 0 ? 'error' : 'dim' },
    { text: `  ${toTitle(row)}`, tone: isShown ? 'strong' : 'plain' },
  ];
}

function toTitle({ title, project, sessionId }: SessionRow): string {
  return toPlainLine(title ?? project ?? sessionId).slice(0, 400);
}

/** The head of the session and the newest lines of its waterfall that fit. */
function toDrawn({ turns: newest, view, nowMillis, home, shortIdOf }: Scene, width: number, room: number): Piece[][] {
  if (!newest) return [[{ text: 'This session is gone.', tone: 'dim' }]];
  const { session, spans } = newest;
  const turns = toWaterfall(spans);
  const layout = toLayout(turns, width);
  const head = toHeadLines({ session, agentTitle: session.agent, shortId: shortIdOf(session.sessionId), turns, nowMillis, ...(home === undefined ? {} : { home }) }, width).slice(0, room > 12 ? 2 : 1);
  const lines = turns.flatMap((turn) => toTurnLines(turn, layout));
  const space = Math.max(0, room - head.length);
  const until = Math.max(Math.min(space, lines.length), lines.length - view.back);
  return [...head, ...lines.slice(Math.max(0, until - space), until)];
}

function toLengthText(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  return seconds < 60 ? `${seconds}s` : toDurationText(millisToNano(seconds * 1000));
}

function cutLine(line: readonly Piece[], width: number): Piece[] {
  let left = width;
  const cut: Piece[] = [];
  for (const { text, tone } of line) {
    const cells = textWidth(text);
    const fitting = cells <= left ? text : cutToWidth(text, left);
    if (left > 0 && fitting !== '') cut.push({ text: fitting, tone: tone satisfies Tone });
    left -= cells;
    if (left <= 0) break;
  }
  return cut;
}
