/** Problems of one run, counted by kind. */
import type { AgentId } from '../core/agent-id.ts';
import type { Problem } from '../core/problem.ts';
import type { ProblemCount } from './reports.ts';

export interface ProblemCounter {
  add(agent: AgentId, problems: readonly Problem[]): void;
  /** Most frequent first. */
  list(): ProblemCount[];
}

/** An empty counter. */
export function createProblemCounter(): ProblemCounter {
  const counts = new Map<string, ProblemCount>();
  return {
    add(agent, problems) {
      for (const { code, detail, count = 1 } of problems) {
        const key = `${agent} ${code}`;
        const known = counts.get(key);
        if (known) known.count += count;
        else counts.set(key, { agent, code, detail, count });
      }
    },
    list: () => [...counts.values()].sort((a, b) => b.count - a.count),
  };
}
