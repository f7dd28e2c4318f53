/** Step 9: is the turn over, how did it end, and how did each of its tools. */
import type { Outcome } from '../core/span.ts';
import type { ToolDraft, TurnDraft } from './drafts.ts';

/** Sets `closed`, `outcome` and each tool's `outcome`. `isExpired`: nothing more is expected of this turn. */
export function closeTurn(turn: TurnDraft, isExpired: boolean): void {
  const lastTool = turn.hookTools.at(-1)?.at?.unixNano;
  const stop = turn.hookEnd?.at?.unixNano;
  const isStopped = stop !== undefined && (lastTool === undefined || lastTool <= stop);
  turn.closed = isExpired || isStopped || hasToldEnd(turn) || turn.isFollowed || isAnswered(turn) || isCutOff(turn);
  turn.outcome = turnOutcome(turn);
  for (const tool of turn.tools) {
    const told = tool.ended !== undefined || tool.result !== undefined || tool.native?.endedAt !== undefined;
    tool.isOver = told || turn.closed || (tool.answerIndex >= 0 && tool.answerIndex < turn.answers.length - 1);
    tool.outcome = toolOutcome(tool, turn);
  }
}

/**
 * Whether the history's end of this turn is one: a tentative end is confirmed by the stop hook, where the history knows every call that the
 * hooks saw; or, of a subagent, by the verdict of the call that started it.
 */
export function hasToldEnd(turn: TurnDraft): boolean {
  const { historyEnd, hookEnd, hostCall, tools } = turn;
  if (historyEnd?.isTentative !== true) return historyEnd !== undefined;
  return hostCall ? hostCall.result !== undefined : hookEnd !== undefined && tools.every((tool) => tool.called !== undefined);
}

/** Hooks told of it, or of the turn that it ran in: a subagent may run under a profile without our hooks. */
export function isLive(turn: TurnDraft): boolean {
  return turn.isHooked || turn.hookStart !== undefined || turn.hookTools.length > 0 || turn.hookEnd !== undefined || (turn.host !== undefined && isLive(turn.host));
}

/** A history without ends of its own: an answer that asks for no tool was the last one. With hooks, the stop hook tells. */
function isAnswered(turn: TurnDraft): boolean {
  const last = turn.answers.at(-1);
  if (turn.historyEnd?.isTentative && isLive(turn)) return false;
  return !turn.hookStart && !turn.historyStart?.isEndTold && last !== undefined && last.fact.callIds.length === 0;
}

/** A call that hooks saw begin and nobody saw end, and of which the history knows nothing: its guess that the turn is over came before. */
function findCallBehindEnd({ historyEnd, tools }: TurnDraft): ToolDraft | undefined {
  if (historyEnd?.isTentative !== true) return undefined;
  return tools.find(({ started, ended, called, result }) => started !== undefined && ended === undefined && called === undefined && result === undefined);
}

/** The agent left while such a call ran. */
function isCutOff(turn: TurnDraft): boolean {
  const began = findCallBehindEnd(turn)?.started?.at?.unixNano;
  return began !== undefined && turn.leftAt !== undefined && turn.leftAt >= began;
}

function turnOutcome(turn: TurnDraft): Outcome {
  if (isCutOff(turn)) return 'cancelled';
  if (findCallBehindEnd(turn)) return turn.hookEnd?.reason ?? 'unknown';
  if (turn.historyEnd && turn.historyEnd.reason !== 'unknown') return turn.historyEnd.reason;
  if (turn.changes.some((fact) => fact.change === 'prompt-cancelled')) return 'cancelled';
  if (turn.answers.at(-1)?.fact.outcome === 'cancelled') return 'cancelled';
  if (turn.hookEnd && turn.hookEnd.reason !== 'unknown') return turn.hookEnd.reason;
  const last = turn.answers.at(-1);
  return last && last.fact.callIds.length === 0 && !turn.historyStart?.isEndTold ? 'ok' : 'unknown';
}

/**
 * What a person forbade never ran. Else the history's verdict wins: it is the agent's own. But a hook after the call saw it succeed, and
 * a call that is then called cancelled (the next request failed, nobody took its result) had succeeded all the same. A call that got no verdict though it is over never
 * ran to its end: it shared the fate of the turn, or of the sibling whose refusal stopped them all.
 */
function toolOutcome(tool: ToolDraft, turn: TurnDraft): Outcome {
  const decision = tool.waits.at(-1)?.answered?.decision;
  if (decision === 'denied') return 'denied';
  const told = tool.result?.result.outcome;
  const seen = tool.ended?.result.outcome;
  if (told === 'cancelled' && seen === 'ok') return 'ok';
  const heard = seen === undefined || seen === 'unknown' ? (tool.native?.outcome ?? seen) : seen;
  const verdict = told === undefined || told === 'unknown' ? heard : told;
  if (verdict !== undefined && verdict !== 'unknown') return verdict;
  if (decision === 'cancelled') return 'cancelled';
  if (!tool.isOver) return 'unknown';
  if (turn.closed && turn.outcome === 'cancelled') return 'cancelled';
  const siblings = turn.answers[tool.answerIndex]?.tools ?? [];
  return siblings.some((sibling) => sibling.result?.result.outcome === 'denied') ? 'cancelled' : 'unknown';
}
