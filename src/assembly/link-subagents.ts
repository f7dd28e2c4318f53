/**
 * Step 11: a subagent's session nests under the call that started it. No hook names that call: it is the one whose request says what
 * the child was told, and that was running when the child began. Without such a call the child nests under the turn that ran then.
 */
import type { SpawnedAgent } from '../core/fact.ts';
import type { SessionDraft, ToolDraft, TurnDraft } from './drafts.ts';

/** Clocks of two processes on one machine, one of them possibly coarse. */
const TOLERANCE_NANO = 2_000_000_000n;

/** The history names the session beside the call: more than a guess by time, less than the very words that the child was told. */
const TOLD_SCORE = 5;

interface Place {
  turn: TurnDraft;
  tool?: ToolDraft;
  spawn?: SpawnedAgent;
  score: number;
}

/** Sets trace and parent of every subagent's turns. Sessions come parents first, so nested subagents inherit rightly. */
export function linkSubagents(sessions: SessionDraft[]): void {
  const byId = new Map(sessions.map((draft) => [draft.session.sessionId, draft]));
  const used = new Map<SpawnedAgent, string>();
  for (const draft of sessions) {
    const { parent } = draft.session;
    if (parent?.relation !== 'subagent') continue;
    const host = byId.get(parent.sessionId);
    const place = host && findPlace(draft, host, used);
    if (!place) continue;
    if (place.spawn) used.set(place.spawn, draft.session.sessionId);
    for (const turn of draft.turns) {
      const spanId = place.tool?.spanId ?? place.turn.spanId;
      turn.spawnName = place.spawn?.name;
      turn.host = place.turn;
      if (turn.isPinned && turn.traceId !== place.turn.traceId) {
        turn.startedBy = { traceId: place.turn.traceId, spanId };
        continue;
      }
      turn.parentSpanId = spanId;
      turn.traceId = place.turn.traceId;
    }
  }
}

function findPlace(child: SessionDraft, host: SessionDraft, used: ReadonlyMap<SpawnedAgent, string>): Place | undefined {
  const first = child.turns[0];
  // Two sessions that name each other as parent: foreign data may say so, and neither can hold the other.
  if (!first || host.turns.some((turn) => isBelow(turn, child.session.sessionId))) return undefined;
  const places = host.turns.flatMap((turn): Place[] => [
    ...turn.tools.flatMap((tool) => (tool.request.spawns ?? []).filter((spawn) => !used.has(spawn)).map((spawn) => ({ turn, tool, spawn, score: scoreCall(first, tool, spawn) + (spawn.sessionId === child.session.sessionId ? TOLD_SCORE : 0) }))),
    { turn, score: isInside(first, turn) === true ? 0.5 : -1 },
  ]);
  const best = places.reduce<Place | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  return best && best.score > 0 ? best : undefined;
}

function isBelow(turn: TurnDraft, sessionId: string): boolean {
  for (let at: TurnDraft | undefined = turn; at; at = at.host) if (at.sessionId === sessionId) return true;
  return false;
}

/** What the child was told counts most, then when it began. */
function scoreCall(first: TurnDraft, tool: ToolDraft, spawn: SpawnedAgent): number {
  const inside = isInside(first, tool);
  if (inside === false) return -1;
  return 1 + (inside ? 2 : 0) + scorePrompt(first.hookStart?.prompt ?? first.historyStart?.prompt, spawn.prompt);
}

function scorePrompt(told: string | undefined, asked: string | undefined): number {
  if (told === undefined || asked === undefined) return 0;
  if (told.trim() === asked.trim()) return 8;
  if (told.includes(asked.trim())) return 6;
  // A template has holes ({task}): its fixed beginning is still there.
  const stem = asked.split('{')[0]?.trim() ?? '';
  return stem.length >= 8 && told.includes(stem) ? 4 : 0;
}

/** undefined: no clock says. Only hook clocks and real ends are compared; an estimate rules nothing out. */
function isInside(first: TurnDraft, outer: { window: TurnDraft['window'] }): boolean | undefined {
  const start = first.window.start;
  const { start: from, end: to, source } = outer.window;
  if (start === undefined || from === undefined || first.window.source === 'estimated' || source === 'estimated') return undefined;
  return start >= from - TOLERANCE_NANO && (to === undefined || start <= to + TOLERANCE_NANO);
}
