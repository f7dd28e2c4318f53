/** What the live runs must know of an agent: the door of `test/live/agents/`. Types only. */
import type { AgentId } from '#spoor/core/agent-id.ts';
import type { Served } from './model/model-server.ts';
import type { CallOutcome, ScriptedAnswer, ScriptedCall } from './model/script.ts';
import type { AnsweredCall, ModelRequest, Tokens, Wire } from './model/wire.ts';
import type { Ability, Run } from './scenarios.ts';

/** The places of one scenario. */
export interface LivePlaces {
  /** The user's home folder. */
  home: string;
  /** The folder that the agent works in: a git checkout with one file. */
  project: string;
  /** Where the model answers: `http://127.0.0.1:<port>`. */
  modelUrl: string;
  /** The MCP server's program and arguments. */
  mcpCommand: readonly string[];
}

export interface RunInPlace extends Run {
  places: LivePlaces;
  /** The agent's id of the session that is to go on, with `resumes`. */
  sessionId?: string;
}

export interface LiveAgent {
  id: AgentId;
  title: string;
  /** Program names → files below the installed packages' `node_modules`: what stands in the PATH. The first is the one that is run. */
  programs: Readonly<Record<string, string>>;
  wires: readonly Wire[];
  /** Writes the settings that a user of this model would have. Before spoor is installed. */
  writeSettings(places: LivePlaces): void;
  /** What its shell sets. */
  env(places: LivePlaces): Record<string, string>;
  /** The words behind the program's name. */
  argv(run: RunInPlace): string[];
  /** What its model has to say to get done what these answers get done elsewhere. */
  toAnswers?(answers: readonly ScriptedAnswer[], place: { isSubagent: boolean }): ScriptedAnswer[];
  /** How its model calls the tool; `project` is the folder that the agent works in. May throw where the request offers no such tool. */
  toCall(call: ScriptedCall, request: ModelRequest, project: string): Pick<AnsweredCall, 'name' | 'namespace' | 'input'>;
  /** How the call is named and numbered on its span, where that is not what the model said. null: it is the agent's own business, and has none. */
  toSpanCall?(call: AnsweredCall, scripted: ScriptedCall): { name?: string; id?: string } | null;
  /** Where the id that the model gave stands on its chat. Elsewhere the agent has ids of its own, and the figures alone tell the answers apart. */
  keepsResponseId: 'always' | 'in-turns' | 'never';
  /** Server and tool of a call to an MCP server. */
  toMcp?(scripted: ScriptedCall): { server: string; tool: string } | undefined;
  /** Where it judges calls otherwise than the script does. */
  toOutcome?(scripted: ScriptedCall): CallOutcome;
  /** An interruption ends its process without a word: how its turn and the call that ran ended is unknown. */
  leavesAtOnce?: boolean;
  /** What it counts of an answer's tokens, where that is not all that the model told. */
  toTokens?(served: Served): Partial<Tokens>;
  /** What it has no way to do, and why. */
  cannot: Partial<Record<Ability, string>>;
  /** Where its history does not hold all that happened, and what is missing: an import is not compared then. */
  untold?: Partial<Record<Ability, string>>;
  /** What it asks its server for besides answers. */
  respond?(path: string): unknown;
  /** What the agent told its model or its user, without what is other each time. */
  toStableText?(text: string): string;
  /** Its hooks name turns and calls as its history does: an import gives the same span ids. */
  hooksKnowIds: boolean;
}
