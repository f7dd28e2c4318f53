/**
 * Step 8: ids. A span's id is a hash of a key that every source of it knows (its seed), unless the store has fixed it: once something
 * of its trace is final the identity table decides, through any of the span's own native keys. Until then ids are worked out anew
 * each time, so that what was guessed while half was known leaves no trace. A seed may name two things (the same prompt twice, seen
 * by hooks that began in between); a native key never does, so native keys are resolved first and a seed only if it is still free.
 */
import { hashOf, toSpanId, toTraceId } from '../core/ids.ts';
import type { AgentTraits } from '../agents/agent.ts';
import { toolKey } from './align-turns.ts';
import type { AssemblyInput, SessionDraft, ToolDraft, TurnDraft } from './drafts.ts';

/** The ids given in one assembly; `claim` never gives one id to two spans. */
interface Claims {
  lookup: AssemblyInput['lookup'];
  taken: Map<string, string>;
  /** Of turns alone; see `AssemblyInput`. */
  isDropped?: AssemblyInput['isDropped'];
}

/** Sets `keys`, `spanId` and (for roots) `traceId` of every turn, answer and tool of the family. */
export function identify(sessions: SessionDraft[], input: AssemblyInput): void {
  const lookup: AssemblyInput['lookup'] = (key) => {
    const known = input.lookup(key);
    return known?.pinned ? known : undefined;
  };
  const claims: Claims = { lookup, taken: new Map() };
  const turns = sessions.flatMap((session) => session.turns);
  for (const session of sessions) seedTurns(session, input.traits);
  claimAll(turns, { ...claims, isDropped: input.isDropped });
  for (const turn of turns) {
    const pinned = turn.keys.map((key) => lookup(key)).find((span) => span?.spanId === turn.spanId);
    turn.isPinned = pinned !== undefined;
    turn.traceId = pinned?.traceId ?? toTraceId(turn.spanId);
  }
  for (const turn of turns) seedTools(turn, input.traits);
  claimAll(turns.flatMap((turn) => turn.tools), claims);
  const answers = turns.flatMap((turn) => turn.answers);
  const seeded = answers.map((answer) => ({ seed: `chat:${answer.fact.messageId}`, keys: [answer.fact.messageId, ...(answer.alias === undefined ? [] : [answer.alias])].map((id) => `msg:${id}`), spanId: '' }));
  claimAll(seeded, claims);
  answers.forEach((answer, index) => Object.assign(answer, { keys: seeded[index]?.keys, spanId: seeded[index]?.spanId }));
}

/** Turn seed: the session, and its own id if all sources tell that, else the prompt's text and its how-manieth time; native keys: the prompt's message id and its hook call. */
function seedTurns({ session, turns }: SessionDraft, traits: AgentTraits): void {
  const counts = new Map<string, number>();
  for (const turn of turns) {
    // A turn that left no line in the history is known there by its end alone, so that is its seed for both sides.
    const prompt = turn.historyEnd && !turn.historyStart ? undefined : (turn.hookStart?.prompt ?? turn.historyStart?.prompt);
    const text = prompt === undefined ? (turn.historyStart?.messageId ?? turn.historyEnd?.key ?? turn.hookTools[0]?.key ?? turn.answers[0]?.fact.messageId ?? '') : prompt.replace(/\s+/g, ' ').trim();
    const seed = `turn:${turn.sessionId}:${hashOf(text).slice(0, 32)}`;
    const count = counts.get(seed) ?? 0;
    counts.set(seed, count + 1);
    turn.seed = traits.hooksKnowTurnKey && turn.turnKey !== undefined ? `turn:${turn.sessionId}:key:${turn.turnKey}` : `${seed}:${count}`;
    if (traits.turnsSeededByHistory) turn.seed = seedByHistory(turn, session) ?? turn.seed;
    if (turn.historyStart?.messageId) turn.keys.push(`msg:${turn.historyStart.messageId}`);
    if (turn.hookStart) turn.keys.push(`hook:${turn.hookStart.key}`);
    if (turn.historyEnd && !turn.historyStart) turn.keys.push(`end:${turn.sessionId}:${turn.historyEnd.key}`);
  }
}

function seedByHistory({ historyStart, index }: TurnDraft, { sessionId, parent }: SessionDraft['session']): string | undefined {
  if (parent?.relation === 'subagent') return `turn:${sessionId}:${index}`;
  return historyStart?.messageId === undefined ? undefined : `turn:${sessionId}:msg:${historyStart.messageId}`;
}

/** Tool seed: the call id where hooks know it, else its turn, name, input and how-manieth time: both sides know these. */
function seedTools(turn: TurnDraft, traits: AgentTraits): void {
  const counts = new Map<string, number>();
  // The key is made of the whole input: where no seed needs it, it costs more than all else here.
  const areNamed = traits.hooksKnowCallId && turn.tools.every(({ request }) => request.callId);
  for (const tool of turn.tools) {
    const key = areNamed ? '' : toolKey(tool.request);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const { callId } = tool.request;
    tool.seed = traits.hooksKnowCallId && callId ? `call:${callId}` : `tool:${turn.spanId}:${hashOf(key).slice(0, 32)}:${count}`;
    if (callId) tool.keys.push(`call:${callId}`);
    for (const fact of [tool.started, tool.ended]) if (fact) tool.keys.push(`hook:${fact.key}`);
  }
}

function claimAll(drafts: Pick<ToolDraft, 'seed' | 'keys' | 'spanId'>[], claims: Claims): void {
  // The history's keys first: what it tells of stays the span it was, even while its hooks are taken for something else.
  for (const isHook of [false, true]) {
    for (const draft of drafts) {
      if (draft.spanId) continue;
      let known: string | undefined;
      for (const key of draft.keys) {
        const id = key.startsWith('hook:') === isHook ? claims.lookup(key)?.spanId : undefined;
        if (known === undefined && id !== undefined && !claims.taken.has(id)) known = id;
      }
      if (known) claims.taken.set((draft.spanId = known), draft.seed);
    }
  }
  for (const draft of drafts) {
    if (draft.spanId) continue;
    const hookKey = draft.keys.find((key) => key.startsWith('hook:'));
    // A hook tells of a turn once, and what it told of the dropped one is gone: this is another one with the same prompt. One of the history
    // alone may well be the dropped one, read again.
    const isOfAnother = (id: string): boolean => hookKey !== undefined && isPromptSeed(draft.seed) && claims.isDropped?.(id) === true;
    let id = toSpanId(draft.seed);
    // The hook's key: the history's comes later, and the id would be another one then.
    const own = isOfAnother(id) ? hookKey : draft.keys[0];
    for (let salt = 1; claims.taken.has(id) || isOfAnother(id); salt++) id = toSpanId(`${draft.seed}:${own ?? ''}:${salt}`);
    claims.taken.set((draft.spanId = id), draft.seed);
  }
}

/** Not made of the turn's own id, but of its text and how-manieth time: see `seedTurns`. */
function isPromptSeed(seed: string): boolean {
  return /:[0-9a-f]{32}:\d+$/.test(seed);
}
