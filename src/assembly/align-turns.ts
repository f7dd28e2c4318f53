/**
 * Step 4: which turn of the hooks is which turn of the history. Neither side is complete: hooks may have been installed in the
 * middle of a session, the history may lag or lack a turn that failed. So: the longest common run of equal prompts, in order,
 * and of several such runs the one whose times agree best.
 */
import type { FactOf } from '../core/fact.ts';
import { canonicalJson } from '../core/ids.ts';
import type { TurnDraft } from './drafts.ts';

/** Beyond this many comparisons the exact search would take seconds: only the newest turns are then compared. */
const MAX_CELLS = 4_000_000;
/** A prompt that the history enlarged (added context) still begins with what the hook saw, if that is long enough to mean something. */
const MIN_PREFIX = 16;

/** Merges both lists into one, in order. Unmatched turns of either side stay turns of their own. */
export function alignTurns(fromHistory: TurnDraft[], fromHooks: TurnDraft[]): TurnDraft[] {
  const keep = Math.max(1, Math.floor(MAX_CELLS / Math.max(1, fromHooks.length)));
  const offset = Math.max(0, fromHistory.length - keep);
  const pairs = matchPrompts(fromHistory.slice(offset), fromHooks).map(([i, j]) => [i + offset, j] as const);
  const historyOf = new Map(pairs.map(([i, j]) => [j, i]));
  matchPreamble(fromHistory, fromHooks, historyOf);
  const taken = new Set(historyOf.values());
  const merged: TurnDraft[] = [];
  let next = 0;
  fromHooks.forEach((turn, j) => {
    const i = historyOf.get(j);
    if (i === undefined) {
      while (next < fromHistory.length && isEarlier(fromHistory[next], turn) && !taken.has(next)) merged.push(fromHistory[next++] as TurnDraft);
      merged.push(turn);
      return;
    }
    while (next < i) merged.push(fromHistory[next++] as TurnDraft);
    merged.push(mergeTurns(fromHistory[i] as TurnDraft, turn));
    next = i + 1;
  });
  while (next < fromHistory.length) merged.push(fromHistory[next++] as TurnDraft);
  return merged;
}

function isEarlier(history: TurnDraft | undefined, hook: TurnDraft): boolean {
  const a = history?.historyStart?.at?.unixNano;
  const b = (hook.hookStart ?? hook.hookTools[0] ?? hook.hookEnd)?.at?.unixNano;
  return a === undefined || b === undefined || a <= b;
}

function mergeTurns(history: TurnDraft, hook: TurnDraft): TurnDraft {
  return { ...history, hookStart: hook.hookStart, hookTools: hook.hookTools, hookEnd: hook.hookEnd };
}

/** Longest common subsequence over equal prompts; among equals the least sum of time differences. Returns pairs (history, hook). */
function matchPrompts(fromHistory: TurnDraft[], fromHooks: TurnDraft[]): [number, number][] {
  const rows = fromHistory.length;
  const columns = fromHooks.length;
  const texts = fromHooks.map((turn) => normalize(turn.hookStart?.prompt));
  const best: Float64Array[] = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    const text = normalize(fromHistory[i]?.historyStart?.prompt);
    for (let j = columns - 1; j >= 0; j--) {
      const match = isSamePrompt(text, texts[j]) ? at(i + 1, j + 1) + 1 - timePenalty(fromHistory[i], fromHooks[j]) : -1;
      (best[i] as Float64Array)[j] = Math.max(match, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    const here = at(i, j);
    if (here === at(i + 1, j)) i++;
    else if (here === at(i, j + 1)) j++;
    else pairs.push([i++, j++]);
  }
  return pairs;
}

/** Between 0 and 1e-6, growing with the distance: it never outweighs a pair, it only chooses among equals. */
function timePenalty(history: TurnDraft | undefined, hook: TurnDraft | undefined): number {
  const a = history?.historyStart?.at?.unixNano;
  const b = hook?.hookStart?.at?.unixNano;
  if (a === undefined || b === undefined) return 5e-7;
  const seconds = Math.abs(Number((a - b) / 1_000_000n)) / 1000;
  return (seconds / (seconds + 3600)) * 1e-6;
}

function normalize(prompt: string | undefined): string | undefined {
  return prompt?.replace(/\s+/g, ' ').trim();
}

function isSamePrompt(history: string | undefined, hook: string | undefined): boolean {
  if (history === undefined || hook === undefined) return false;
  if (history === hook) return true;
  const [short, long] = history.length < hook.length ? [history, hook] : [hook, history];
  return short.length >= MIN_PREFIX && long.startsWith(short);
}

/** Hooks that begin in the middle of a turn: it is the one before the first matched one, else the newest, if it knows one of these tools. */
function matchPreamble(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  const preamble = fromHooks[0];
  if (!preamble || preamble.hookStart || historyOf.has(0)) return;
  const first = Math.min(fromHistory.length, ...historyOf.values());
  const candidate = fromHistory[first - 1];
  if (!candidate) return;
  const known = new Set(candidate.calls.map((call) => toolKey(call.tool)));
  const isKnown = preamble.hookTools.some((fact: FactOf<'tool.started'> | FactOf<'tool.ended'>) => fact.tool && known.has(toolKey(fact.tool)));
  if (isKnown || (preamble.hookTools.length === 0 && preamble.hookEnd)) historyOf.set(0, first - 1);
}

/** Requests are immutable and compared many times: their keys are worked out once. */
const keys = new WeakMap<object, string>();

/** What both sides know of a call: its alias-free name and its input. */
export function toolKey(tool: { canonicalName: string; input: unknown }): string {
  let key = keys.get(tool);
  if (key === undefined) keys.set(tool, (key = `${tool.canonicalName} ${canonicalJson(tool.input)}`));
  return key;
}
