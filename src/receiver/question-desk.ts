/** What the thread asks of who knows the agents. */
import type { Agent, Telemetry } from '../agents/agent.ts';
import type { Fact } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { Question } from './messages.ts';

export interface DeskOptions {
  agents: readonly Pick<Agent, 'id' | 'telemetry'>[];
  takeFacts(agent: Agent['id'], facts: readonly Fact[], problems: readonly Problem[]): void;
}

/** See `Question`. Throws where the facts cannot be kept. */
export function createQuestionDesk({ agents, takeFacts }: DeskOptions): (question: Question) => unknown {
  const telling = agents.filter(({ telemetry }) => telemetry !== undefined);
  return (question) => {
    if (question.type === 'owners') return question.sources.map((source) => telling.find(({ telemetry }) => telemetry?.isOwn(source))?.id ?? null);
    const agent = telling.find(({ id }) => id === question.agent);
    if (!agent?.telemetry) return [];
    const { value: facts = [], problems, used } = tryParse(agent.telemetry, question);
    if (facts.length > 0 || problems.length > 0) takeFacts(agent.id, facts, problems);
    return [...used];
  };
}

/** A room never throws. If one did, its agent would send the same again and again. */
function tryParse(telemetry: Telemetry, { source, records }: Question & { type: 'records' }): ReturnType<Telemetry['parse']> {
  try {
    return telemetry.parse(source, records);
  } catch (error) {
    return { value: [], problems: [{ code: 'telemetry-failed', detail: `telemetry failed with ${error instanceof Error ? error.name : 'an error'}; it is kept as it came` }], used: [] };
  }
}
