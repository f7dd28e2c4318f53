/**
 * V1's hooks tell no session, and some builds not even in their environment. What the hooks of such a process told is placed by their
 * prompts: the conversation of the same folder that has the prompt at that moment.
 */
import type { Fact, FactOf } from '../../../core/fact.ts';
import { countClashes } from './count-clashes.ts';

type Prompt = FactOf<'turn.started'>;

/** A conversation of the folder that may be the process's. */
export interface Candidate {
  sessionId: string;
  /** When its row was last written (Unix ms). */
  modifiedMillis: number;
  /** What its row tells. */
  readRow(): readonly Fact[];
  /** What hooks were found to have told of it. */
  hookFacts: readonly Fact[];
}

/** Kiro notes the prompt's time, then runs its hooks: ours a moment later, behind those of others perhaps much later. */
const EARLIEST_NANO = -2_000_000_000n;
const LATEST_NANO = 60_000_000_000n;

/**
 * Facts of one process's hooks → fact key to session id. A turn whose prompt no row has yet stays unplaced; what comes without a
 * prompt goes where the process's turn before went. Of several conversations with the same prompt the one whose requests leave room for
 * these hooks is taken, then the nearest in time; each prompt once.
 */
export function placeHooks(facts: readonly Fact[], candidates: readonly Candidate[]): Map<string, string> {
  const placed = new Map<string, string>();
  const [seen, turns] = [facts.filter((fact) => fact.type === 'session.seen'), toTurns(facts)];
  const taken = new Set<string>();
  for (const turn of turns) {
    const prompt = turn.find((fact) => fact.type === 'turn.started');
    const sessionId = prompt ? findPrompt({ prompt, hooks: turn }, candidates, taken) : findBefore(seen, candidates);
    if (sessionId === undefined) continue;
    for (const fact of [...turn, ...seen]) if (!placed.has(fact.key)) placed.set(fact.key, sessionId);
  }
  return placed;
}

/** By time; a prompt opens a turn. */
function toTurns(facts: readonly Fact[]): Fact[][] {
  const turns: Fact[][] = [];
  for (const fact of facts.filter(({ type }) => type !== 'session.seen').sort(byTime)) {
    if (turns.length === 0 || fact.type === 'turn.started') turns.push([]);
    turns.at(-1)?.push(fact);
  }
  return turns;
}

function byTime(a: Fact, b: Fact): number {
  const [first, second] = [a.at?.unixNano ?? 0n, b.at?.unixNano ?? 0n];
  return first === second ? a.order - b.order : first < second ? -1 : 1;
}

interface HookTurn {
  prompt: Prompt;
  hooks: readonly Fact[];
}

function findPrompt({ prompt, hooks }: HookTurn, candidates: readonly Candidate[], taken: Set<string>): string | undefined {
  let best: { sessionId: string; key: string; clashes: number; distance: bigint } | undefined;
  for (const candidate of candidates) {
    for (const fact of freePrompts(candidate, prompt, taken)) {
      const distance = distanceOf(prompt, fact);
      if (distance === undefined) continue;
      const clashes = countClashes(hooks, turnOf(fact, candidate.readRow()));
      const isBetter = !best || clashes < best.clashes || (clashes === best.clashes && distance < best.distance);
      if (isBetter) best = { sessionId: candidate.sessionId, key: fact.key, clashes, distance };
    }
  }
  if (best) taken.add(best.key);
  return best?.sessionId;
}

/** The row's facts from this prompt to the next. */
function turnOf(prompt: Prompt, row: readonly Fact[]): Fact[] {
  const start = row.indexOf(prompt);
  const end = row.findIndex((fact, index) => index > start && fact.type === 'turn.started');
  return row.slice(start, end === -1 ? undefined : end);
}

/** The row's prompts of that moment, less those that hooks told of before. */
function freePrompts({ modifiedMillis, readRow, hookFacts }: Candidate, prompt: Prompt, taken: ReadonlySet<string>): Prompt[] {
  if (prompt.at === undefined || BigInt(Math.ceil(modifiedMillis)) * 1_000_000n < prompt.at.unixNano + EARLIEST_NANO) return [];
  const free = readRow().filter((fact): fact is Prompt => fact.type === 'turn.started' && !taken.has(fact.key));
  for (const hook of hookFacts) {
    if (hook.type !== 'turn.started' || hook.source !== 'hook') continue;
    const told = nearestOf(hook, free);
    if (told !== -1) free.splice(told, 1);
  }
  return free;
}

function nearestOf(hook: Prompt, prompts: readonly Prompt[]): number {
  const distances = prompts.map((prompt) => distanceOf(hook, prompt));
  return distances.reduce((best, distance, index) => (distance !== undefined && (best === -1 || distance < (distances[best] ?? 0n)) ? index : best), -1);
}

/** How far the hook ran from the prompt that the row has; undefined: it is another prompt. */
function distanceOf(hook: Prompt, row: Prompt): bigint | undefined {
  if (!hook.at || !row.at || normalize(hook.prompt) !== normalize(row.prompt)) return undefined;
  const later = hook.at.unixNano - row.at.unixNano;
  if (later < EARLIEST_NANO || later > LATEST_NANO) return undefined;
  return later < 0n ? -later : later;
}

function normalize(prompt: string | undefined): string | undefined {
  return prompt?.replace(/\s+/g, ' ').trim();
}

/** Where this process was seen last: what its hooks said of themselves was moved there under a longer key. */
function findBefore(seen: readonly Fact[], candidates: readonly Candidate[]): string | undefined {
  let best: { sessionId: string; at: bigint } | undefined;
  for (const { sessionId, hookFacts } of candidates) {
    if (!hookFacts.some((fact) => seen.some(({ key }) => fact.key.startsWith(`${key}:`)))) continue;
    const at = hookFacts.reduce((latest, fact) => (fact.source === 'hook' && (fact.at?.unixNano ?? 0n) > latest ? (fact.at?.unixNano ?? 0n) : latest), 0n);
    if (!best || at > best.at) best = { sessionId, at };
  }
  return best?.sessionId;
}
