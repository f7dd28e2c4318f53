/**
 * Step 3b, for agents whose hooks tell a subagent's calls in the name of the session at the top: such a call belongs to the session whose
 * history has it, by name and input, else by name alone. Where several have one, to the one that was asked for nearest to that moment.
 * What no history has stays: a subagent's may not be written yet.
 */
import type { Fact, FactOf } from '../core/fact.ts';
import { compare } from '../core/order.ts';
import { toolKey } from './align-turns.ts';
import type { AssembledSession } from './drafts.ts';

type HookCall = FactOf<'tool.started'> | FactOf<'tool.ended'>;

/** A call as a history has it. Each answers for one start and one end. */
interface KnownCall {
  sessionId: string;
  tool: HookCall['tool'] & object;
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
  const calls = members.flatMap((id) => callsOf(bySession.get(id) ?? []));
  const hooks = (bySession.get(root) ?? []).filter(isHookCall);
  const owners = new Map<Fact, KnownCall>();
  const byKey = Map.groupBy(calls, ({ tool }) => toolKey(tool));
  for (const fact of hooks) assign(fact, byKey.get(toolKey(fact.tool)) ?? [], owners);
  // A hook of somebody else may have changed the input in between.
  const byName = Map.groupBy(calls, ({ tool }) => tool.canonicalName);
  for (const fact of hooks) if (!owners.has(fact)) assign(fact, byName.get(fact.tool.canonicalName) ?? [], owners);
  move(root, owners, bySession);
}

/** What is moved is about the very call that it was found for, whatever its own words were. */
function move(root: string, owners: ReadonlyMap<Fact, KnownCall>, bySession: Map<string, Fact[]>): void {
  const facts = bySession.get(root) ?? [];
  const isStranger = (fact: Fact): boolean => (owners.get(fact)?.sessionId ?? root) !== root;
  for (const [owner, strangers] of Map.groupBy(facts.filter(isStranger), (fact) => owners.get(fact)?.sessionId ?? root)) {
    const own = bySession.get(owner) ?? [];
    const hooks = [...own.filter((fact) => fact.source === 'hook'), ...strangers.map((fact) => ({ ...fact, sessionId: owner, tool: owners.get(fact)?.tool }) as Fact)];
    hooks.sort((a, b) => compare(a.at?.unixNano ?? 0n, b.at?.unixNano ?? 0n));
    bySession.set(owner, [...own.filter((fact) => fact.source !== 'hook'), ...hooks]);
  }
  bySession.set(root, facts.filter((fact) => !isStranger(fact)));
}

function isHookCall(fact: Fact): fact is HookCall & { tool: KnownCall['tool'] } {
  return fact.source === 'hook' && (fact.type === 'tool.started' || fact.type === 'tool.ended') && fact.tool !== undefined;
}

function callsOf(facts: readonly Fact[]): KnownCall[] {
  const told = facts.filter((fact) => fact.source === 'history');
  const asked = new Map(told.flatMap((fact) => (fact.type === 'model.answered' ? [[fact.messageId, fact.endedAt ?? fact.at?.unixNano] as const] : [])));
  const ended = new Map(told.flatMap((fact) => (fact.type === 'tool.ended' ? [[fact.callId, fact.at?.unixNano] as const] : [])));
  return told.flatMap((fact): KnownCall[] => {
    if (fact.type !== 'tool.called') return [];
    return [{ sessionId: fact.sessionId, tool: fact.tool, askedAt: asked.get(fact.messageId ?? ''), endedAt: ended.get(fact.tool.callId), taken: new Set() }];
  });
}

/** The nearest that is still free. The histories of most families know a call of this kind in one session alone. */
function assign(fact: HookCall, calls: readonly KnownCall[], owners: Map<Fact, KnownCall>): void {
  let best: { call: KnownCall; distance: bigint } | undefined;
  for (const call of calls) {
    if (call.taken.has(fact.type)) continue;
    const distance = distanceTo(call, fact);
    if (!best || distance < best.distance) best = { call, distance };
  }
  if (!best) return;
  best.call.taken.add(fact.type);
  owners.set(fact, best.call);
}

/** An unknown moment is farther than any known one. */
const FAR = 1n << 62n;

function distanceTo(call: KnownCall, fact: HookCall): bigint {
  const told = fact.type === 'tool.ended' ? (call.endedAt ?? call.askedAt) : call.askedAt;
  if (told === undefined || fact.at === undefined) return FAR;
  return told < fact.at.unixNano ? fact.at.unixNano - told : told - fact.at.unixNano;
}
