/**
 * Where each agent tells that a person was asked to allow a call: in its history, or while it happens alone. Of one that is not here nothing
 * tells it. A list of its own, so that who only counts loads no agent; a test holds it to what the parsers get out of the fixtures.
 */
import type { AgentId } from '../core/agent-id.ts';

const WAIT_SOURCES: Readonly<Record<AgentId, 'history' | 'live' | undefined>> = {
  'claude-code': 'live',
  codex: 'live',
  copilot: 'history',
  kiro: 'history',
  opencode: 'live',
  'qwen-code': 'live',
};

/** Whether a turn in which nobody was asked is known to be one: `isLive`: hooks told of it. */
export function tellsWaits(agent: AgentId, isLive: boolean): boolean {
  const source = WAIT_SOURCES[agent];
  return source === 'history' || (source === 'live' && isLive);
}
