/** The list of agents: one line each. Every command, contract suite and table walks it. */
import type { AgentId } from '../core/agent-id.ts';
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/agent.ts';
import { codex } from './codex/agent.ts';
import { copilot } from './copilot/agent.ts';
import { cursor } from './cursor/agent.ts';
import { gemini } from './gemini/agent.ts';
import { kiro } from './kiro/agent.ts';
import { openCode } from './opencode/agent.ts';
import { pi } from './pi/agent.ts';
import { qwenCode } from './qwen-code/agent.ts';

export const agents: readonly Agent[] = [kiro, claudeCode, codex, cursor, copilot, gemini, qwenCode, openCode, pi];

/** The agent with this id, or undefined. */
export function findAgent(id: AgentId): Agent | undefined {
  return agents.find((agent) => agent.id === id);
}
