/**
 * Step 7: hook calls and history calls of one turn → one draft a tool call. By the call id where the hooks know it; else by name
 * and input as a multiset, never by order of arrival: parallel calls of one tool come back in any order. What then is left is
 * paired by name alone, in order. Calls equal in name and input are told apart by nothing but order, and that is harmless.
 */
import type { FactOf } from '../core/fact.ts';
import { toolKey } from './align-turns.ts';
import type { ToolDraft, TurnDraft } from './drafts.ts';

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
  markAmbiguous(tools);
  turn.tools = tools;
  turn.answers.forEach((answer, index) => (answer.tools = tools.filter((tool) => tool.answerIndex === index)));
}

function newTool(request: ToolDraft['request']): ToolDraft {
  return { request, outcome: 'unknown', isOver: false, isAmbiguous: false, answerIndex: -1, window: { source: 'estimated' }, seed: '', keys: [], spanId: '' };
}

/** Equal calls of one turn are told apart by order alone; when one of their hooks was lost, so is the order. */
function markAmbiguous(tools: ToolDraft[]): void {
  const groups = new Map<string, ToolDraft[]>();
  for (const tool of tools) groups.set(toolKey(tool.request), [...(groups.get(toolKey(tool.request)) ?? []), tool]);
  for (const group of groups.values()) {
    const isWhole = group.every((tool) => tool.started && (tool.ended || tool.result?.result.outcome !== 'ok'));
    if (group.length > 1 && !isWhole) for (const tool of group) tool.isAmbiguous = true;
  }
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
