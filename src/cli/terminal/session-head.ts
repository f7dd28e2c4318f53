/** The lines above a session's waterfall. Pure. */
import { addCosts, type CostSum } from '../../core/cost.ts';
import type { Session } from '../../core/session.ts';
import { nanoToMillis, unionNano } from '../../core/time.ts';
import { toPlainLine } from './clean-text.ts';
import { toCountText, toCreditsText, toUsdText } from './number-text.ts';
import type { Piece } from './palette.ts';
import { cutToWidth } from './text-width.ts';
import { toAgeText, toDateTimeText, toDurationText } from './time-text.ts';
import type { WaterfallTurn } from './waterfall.ts';

export interface SessionHead {
  session: Session;
  agentTitle: string;
  shortId: string;
  turns: readonly WaterfallTurn[];
  /** The user's home folder, written `~`. */
  home?: string;
  nowMillis: number;
}

/** Who and what, when, where and with which model, and the sums. Each line at most `width` cells. */
export function toHeadLines(head: SessionHead, width: number): Piece[][] {
  const { session, turns } = head;
  const title = toPlainLine(session.title ?? turns[0]?.prompt ?? '');
  const who = `${head.agentTitle} ${toPlainLine(head.shortId)}`;
  const start = turns[0]?.fromNano;
  const where = [start === undefined ? undefined : toStartText(start, head.nowMillis), toFolderText(session.cwd, head.home), toModel(head), session.agentName, session.agentVersion && `v${session.agentVersion}`];
  return [
    [
      { text: who, tone: 'agent' },
      { text: title === '' ? '' : `  ${cutToWidth(title, width - who.length - 2)}`, tone: 'strong' },
    ],
    [{ text: cutToWidth(where.filter((part) => part).map((part) => toPlainLine(part ?? '')).join(' · '), width), tone: 'dim' }],
    toSums(head, width),
  ];
}

/** A span without its parent is drawn as a turn and is none; a subagent's turn is part of one. */
function isOwnTurn({ span }: WaterfallTurn, { sessionId }: Session): boolean {
  return span.kind === 'agent' && span.sessionId === sessionId;
}

function toSums({ session, turns }: SessionHead, width: number): Piece[] {
  const own = turns.filter((turn) => isOwnTurn(turn, session));
  const rows = turns.flatMap((turn) => turn.rows);
  const tools = rows.filter(({ span }) => span?.kind === 'tool');
  // As the store counts them: neither a request that failed nor a turn is one.
  const errors = tools.filter(({ outcome }) => outcome === 'error' || outcome === 'timeout').length;
  const denied = tools.filter(({ outcome }) => outcome === 'denied').length;
  const active = own.reduce((sum, turn) => sum + (turn.durationNano ?? 0n), 0n);
  // Several calls may wait for the same word.
  const waited = unionNano(rows.filter(({ waitNano }) => waitNano !== undefined).flatMap(({ segments }) => segments.filter(({ kind }) => kind === 'wait')));
  const credits = toCreditsText(turns.reduce<number | undefined>((sum, turn) => (turn.credits === undefined ? sum : (sum ?? 0) + turn.credits), undefined));
  const parts: (Piece | undefined)[] = [
    { text: toCountText(own.length, 'turn'), tone: 'plain' },
    tools.length > 0 ? { text: toCountText(tools.length, 'tool'), tone: 'plain' } : undefined,
    errors > 0 ? { text: toCountText(errors, 'error'), tone: 'error' } : undefined,
    denied > 0 ? { text: `${denied} denied`, tone: 'denied' } : undefined,
    credits === undefined ? undefined : { text: `${credits} credits`, tone: 'plain' },
    ...toCostPieces(addCosts(turns.flatMap((turn) => turn.cost ?? []))),
    active > 0n ? { text: `${toDurationText(active)} active`, tone: 'plain' } : undefined,
    waited > 0n ? { text: `${toDurationText(waited)} waiting`, tone: 'waiting' } : undefined,
  ];
  return joinWithDots(parts.filter((part) => part !== undefined), width);
}

/** `$1.20`, `$3.40 at API prices, not charged`, and what has no price, by name. */
function toCostPieces(cost: CostSum | undefined): Piece[] {
  const { usd, equivalentUsd, unpriced = [] } = cost ?? {};
  const chats = unpriced.reduce((sum, one) => sum + one.chats, 0);
  const models = [...new Set(unpriced.flatMap(({ model }) => (model === undefined ? [] : [toPlainLine(model)])))].join(', ');
  return [
    ...(usd === undefined ? [] : [{ text: toUsdText(usd), tone: 'plain' as const }]),
    ...(equivalentUsd === undefined ? [] : [{ text: `${toUsdText(equivalentUsd)} at API prices, not charged`, tone: 'plain' as const }]),
    ...(chats === 0 ? [] : [{ text: `${toCountText(chats, 'chat')} unpriced${models === '' ? '' : `: ${models}`}`, tone: 'waiting' as const }]),
  ];
}

function toStartText(startNano: bigint, nowMillis: number): string {
  const age = toAgeText(nanoToMillis(startNano), nowMillis);
  return `${toDateTimeText(startNano).slice(0, -3)}${age === 'now' ? '' : ` (${age} ago)`}`;
}

function joinWithDots(parts: readonly Piece[], width: number): Piece[] {
  const line: Piece[] = [];
  let used = 0;
  for (const part of parts) {
    const dot = line.length > 0 ? ' · ' : '';
    if (used + dot.length + part.text.length > width) break;
    line.push({ text: dot, tone: 'dim' }, part);
    used += dot.length + part.text.length;
  }
  return line;
}

/** The session's model, else the one that answered most. */
function toModel({ session, turns }: SessionHead): string | undefined {
  if (session.model) return session.model;
  const counts = new Map<string, number>();
  for (const row of turns.flatMap((turn) => turn.rows)) {
    const model = row.kind === 'chat' ? (row.span?.values.responseModel ?? row.span?.values.requestModel) : undefined;
    if (model) counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** `/home/ada/work` → `~/work` */
function toFolderText(cwd: string | undefined, home: string | undefined): string | undefined {
  if (cwd === undefined || !home || (cwd !== home && !cwd.startsWith(`${home}/`))) return cwd;
  return `~${cwd.slice(home.length)}`;
}
