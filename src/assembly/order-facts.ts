/** Step 1: a bag of facts → each fact once, in the one order that everything after relies on. */
import type { Fact, FactType } from '../core/fact.ts';
import { toJson } from '../core/json.ts';
import { compare } from '../core/order.ts';

/** Of two hooks at one moment by one process, the one that must have come first. */
const RANK: Readonly<Record<FactType, number>> = {
  'session.seen': 0, 'model.seen': 1, 'turn.metered': 1, 'turn.started': 2, 'context.changed': 3, 'model.asked': 4, 'model.answered': 4,
  'tool.called': 5, 'tool.started': 6, 'skill.activated': 6, 'tool.decided': 7, 'permission.asked': 7, 'permission.answered': 8, 'tool.ended': 9, 'turn.ended': 10,
};

/** History in the order of its records, hooks and telemetry by clock; the same bag gives the same list, whatever its order. */
export function orderFacts(facts: readonly Fact[]): Fact[] {
  const single: Fact[] = [];
  // By source and session first: a key that names all three would be made and hashed for every fact.
  const places = new Map<string, Map<string, number>>();
  let [last, known]: [Fact | undefined, Map<string, number>] = [undefined, new Map()];
  for (const fact of facts) {
    if (fact.sessionId !== last?.sessionId || fact.source !== last.source) {
      const name = `${fact.source} ${fact.sessionId}`;
      known = places.get(name) ?? new Map();
      places.set(name, known);
    }
    last = fact;
    const place = known.get(fact.key);
    const before = place === undefined ? undefined : single[place];
    if (place === undefined) known.set(fact.key, single.push(fact) - 1);
    else if (before && !isBefore(before, fact)) single[place] = fact;
  }
  return single.sort(compareFacts);
}

/** Two tellings of one fact may differ only where a source changed its mind: the earlier one stays, else the smaller text. */
function isBefore(a: Fact, b: Fact): boolean {
  if (a === b) return true;
  if (a.at && b.at && a.at.unixNano !== b.at.unixNano) return a.at.unixNano < b.at.unixNano;
  return toJson(a) <= toJson(b);
}

function compareFacts(a: Fact, b: Fact): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  if (a.source !== 'history') {
    const time = compare(a.at?.unixNano ?? 0n, b.at?.unixNano ?? 0n);
    if (time !== 0) return time;
  }
  return a.order - b.order || RANK[a.type] - RANK[b.type] || compare(a.key, b.key);
}
