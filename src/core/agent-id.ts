/** The id of a coding agent, as on the command line: `kiro`, `claude-code`, … The list is `agents/index.ts`. */
export type AgentId = string;
