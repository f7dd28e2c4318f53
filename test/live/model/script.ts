/** What the model says, told once for all agents. Types only. */

/** The answers to one prompt, in order: the first to the prompt, each further one to the results of the calls before. */
export interface Part {
  /** Stands in the prompt and nowhere else: by it the model knows what it was asked. */
  phrase: string;
  answers: ScriptedAnswer[];
}

export interface ScriptedAnswer {
  thinking?: string;
  text?: string;
  calls?: ScriptedCall[];
}

/** A call in no agent's words; each agent says how its model would call its tool. */
export type ScriptedCall = ShellCall | ReadCall | McpCall | SubagentCall | ExtraCall;

interface Judged {
  /** How the call ends; an agent may see that otherwise (`LiveAgent.verdicts`). */
  outcome: CallOutcome;
}

export type CallOutcome = 'ok' | 'error' | 'denied' | 'cancelled';

export interface ShellCall extends Judged {
  tool: 'shell';
  command: string;
}

export interface ReadCall extends Judged {
  tool: 'read';
  /** In the project's folder. */
  file: string;
}

/** A call of the MCP server of `mcp-server.ts`. */
export interface McpCall extends Judged {
  tool: 'mcp';
  a: number;
  b: number;
}

export interface SubagentCall extends Judged {
  tool: 'subagent';
  /** What the subagent is asked: the phrase of another part. */
  phrase: string;
}

/** A call that only this agent's model has to make (`LiveAgent.toAnswers`), to find a tool or to wait for a subagent. */
export interface ExtraCall extends Judged {
  tool: 'extra';
  name: string;
  input: Record<string, unknown>;
}
