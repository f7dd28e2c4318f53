/**
 * The words in which a whole agent session is written down for the stand-in: turns, model answers, tool calls and what becomes
 * of them. Everything is data, so a script can also be handed to the stand-in's executable as JSON.
 */

/** Sessions that play at the same time, each as its own process of the agent would. */
export interface Scenario {
  name: string;
  /** What it is there to show. */
  shows: string;
  sessions: SessionScript[];
}

export interface SessionScript {
  /** Every id of the session grows from it: one seed, one set of ids. */
  seed: string;
  /** The agent profile, as `--agent` names it. Absent: the user's default agent. */
  agentName?: string;
  /** The folder below the home in which the session works. Default `project`. */
  folder?: string;
  model?: ModelScript;
  /** The sidecar appears with its title at the first prompt, not only at the end of the first turn. */
  titleSavedEarly?: boolean;
  /** How the history spells an MCP tool that hooks call `@server/tool`. Default `server___tool`. */
  mcpNames?: McpNames;
  /** The session is one of V1, which plays turns, restarts, idling and calls. */
  v1?: V1Options;
  steps: Step[];
}

/** What V1's builds differ in, or what is not known of them. */
export interface V1Options {
  /** Hooks find the session's id in KIRO_SESSION_ID. Default true; on stdin V1 never tells it. */
  tellsSession?: boolean;
  /** When the row is written: with each request, or once a turn is over and its stop hooks have run (default). */
  savesRow?: 'request' | 'turn';
  /** Default true: older builds have no stop hook. */
  hasStop?: boolean;
}

export type McpNames = 'server___tool' | '@server/tool' | 'tool';

export interface ModelScript {
  id: string;
  contextWindowTokens: number;
  rateMultiplier: number;
}

export type Step =
  | TurnScript
  /** `recorded: false`: some builds leave no line of a compaction. */
  | { step: 'compact'; summary: string; recorded?: boolean; durationMillis?: number }
  | { step: 'clear' }
  /** The session goes on under a new id with its first `keepTurns` turns. */
  | { step: 'rewind'; keepTurns: number }
  /** A new id in the same process. */
  | { step: 'new-chat' }
  /** The process ends and a new one resumes the session. `killed`: its lock file stays behind. */
  | { step: 'restart'; killed?: boolean }
  | { step: 'swap-agent'; agentName: string }
  /** Nothing happens for a while. */
  | { step: 'idle'; millis: number }
  /** Calls `calls[name]` of the player: the test does something of its own here. */
  | { step: 'call'; name: string };

export interface TurnScript {
  step: 'turn';
  prompt: string;
  answers: AnswerScript[];
  /** Absent: the turn ends with its last answer. Else that happens in place of the answer after the last one. */
  ends?: ErrorEnd | CancelEnd;
  /** How full the context is after the turn. */
  contextUsagePercent?: number;
}

/** The next model request fails for good. */
export interface ErrorEnd {
  how: 'error';
  kind?: 'throttling' | 'serviceFailure';
  durationMillis?: number;
  /** Builds differ in whether the stop hooks run then. Default true (without an answer text). */
  stopHook?: boolean;
}

/** The person presses Esc. */
export interface CancelEnd {
  how: 'cancelled';
  /** `answer`: while the model speaks. `approval`, `tools`: of the last answer's tools. */
  during: 'answer' | 'approval' | 'tools';
  afterMillis?: number;
  /** Of `answer` only: what builds leave of a prompt whose answer was cut off. Default `interrupted-text`. */
  leaves?: 'interrupted-text' | 'cancelled-prompt' | 'nothing';
}

/** One model request that succeeded. */
export interface AnswerScript {
  text?: string;
  thinking?: string;
  tools?: ToolScript[];
  durationMillis?: number;
  /** Absent: the service sent no metering for this request. */
  credits?: number;
  /** In which order the results are written and the hooks after the tools start. Default `call`. */
  resultsOrder?: 'call' | 'completion';
}

export interface ToolScript {
  /** As hooks and history write a built-in; for an MCP tool only `mcp` counts. */
  name: string;
  mcp?: { server: string; tool: string };
  input: Record<string, unknown>;
  /** Why the model calls it: becomes `__tool_use_purpose`. */
  purpose?: string;
  durationMillis?: number;
  /** A person is asked. Absent: allowed without asking. */
  approval?: { decision: 'approved' | 'denied'; waitMillis?: number };
  result: ToolOutcome;
  /** Of the `subagent` tool only. */
  stages?: StageScript[];
}

export type ToolOutcome = { text: string } | { json: unknown } | { error: string };

/** A subagent: a session of its own. */
export interface StageScript {
  name: string;
  /** The agent profile it runs under; without a file of that name it has no hooks. */
  role: string;
  dependsOn?: string[];
  turns: TurnScript[];
}

/** The folder-independent half of a tool call; builders for the tools that scenarios use most. */
type ToolOptions = Partial<Pick<ToolScript, 'purpose' | 'durationMillis' | 'approval'>>;

/** A shell command. A non-zero exit is a success in Kiro's eyes. */
export function shell(command: string, stdout: string, options: ToolOptions & { exitCode?: number } = {}): ToolScript {
  const { exitCode = 0, ...rest } = options;
  const json = { exit_status: `exit status: ${exitCode}`, stdout, stderr: '' };
  return { name: 'shell', input: { command }, result: { json }, ...rest };
}

/** Reading lines of a file. */
export function read(path: string, text: string, options: ToolOptions = {}): ToolScript {
  return { name: 'read', input: { operations: [{ mode: 'Line', path }] }, result: { text }, ...options };
}

/** Reading a skill: how Kiro V2 loads one. */
export function skill(name: string, options: ToolOptions = {}): ToolScript {
  return read(`.kiro/skills/${name}/SKILL.md`, `---\nname: ${name}\n---\nWhat to do, step by step.\n`, options);
}

/** Creating or changing a file. */
export function write(input: { command: 'create' | 'str_replace' | 'append'; path: string } & Record<string, unknown>, options: ToolOptions = {}): ToolScript {
  return { name: 'write', input, result: { text: `Successfully wrote ${input.path}` }, ...options };
}

/** A tool of an MCP server. */
export function mcp(server: string, tool: string, input: Record<string, unknown>, json: unknown, options: ToolOptions = {}): ToolScript {
  return { name: tool, mcp: { server, tool }, input, result: { json }, ...options };
}

/** The subagent tool; its own duration is that of its stages. */
export function subagent(task: string, stages: StageScript[], options: ToolOptions = {}): ToolScript {
  const described = stages.map((stage) => ({
    name: stage.name,
    role: stage.role,
    prompt_template: stage.turns[0]?.prompt ?? '',
    depends_on: stage.dependsOn ?? [],
  }));
  const text = `Pipeline completed: ${stages.length} stages finished.`;
  return { name: 'subagent', input: { task, mode: 'blocking', stages: described }, result: { text }, stages, ...options };
}

/** A turn that ends well. */
export function turn(prompt: string, answers: AnswerScript[], more: Partial<Pick<TurnScript, 'ends' | 'contextUsagePercent'>> = {}): TurnScript {
  return { step: 'turn', prompt, answers, ...more };
}
