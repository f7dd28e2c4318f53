/**
 * Step 4: which turn of the hooks is which turn of the history. Neither side is complete: hooks may have been installed in the
 * middle of a session, the history may lag or lack a turn that failed. So: the longest common run of equal prompts, in order,
 * and of several such runs the one whose times agree best. Where both sides tell the agent's own turn ids, these decide alone.
 */
import type { ToolRequest } from '../core/fact.ts';
import { canonicalJson } from '../core/ids.ts';
import type { TurnDraft } from './drafts.ts';

/** Beyond this many comparisons the search would take seconds: what is older is then not compared. */
const MAX_CELLS = 1_000_000;
/** A prompt that the history enlarged (added context) still begins with what the hook saw, if that is long enough to mean something. */
const MIN_PREFIX = 16;
/** Histories tell prompts in whole seconds; the hook runs within the same moment. */
const SAME_MOMENT_SECONDS = 2;
/** File times are up to 10 ms coarse; and a line is written after the hook that belongs to it. */
const WRITTEN_SLACK_NANO = 1_000_000_000n;

export interface AlignOptions {
  /** When the history was last written: a prompt later than that cannot stand in it, however much it is like an older one. */
  writtenAt?: bigint;
  /** It has one task: what hooks tell of it without a prompt belongs to that. */
  isSubagent?: boolean;
}

/**
 * Merges both lists into one, in order. Unmatched turns of either side stay turns of their own.
 */
export function alignTurns(fromHistory: TurnDraft[], fromHooks: TurnDraft[], { writtenAt, isSubagent = false }: AlignOptions = {}): TurnDraft[] {
  const isKeyed = fromHooks.every((turn) => turn.turnKey !== undefined) && fromHistory.some((turn) => turn.turnKey !== undefined);
  if (isKeyed) return joinByKey(fromHistory, fromHooks);
  const historyOf = new Map<number, number>();
  const end = fromHooks.findIndex((turn) => writtenAt !== undefined && (turn.hookStart?.at?.unixNano ?? 0n) > writtenAt + WRITTEN_SLACK_NANO);
  const written = end === -1 ? fromHooks : fromHooks.slice(0, end);
  if (isSubagent && fromHistory.length === 1) fromHooks.forEach((turn, j) => turn.hookStart?.prompt === undefined && historyOf.set(j, 0));
  matchPrompts(fromHistory, written, historyOf);
  matchTold(fromHistory, written, historyOf);
  // What is known by its calls comes before what is known by its time alone.
  matchAnonymous(fromHistory, written, historyOf);
  matchSteering(fromHistory, written, historyOf);
  matchMoments(fromHistory, written, historyOf);
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
    if (next > i) mergeInto(merged.at(-1) as TurnDraft, turn);
    else merged.push(mergeTurns(fromHistory[i] as TurnDraft, turn));
    next = i + 1;
  });
  while (next < fromHistory.length) merged.push(fromHistory[next++] as TurnDraft);
  return merged;
}

/** A turn that the history does not know (yet) stands where its hooks ran. */
function joinByKey(fromHistory: TurnDraft[], fromHooks: TurnDraft[]): TurnDraft[] {
  const hooks = new Map(fromHooks.map((turn) => [turn.turnKey, turn]));
  const merged = fromHistory.map((turn) => {
    const hook = turn.turnKey === undefined ? undefined : hooks.get(turn.turnKey);
    hooks.delete(turn.turnKey);
    return hook ? mergeTurns(turn, hook) : turn;
  });
  for (const hook of hooks.values()) merged.splice(merged.findLastIndex((turn) => isEarlier(turn, hook)) + 1, 0, hook);
  return merged;
}

function isEarlier(history: TurnDraft | undefined, hook: TurnDraft): boolean {
  const a = (history?.historyStart ?? history?.hookStart)?.at?.unixNano;
  const b = (hook.hookStart ?? hook.hookTools[0] ?? hook.hookEnd)?.at?.unixNano;
  return a === undefined || b === undefined || a <= b;
}

function mergeTurns(history: TurnDraft, hook: TurnDraft): TurnDraft {
  const { hookStart, hookTools, hookEnd, hookAnswers, hookAsks, permissions } = hook;
  // A history that tells compactions tells them all.
  const changes = history.changes.some(({ change }) => change === 'compaction') ? [] : hook.changes.filter(({ change }) => change === 'compaction');
  return { ...history, hookStart, hookTools, hookEnd, hookAnswers, hookAsks, permissions: [...history.permissions, ...permissions], changes: [...history.changes, ...changes] };
}

/** A turn that the hooks told in two parts. */
function mergeInto(turn: TurnDraft, part: TurnDraft): void {
  turn.hookTools = [...turn.hookTools, ...part.hookTools];
  turn.hookAsks = [...turn.hookAsks, ...part.hookAsks];
  turn.permissions = [...turn.permissions, ...part.permissions];
  turn.hookEnd = part.hookEnd ?? turn.hookEnd;
}

