/** What sessions are compared by: a figure of each session. */
import type { MetricComparison } from '../api/compare.ts';

export type Metric = Pick<MetricComparison, 'metric' | 'label' | 'unit' | 'better'> & {
  /** Of its histogram. */
  scale: 'log' | 'whole' | 'linear';
};

const lower = 'lower';

/** In the order in which they are shown. Those of a tool or a skill come behind them (`toToolMetric`, `toSkillMetric`). */
export const METRICS = [
  { metric: 'active', label: 'Active time', unit: 'ms', better: lower, scale: 'log' },
  { metric: 'model', label: 'Time of the model', unit: 'ms', better: lower, scale: 'log' },
  { metric: 'tool', label: 'Time of tools', unit: 'ms', better: lower, scale: 'log' },
  { metric: 'wait', label: 'Waiting for a person', unit: 'ms', better: lower, scale: 'log' },
  { metric: 'turns', label: 'Turns', unit: 'count', better: 'neither', scale: 'whole' },
  { metric: 'toolCalls', label: 'Tool calls', unit: 'count', better: lower, scale: 'whole' },
  { metric: 'callsPerTurn', label: 'Tool calls per turn', unit: 'count', better: lower, scale: 'linear' },
  { metric: 'errors', label: 'Failed calls', unit: 'count', better: lower, scale: 'whole' },
  { metric: 'errorRate', label: 'Error rate', unit: 'rate', better: lower, scale: 'linear' },
  { metric: 'denied', label: 'Denied calls', unit: 'count', better: lower, scale: 'whole' },
  { metric: 'tokens', label: 'Tokens', unit: 'tokens', better: lower, scale: 'log' },
  { metric: 'usd', label: 'Cost', unit: 'usd', better: lower, scale: 'log' },
  { metric: 'equivalentUsd', label: 'Cost at API prices, not charged', unit: 'usd', better: lower, scale: 'log' },
  { metric: 'credits', label: 'Credits', unit: 'credits', better: lower, scale: 'log' },
  { metric: 'premium', label: 'Premium requests', unit: 'count', better: lower, scale: 'linear' },
] as const satisfies readonly Metric[];

export type MetricName = (typeof METRICS)[number]['metric'];

/** The run time that 95 % of a session's calls of this tool stay below. */
export function toToolMetric(tool: string): Metric {
  return { metric: `tool:${tool}`, label: `p95 of ${tool}`, unit: 'ms', better: lower, scale: 'log' };
}

/** How long a session worked with this skill: from its load to the next load or the turn's end, the median of its loads. */
export function toSkillMetric(skill: string): Metric {
  return { metric: `skill:${skill}`, label: `Work with ${skill}`, unit: 'ms', better: lower, scale: 'log' };
}
