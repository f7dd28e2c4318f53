/** Where the time of a turn went, out of its summary and of those of the subagents that ran in it. Pure; everything in microseconds. */
import { toShare, type Occupation, type Share } from '../core/time-shares.ts';
import { ABSENT, CALL, CHAT, OPEN } from './summary-layout.ts';

/** What of a summary tells when something was going on. */
export interface TurnParts {
  /** 16 characters each. */
  callIds: string;
  calls: readonly number[];
  chats: readonly number[];
  waits: readonly number[];
}

/** The turn of a subagent's session. */
export interface NestedTurn {
  parts: TurnParts;
  /** After the start of the turn that it ran in; may be negative. */
  startMicros: number;
  /** Until its end, or until the last that is known of it. */
  lengthMicros: number;
  /** The span id of the call that started it. */
  above: string;
}

type Stretch = [Occupation, number, number];

/** What filled the first `lengthMicros` of a turn. A call that started one of `nested` fills none of it: what those tell does. */
export function toTurnShare(parts: TurnParts, lengthMicros: number, nested: readonly NestedTurn[] = []): Share {
  const hosts = new Set(nested.filter(({ parts: { calls, chats } }) => calls.length + chats.length > 0).map(({ above }) => above));
  const own = toStretches(parts, lengthMicros, hosts);
  const inside = nested.flatMap((turn) => toStretches(turn.parts, turn.lengthMicros, hosts).map(([occupation, from, to]): Stretch => [occupation, from + turn.startMicros, to + turn.startMicros]));
  return toShare([0, lengthMicros], inside.length > 0 ? [...own, ...inside] : own);
}

function toStretches({ callIds, calls, chats, waits }: TurnParts, lengthMicros: number, hosts: ReadonlySet<string>): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0, id = 0; at < calls.length; at += CALL.length, id += 16) {
    const [from = 0, busy = ABSENT] = [calls[at + CALL.start], calls[at + CALL.busy]];
    if (busy === ABSENT || (hosts.size > 0 && hosts.has(callIds.slice(id, id + 16)))) continue;
    stretches.push(['tool', from, busy === OPEN ? lengthMicros : from + busy]);
  }
  for (let at = 0; at < chats.length; at += CHAT.length) {
    const [from = 0, duration = ABSENT] = [chats[at + CHAT.start], chats[at + CHAT.duration]];
    if (duration !== ABSENT) stretches.push(['model', from, from + duration]);
  }
  for (let at = 0; at < waits.length; at += 2) stretches.push(['wait', waits[at] ?? 0, waits[at + 1] ?? 0]);
  return stretches;
}
