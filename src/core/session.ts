import type { AgentId } from './agent-id.ts';

/** How one session came out of another. A subagent's session nests under the call that started it; a fork stands alone. */
export interface SessionParent {
  sessionId: string;
  relation: 'subagent' | 'fork';
  /** The call that started it, where the agent tells its native id: a call of the parent, or of another subagent of the family. */
  callId?: string;
  /** The run of several agents that it belongs to, where the call's result names that (`ToolResult.started`). */
  runId?: string;
}

/** What is known of a session as a whole. Ids are the agent's own and untrusted: never used as paths. */
export interface Session {
  agent: AgentId;
  sessionId: string;
  parent?: SessionParent;
  title?: string;
  cwd?: string;
  agentName?: string;
  agentVersion?: string;
  model?: string;
  startUnixNano?: bigint;
  endUnixNano?: bigint;
}
