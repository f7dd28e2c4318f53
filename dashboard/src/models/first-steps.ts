/** What somebody types who has nothing to look at yet. */
import type { OverviewAnswer } from '../../../src/query/api/overview.ts';

export interface FirstStep {
  command: string;
  /** What it brings. */
  brings: string;
}

/** In the order in which to type them. Agents that are traced and were silent need no installing. */
export function toFirstSteps({ agents, importing }: Pick<OverviewAnswer['health'], 'agents' | 'importing'>): FirstStep[] {
  const installed = agents.filter((agent) => agent.installed);
  const names = installed.map(({ title }) => title).join(', ');
  return [
    ...(installed.length === 0 ? [{ command: 'spoor install', brings: 'finds the agents on this machine and traces what they do from now on' }] : []),
    ...(importing ? [] : [{ command: 'spoor import', brings: `brings in past sessions out of the history ${names === '' ? 'that your agents keep' : `of ${names}`}` }]),
    { command: 'spoor doctor', brings: 'says what is missing where nothing comes in' },
  ];
}
