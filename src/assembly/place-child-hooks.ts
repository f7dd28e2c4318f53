/**
 * Step 4 of agents whose hooks tell a subagent's calls in the name of the session at the top: such a call belongs to the session whose
 * history has it. Where several have an equal one, to the one whose answer asked for it nearest before. What no history has stays: a
 * subagent's may not be written yet.
 */
import type { Fact, FactOf } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import { toolKey } from './align-turns.ts';
import type { AssembledSession } from './drafts.ts';

type HookCall = FactOf<'tool.started'> | FactOf<'tool.ended'>;

/** A call as a history has it. Each answers for one start and one end. */
interface KnownCall {
  sessionId: string;
  /** When it was asked for, and when it was over. */
  askedAt?: bigint;
  endedAt?: bigint;
  taken: Set<HookCall['type']>;
}

/** Moves such facts in `bySession` (each in order). `sessions`: parents first. */
export function placeChildHooks(sessions: readonly AssembledSession[], bySession: Map<string, Fact[]>): void {
  const roots = new Map<string, string>();
  for (const { sessionId, parent } of sessions) {
    const root = parent?.relation === 'subagent' ? roots.get(parent.sessionId) : undefined;
    roots.set(sessionId, root ?? sessionId);
  }
  for (const [root, members] of Map.groupBy(roots.keys(), (id) => roots.get(id) ?? id)) {
    if (members.length > 1) placeFamily(root, members, bySession);
  }
}

function placeFamily(root: string, members: readonly string[], bySession: Map<string, Fact[]>): void {
  const known = new Map<string, KnownCall[]>();
  for (const [key, call] of members.flatMap((id) => callsOf(bySession.get(id) ?? []))) {
    const calls = known.get(key);
    if (calls) calls.push(call);
    else known.set(key, [call]);
  }
  const stay: Fact[] = [];
  const moved = new Map<string, Fact[]>();
  for (const fact of bySession.get(root) ?? []) {
    const owner = isHookCall(fact) ? findOwner(fact, known) : undefined;
    if (owner === undefined || owner === root) stay.push(fact);
    else if (moved.has(owner)) moved.get(owner)?.push({ ...fact, sessionId: owner });
    else moved.set(owner, [{ ...fact, sessionId: owner }]);
  }
  bySession.set(root, stay);
  for (const [id, facts] of moved) {
    const own = bySession.get(id) ?? [];
    const hooks = [...own.filter((fact) => fact.source === 'hook'), ...facts].sort((a, b) => compare(a.at?.unixNano ?? 0n, b.at?.unixNano ?? 0n));
    bySession.set(id, [...own.filter((fact) => fact.source !== 'hook'), ...hooks]);
  }
}

function isHookCall(fact: Fact): fact is HookCall {
  return fact.source === 'hook' && (fact.type === 'tool.started' || fact.type === 'tool.ended') && fact.tool !== undefined;
}

function callsOf(facts: readonly Fact[]): [string, KnownCall][] {
  const told = facts.filter((fact) => fact.source !== 'hook');
  const asked = new Map(told.flatMap((fact) => (fact.type === 'model.answered' ? [[fact.messageId, fact.endedAt ?? fact.at?.unixNano] as const] : [])));
  const ended = new Map(told.flatMap((fact) => (fact.type === 'tool.ended' ? [[fact.callId, fact.at?.unixNano] as const] : [])));
  return told.flatMap((fact): [string, KnownCall][] => {
    if (fact.type !== 'tool.called') return [];
    return [[toolKey(fact.tool), { sessionId: fact.sessionId, askedAt: asked.get(fact.messageId ?? ''), endedAt: ended.get(fact.tool.callId), taken: new Set() }]];
  });
}

function findOwner(fact: HookCall, known: ReadonlyMap<string, KnownCall[]>): string | undefined {
  const calls = (fact.tool && known.get(toolKey(fact.tool))) ?? [];
  if (calls.length < 2) return calls[0]?.sessionId;
  const [first] = calls;
  if (calls.every(({ sessionId }) => sessionId === first?.sessionId)) return first?.sessionId;
  let best: { call: KnownCall; distance: bigint } | undefined;
  for (const call of calls) {
    if (call.taken.has(fact.type)) continue;
    const distance = distanceTo(call, fact);
    if (!best || distance < best.distance) best = { call, distance };
  }
  best?.call.taken.add(fact.type);
  return best?.call.sessionId;
}

/** An unknown moment is farther than any known one. */
const FAR = 1n << 62n;

function distanceTo(call: KnownCall, fact: HookCall): bigint {
  const told = fact.type === 'tool.ended' ? (call.endedAt ?? call.askedAt) : call.askedAt;
  if (told === undefined || fact.at === undefined) return FAR;
  return told < fact.at.unixNano ? fact.at.unixNano - told : told - fact.at.unixNano;
}
