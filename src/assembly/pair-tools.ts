/**
 * Step 7: hook calls and history calls of one turn → one draft a tool call. By the call id where the hooks know it; else by name
 * and input as a multiset, never by order of arrival: parallel calls of one tool come back in any order. What then is left is
 * paired by name alone, in order. Calls equal in name and input are told apart by nothing but order, and that is harmless.
 */
import type { FactOf } from '../core/fact.ts';
import { toolKey } from './align-turns.ts';
import type { ToolDraft, TurnDraft, WaitDraft } from './drafts.ts';

type Hook = FactOf<'tool.started'> | FactOf<'tool.ended'>;

/** Fills `turn.tools` (and each answer's) from the turn's facts. */
export function pairTools(turn: TurnDraft): void {
  const answerOf = new Map(turn.answers.flatMap((answer, index) => answer.fact.callIds.map((id) => [id, index] as const)));
  const results = new Map(turn.results.map((fact) => [fact.callId, fact]));
  const tools = turn.calls.map((called): ToolDraft => {
    const callId = called.tool.callId ?? '';
    return { ...newTool(called.tool), called, result: results.get(callId), answerIndex: answerOf.get(callId) ?? -1 };
  });
  const starts = turn.hookTools.filter((fact) => fact.type === 'tool.started');
  for (const fact of attach(tools, starts, 'started')) tools.push({ ...newTool(fact.tool), started: fact });
  const ends = turn.hookTools.filter((fact) => fact.type === 'tool.ended');
  for (const fact of attach(tools, ends, 'ended')) if (fact.tool) tools.push({ ...newTool(fact.tool), ended: fact });
  for (const tool of tools) tool.waits = waitsOf(tool, turn);
  turn.tools = tools;
  turn.answers.forEach((answer, index) => (answer.tools = tools.filter((tool) => tool.answerIndex === index)));
}

function newTool(request: ToolDraft['request']): ToolDraft {
  return { request, outcome: 'unknown', isOver: false, waits: [], answerIndex: -1, window: { source: 'estimated' }, seed: '', keys: [], spanId: '' };
}

/** A person may be asked for several calls at once, and for one call more than once. */
function waitsOf({ request: { callId } }: ToolDraft, turn: TurnDraft): WaitDraft[] {
  if (callId === undefined) return [];
  return turn.permissions.flatMap((asked, index) => {
    if (asked.type !== 'permission.asked' || !asked.callIds.includes(callId)) return [];
    const answered = turn.permissions.slice(index).find((fact) => fact.type === 'permission.answered' && fact.askId === asked.askId);
    return [{ asked, ...(answered?.type === 'permission.answered' ? { answered } : {}), window: { source: 'estimated' as const } }];
  });
}

type Match = (tool: ToolDraft, fact: Hook) => boolean;

const hasCallId: Match = (tool, fact) => fact.tool?.callId !== undefined && fact.tool.callId === tool.request.callId;
const isSameCall: Match = (tool, fact) => fact.tool !== undefined && toolKey(fact.tool) === toolKey(tool.request);
/** Of calls that are alike, an end goes to one whose verdict it could be: some agents have no end hook for a failed call. */
const isSameVerdict: Match = (tool, fact) => fact.type === 'tool.started' || tool.result === undefined || tool.result.result.outcome === fact.result.outcome;
/** Guessing by name alone, an end goes only to a call that was seen to start. */
const isLikely: Match = (tool, fact) =>
  fact.tool !== undefined && isAlike(fact.tool.canonicalName, tool.request.canonicalName) && (fact.type === 'tool.started' || tool.started !== undefined);

/** From certain to likely; a later pass sees only what the earlier ones left. */
const PASSES: Match[] = [
  hasCallId,
  (tool, fact) => isSameCall(tool, fact) && isSameVerdict(tool, fact),
  isSameCall,
  (tool, fact) => isLikely(tool, fact) && isSameVerdict(tool, fact),
];

/** Gives each hook fact to the call it is about; returns the facts that no call wants. */
function attach<T extends Hook>(tools: ToolDraft[], facts: T[], side: 'started' | 'ended'): T[] {
  let left = facts;
  for (const isMatch of PASSES) {
    const free = tools.filter((tool) => tool[side] === undefined);
    left = left.filter((fact) => {
      const index = free.findIndex((tool) => isMatch(tool, fact));
      const tool = free[index];
      if (!tool) return true;
      free.splice(index, 1);
      if (fact.type === 'tool.started') tool.started = fact;
      else tool.ended = fact;
      return false;
    });
  }
  return left;
}

/** MCP: one source may write `@server/tool` and the other the bare tool. */
function isAlike(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}