/**
 * What is equal and of one moment at both ends of the lists is certain, and needs no search. Between them: the longest common
 * subsequence over equal prompts, and of several the likeliest.
 */
function matchPrompts(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  const isCertain = (i: number, j: number): boolean => secondsApart(fromHistory[i], fromHooks[j]) <= SAME_MOMENT_SECONDS && isSameStart(fromHistory[i], fromHooks[j]);
  let from = 0;
  while (from < fromHistory.length && from < fromHooks.length && isCertain(from, from)) historyOf.set(from, from++);
  let rows = fromHistory.length;
  let columns = fromHooks.length;
  while (rows > from && columns > from && isCertain(rows - 1, columns - 1)) historyOf.set(--columns, --rows);
  // The newest are what matters: an old hook turn without a partner would become a turn of its own, so both sides are cut alike.
  const most = Math.floor(Math.sqrt(MAX_CELLS));
  const firstRow = Math.max(from, rows - most);
  const firstColumn = Math.max(from, columns - most);
  for (let k = 1; firstRow - k >= from && firstColumn - k >= from; k++) {
    if (isSameStart(fromHistory[firstRow - k], fromHooks[firstColumn - k])) historyOf.set(firstColumn - k, firstRow - k);
  }
  for (const [i, j] of searchPairs(fromHistory.slice(firstRow, rows), fromHooks.slice(firstColumn, columns))) historyOf.set(j + firstColumn, i + firstRow);
}

function isSameStart(history: TurnDraft | undefined, hook: TurnDraft | undefined): boolean {
  return isSamePrompt(normalize(history?.historyStart?.prompt), normalize(hook?.hookStart?.prompt));
}

