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
  const starts = dropRetold(turn.hookTools.filter((fact) => fact.type === 'tool.started'));
  // Hooks alone may have told the answers, too.
  for (const fact of attach(tools, starts, 'started')) tools.push({ ...newTool(fact.tool), started: fact, answerIndex: answerOf.get(fact.tool.callId ?? '') ?? -1 });
  const ends = dropRetold(turn.hookTools.filter((fact) => fact.type === 'tool.ended'));
  for (const fact of attach(tools, ends, 'ended')) if (fact.tool) tools.push({ ...newTool(fact.tool), ended: fact });
  for (const tool of tools) addSpawned(tool);
  const waits = draftWaits(turn);
  for (const tool of tools) tool.waits = waits.get(tool.request.callId ?? '') ?? [];
  for (const asked of turn.hookAsks) findAsked(tools, asked)?.waits.push({ asked, isAnswerUntold: true, window: { source: 'estimated' } });
  markAmbiguous(tools);
  turn.tools = tools;
  for (const tool of tools) turn.answers[tool.answerIndex]?.tools.push(tool);
}

function newTool(request: ToolDraft['request']): ToolDraft {
  return { request, outcome: 'unknown', isOver: false, isAmbiguous: false, waits: [], answerIndex: -1, window: { source: 'estimated' }, seed: '', keys: [], spanId: '' };
}

/** A call starts once and ends once, though several hooks may tell it: the first telling that has a verdict counts, else the first. Only ids tell that it is the same call. */
function dropRetold<T extends Hook>(facts: readonly T[]): T[] {
  const byCall = new Map<string, T>();
  for (const fact of facts) {
    const id = callIdOf(fact);
    const known = id === undefined ? undefined : byCall.get(id);
    if (id !== undefined && (!known || (!hasVerdict(known) && hasVerdict(fact)))) byCall.set(id, fact);
  }
  return facts.filter((fact) => (byCall.get(callIdOf(fact) ?? '') ?? fact) === fact);
}

function callIdOf(fact: Hook): string | undefined {
  return (fact.type === 'tool.ended' ? fact.callId : undefined) ?? fact.tool?.callId;
}

function hasVerdict(fact: Hook): boolean {
  return fact.type === 'tool.ended' && fact.result.outcome !== 'unknown';
}

/** Where only the call's end tells which session it started. */
function addSpawned(tool: ToolDraft): void {
  const isTold = (request: ToolDraft['request'] | undefined): boolean => request?.spawns?.some(({ sessionId }) => sessionId !== undefined) ?? false;
  if (isTold(tool.ended?.tool) && !isTold(tool.request)) tool.request = { ...tool.request, spawns: tool.ended?.tool?.spawns };
}

/** Call id → its waits. A person may be asked for several calls at once, and for one call more than once. */
function draftWaits({ permissions }: TurnDraft): Map<string, WaitDraft[]> {
  const waits = new Map<string, WaitDraft[]>();
  const open = new Map<string, WaitDraft[]>();
  for (const fact of permissions) {
    if (fact.type === 'permission.answered') {
      for (const wait of open.get(fact.askId) ?? []) wait.answered = fact;
      open.delete(fact.askId);
      continue;
    }
    const asked = fact.callIds.map((callId): [string, WaitDraft] => [callId, { asked: fact, window: { source: 'estimated' } }]);
    for (const [callId, wait] of asked) waits.set(callId, [...(waits.get(callId) ?? []), wait]);
    open.set(fact.askId, asked.map(([, wait]) => wait));
  }
  return waits;
}

/** A question that names no call is about the first such call that had started by then, was not over, and is not asked about yet. */
function findAsked(tools: ToolDraft[], { at, tool: asked }: FactOf<'permission.asked'>): ToolDraft | undefined {
  const moment = at?.unixNano;
  if (!asked || moment === undefined) return undefined;
  const running = tools.filter(({ started, ended, waits }) => {
    const [from, to] = [started?.at?.unixNano, ended?.at?.unixNano];
    return waits.length === 0 && from !== undefined && from <= moment && (to === undefined || to >= moment);
  });
  const isSame = (request: ToolDraft['request'] | undefined): boolean => request !== undefined && toolKey(request) === toolKey(asked);
  return running.find(({ started }) => isSame(started?.tool)) ?? running.find(({ request }) => request.canonicalName === asked.canonicalName);
}

/** Equal calls of one turn are told apart by order alone; when one of their hooks was lost, so is the order. */
function markAmbiguous(tools: ToolDraft[]): void {
  if (!tools.some(({ started, ended }) => started ?? ended)) return;
  for (const group of Map.groupBy(tools, (tool) => toolKey(tool.request)).values()) {
    const isWhole = group.every((tool) => tool.started && (tool.ended || tool.result?.result.outcome !== 'ok'));
    if (group.length > 1 && !isWhole) for (const tool of group) tool.isAmbiguous = true;
  }
}

/** A way to pair: the calls a fact is looked for among share its key; `isMatch` says which of them it may have. */
interface Pass {
  keyOf(request: ToolDraft['request']): string | undefined;
  isMatch(tool: ToolDraft, fact: Hook): boolean;
}

/** Of calls that are alike, an end goes to one whose verdict it could be: some agents have no end hook for a failed call. */
function isSameVerdict(tool: ToolDraft, fact: Hook): boolean {
  return fact.type === 'tool.started' || tool.result === undefined || fact.result.outcome === 'unknown' || tool.result.result.outcome === fact.result.outcome;
}

/** From certain to likely; a later pass sees only what the earlier ones left. */
const PASSES: readonly Pass[] = [
  { keyOf: (request) => request.callId, isMatch: () => true },
  { keyOf: toolKey, isMatch: isSameVerdict },
  { keyOf: toolKey, isMatch: () => true },
  // Guessing by name alone, an end goes only to a call that was seen to start. MCP: one source may write `@server/tool`, the other the tool.
  { keyOf: (request) => request.canonicalName.replace(/^.*\//, ''), isMatch: (tool, fact) => isSameVerdict(tool, fact) && (fact.type === 'tool.started' || tool.started !== undefined) },
];

/** Gives each hook fact to the call it is about; returns the facts that no call wants. Linear in both: a turn may have thousands of calls. */
function attach<T extends Hook>(tools: ToolDraft[], facts: T[], side: 'started' | 'ended'): T[] {
  let left = facts;
  for (const { keyOf, isMatch } of PASSES) {
    if (left.length === 0) break;
    const free = Map.groupBy(tools.filter((tool) => tool[side] === undefined), (tool) => keyOf(tool.request));
    left = left.filter((fact) => {
      const key = fact.tool && keyOf(fact.tool);
      const candidates = key === undefined ? [] : (free.get(key) ?? []);
      const index = candidates.findIndex((tool) => isMatch(tool, fact));
      const [tool] = index === -1 ? [] : candidates.splice(index, 1);
      if (!tool) return true;
      if (fact.type === 'tool.started') tool.started = fact;
      else tool.ended = fact;
      return false;
    });
  }
  return left;
}
