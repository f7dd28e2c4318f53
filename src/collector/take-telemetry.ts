/** Facts of an agent's own telemetry → the store. Their sessions are due: the collector's next step brings them up to date. */
import type { AgentId } from '../core/agent-id.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { Store } from '../store/store.ts';
import { scrubFact } from './scrub-fact.ts';

export interface TelemetryFacts {
  agent: AgentId;
  facts: readonly Fact[];
  problems: readonly Problem[];
}

/** Keeps them durably, without their secrets; told again, they are the same facts. Throws where the store refuses or is held by another process. */
export function takeTelemetry({ agent, facts: told, problems }: TelemetryFacts, { store, nowMillis }: { store: Store; nowMillis(): number }): void {
  // A room gives facts of its own agent only; whatever it gives, nothing goes to another's sessions.
  const facts = told.filter((fact) => fact.agent === agent).map(scrubFact);
  store.transaction(() => {
    if (problems.length > 0) store.addProblems(agent, [...problems]);
    // A record that was sent again makes nothing due.
    if (store.addFacts(facts) === 0) return;
    for (const fact of facts) if (fact.type === 'session.seen') store.saveSession({ agent: fact.agent, sessionId: fact.sessionId, cwd: fact.cwd, parent: fact.parent });
    for (const sessionId of new Set(facts.map((fact) => fact.sessionId))) store.markDue(agent, sessionId, nowMillis());
  });
}