/** Pairs (history, hook) of the best common subsequence. */
function searchPairs(fromHistory: TurnDraft[], fromHooks: TurnDraft[]): [number, number][] {
  const rows = fromHistory.length;
  const columns = fromHooks.length;
  const texts = fromHooks.map((turn) => normalize(turn.hookStart?.prompt));
  const best: Float64Array[] = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    const text = normalize(fromHistory[i]?.historyStart?.prompt);
    for (let j = columns - 1; j >= 0; j--) {
      const match = isSamePrompt(text, texts[j]) ? at(i + 1, j + 1) + 1 + likeness(fromHistory[i] as TurnDraft, fromHooks[j] as TurnDraft) : -1;
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

/**
 * A prompt that its hook told as any other, but that the agent took into the turn that ran: the history has it there as a word in the
 * middle, or has there, by their ids, the calls that followed it.
 */
function matchSteering(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  let first = 0;
  fromHooks.forEach((turn, j) => {
    const own = historyOf.get(j);
    if (own !== undefined) first = own;
    if (own !== undefined || !turn.hookStart) return;
    const after = fromHooks.findIndex((_, k) => k > j && historyOf.has(k));
    const last = after === -1 ? fromHistory.length - 1 : (historyOf.get(after) ?? 0);
    for (let index = first; index <= last; index++) {
      if (!isSteeredBy(fromHistory[index], turn)) continue;
      historyOf.set(j, (first = index));
      return;
    }
  });
}

function isSteeredBy(history: TurnDraft | undefined, hook: TurnDraft): boolean {
  const prompt = normalize(hook.hookStart?.prompt);
  if (history?.changes.some(({ change, text }) => change === 'steering' && isSamePrompt(normalize(text), prompt))) return true;
  return countKnown({ ...hook, hookTools: hook.hookTools.filter(({ tool }) => tool?.callId !== undefined) }, history) > 0;
}

/** Prompts that differ in text (an image, an expanded command, added context) but are of one moment. */
function matchMoments(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  const taken = new Set(historyOf.values());
  let after = -1;
  fromHooks.forEach((turn, j) => {
    const own = historyOf.get(j);
    if (own !== undefined) after = own;
    if (own !== undefined || !turn.hookStart) return;
    const next = fromHooks.findIndex((_, k) => k > j && historyOf.has(k));
    const end = next === -1 ? fromHistory.length : (historyOf.get(next) ?? 0);
    let best: { index: number; score: number } | undefined;
    for (let index = after + 1; index < end; index++) {
      if (taken.has(index) || !isOfOneMoment(fromHistory[index], turn)) continue;
      const score = 1 + countKnown(turn, fromHistory[index]);
      if (score > (best?.score ?? 0)) best = { index, score };
    }
    if (!best) return;
    historyOf.set(j, (after = best.index));
    taken.add(best.index);
  });
}

/** Of one moment, and not over before the hook's prompt came: turns may follow each other within a second. */
function isOfOneMoment(history: TurnDraft | undefined, hook: TurnDraft): boolean {
  const endedAt = history?.historyEnd?.endedAt;
  const isOver = endedAt !== undefined && hook.hookStart?.at !== undefined && endedAt < hook.hookStart.at.unixNano;
  return history?.historyStart !== undefined && !isOver && secondsApart(history, hook) <= SAME_MOMENT_SECONDS;
}

/**
 * Hooks of an agent that has none for the prompt, but whose history tells each prompt's exact moment: they belong to the last one before
 * them. No call needs to be known: one that was cut off may have left no record.
 */
function matchTold(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  const told = fromHistory.flatMap(({ historyStart }, index) => (historyStart?.isEndTold && historyStart.at ? [{ index, at: historyStart.at.unixNano }] : []));
  let next = 0;
  fromHooks.forEach((turn, j) => {
    const at = (turn.hookTools[0] ?? turn.hookEnd)?.at?.unixNano;
    if (at === undefined || turn.hookStart) return;
    while (next < told.length && (told[next]?.at ?? at) <= at) next++;
    const last = told[next - 1];
    if (last) historyOf.set(j, last.index);
  });
}

/** Infinite where one of them has no clock. */
function secondsApart(history: TurnDraft | undefined, hook: TurnDraft | undefined): number {
  const a = history?.historyStart?.at?.unixNano;
  const b = hook?.hookStart?.at?.unixNano;
  return a === undefined || b === undefined ? Infinity : Math.abs(Number((a - b) / 1_000_000n)) / 1000;
}

/**
 * Far below 1, so that it never outweighs a pair and only chooses among equals: a prompt of the same moment first (histories tell whole
 * seconds), then how many of the hooks' calls the history's turn knows, then how near the times are.
 */
function likeness(history: TurnDraft, hook: TurnDraft): number {
  const known = hook.hookTools.length === 0 ? 0 : countKnown(hook, history) / hook.hookTools.length;
  const seconds = Math.min(secondsApart(history, hook), 1e9);
  return (seconds <= SAME_MOMENT_SECONDS ? 1e-3 : 0) + known * 1e-4 + (3600 / (seconds + 3600)) * 1e-7;
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

/**
 * Hooks without their prompt: the turn is one of those between the neighbours' turns, the one that knows most of these calls. The
 * turn of the neighbour before counts too: an agent that its stop hook sent back to work goes on in the same turn.
 */
function matchAnonymous(fromHistory: TurnDraft[], fromHooks: TurnDraft[], historyOf: Map<number, number>): void {
  fromHooks.forEach((turn, j) => {
    if (turn.hookStart || historyOf.has(j)) return;
    const before = fromHooks.slice(0, j).findLastIndex((_, k) => historyOf.has(k));
    const after = fromHooks.findIndex((_, k) => k > j && historyOf.has(k));
    const first = before === -1 ? 0 : (historyOf.get(before) ?? 0);
    const end = after === -1 ? fromHistory.length : (historyOf.get(after) ?? 0);
    let best: { index: number; score: number } | undefined;
    for (let index = end - 1; index >= first; index--) {
      const known = countKnown(turn, fromHistory[index]);
      const within = isWithin(turn, fromHistory[index], fromHistory[index + 1]) ? turn.hookTools.length + 1 : 0;
      // A lone end has no calls to be known by.
      const score = known > 0 || turn.hookTools.length === 0 ? known + within : 0;
      if (score > (best?.score ?? 0)) best = { index, score };
    }
    if (best) historyOf.set(j, best.index);
  });
}

/** Whether the hooks began between this prompt and the next. */
function isWithin(hook: TurnDraft, history: TurnDraft | undefined, next: TurnDraft | undefined): boolean {
  const at = (hook.hookTools[0] ?? hook.hookEnd)?.at?.unixNano;
  const from = history?.historyStart?.at?.unixNano;
  const to = next?.historyStart?.at?.unixNano;
  return at !== undefined && from !== undefined && at >= from && (to === undefined || at < to);
}

const callKeys = new WeakMap<TurnDraft, ReadonlySet<string>>();

function countKnown(hook: TurnDraft, history: TurnDraft | undefined): number {
  if (!history) return 0;
  let known = callKeys.get(history);
  if (!known) callKeys.set(history, (known = new Set(history.calls.flatMap(({ tool }) => keysOf(tool)))));
  return hook.hookTools.filter((fact) => fact.tool && known?.has(keyOf(fact.tool))).length;
}

/** A hook's call as the history can know it: by its id where the hook has one (an input may be written otherwise), else by what it says. */
export function keyOf(tool: ToolRequest): string {
  return tool.callId === undefined ? toolKey(tool) : `#${tool.callId}`;
}

/** All keys by which hooks may know a call of the history. */
export function keysOf(tool: ToolRequest): string[] {
  return tool.callId === undefined ? [toolKey(tool)] : [toolKey(tool), `#${tool.callId}`];
}

/** Requests are immutable and compared many times: their keys are worked out once. */
const keys = new WeakMap<object, string>();

/** What both sides know of a call: its alias-free name and its input. */
export function toolKey(tool: { canonicalName: string; input: unknown }): string {
  let key = keys.get(tool);
  if (key === undefined) keys.set(tool, (key = `${tool.canonicalName} ${canonicalJson(tool.input)}`));
  return key;
}
