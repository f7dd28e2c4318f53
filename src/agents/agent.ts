/**
 * The door of axis 1: what a coding agent's room must give. Types only. The list of rooms is `agents/index.ts`; the contract
 * suite `test/contracts/agent.ts` runs over that list.
 */
import type { AgentId } from '../core/agent-id.ts';
import type { ConfigKind } from '../core/config-part.ts';
import type { Billing } from '../core/cost.ts';
import type { Fact } from '../core/fact.ts';
import type { Finding } from '../core/finding.ts';
import type { Parsed, Problem } from '../core/problem.ts';
import type { Outcome } from '../core/span.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { Instant } from '../core/time.ts';
import type { HistoryReading, HistoryReadOptions, HistorySource } from './history-reading.ts';

export type { Telemetry } from '../core/telemetry.ts';
export type { FileStamp, HistoryReading, HistoryReadOptions, HistorySource } from './history-reading.ts';

/** The machine as an agent sees it. Rooms never read `process.env`: they get this. */
export interface AgentEnvironment {
  /** The user's home folder, absolute. Absent where there is none: then nothing can be found or installed. */
  home?: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** One hook call as the spool kept it. Everything in it is untrusted. */
export interface HookEvent {
  agent: AgentId;
  /** Unique to this call, stable however often the spool file is read. */
  key: string;
  /** The agent's stdin, decoded; invalid UTF-8 became U+FFFD. */
  payload: string;
  /** The writer died before it finished: the payload is a prefix. */
  truncated: boolean;
  at: Instant;
  /** The writer's pid: breaks ties of a coarse clock, since of two processes the later one nearly always has the higher. */
  order: number;
  /** The enumerated variables of the agent's process (see `hook/variables.ts`). */
  env: Readonly<Record<string, string>>;
}

export interface History {
  /** Folders or files in which history may stand, whether or not they exist: for `doctor` and for messages. */
  roots(environment: AgentEnvironment): string[];
  /** Every session found, newest first. Never throws: an unreadable file is a problem. `from` replaces the usual roots. */
  discover(environment: AgentEnvironment, from?: string): { sources: HistorySource[]; problems: Problem[] };
  /** The session with this id, or undefined. The id is untrusted: it must not become a path unchecked. */
  find(environment: AgentEnvironment, sessionId: string): HistorySource | undefined;
  /** Sessions that a session started (subagents), among those changed since then (Unix ms). For agents whose subagents fire no hooks. */
  findChildren?(environment: AgentEnvironment, sessionId: string, sinceMillis: number): HistorySource[];
  /** Folders in which a file changes, or comes, when this session goes on or starts another. For agents whose subagents fire no hooks. */
  watchPaths?(source: HistorySource): string[];
  /** Whether the agent still works on this session: true, false, or undefined where nothing tells. */
  isRunning?(environment: AgentEnvironment, sessionId: string): boolean | undefined;
  /**
   * Where facts of a provisional session belong: fact key → native session id. `readFacts` gives what hooks told of a session before.
   * What cannot be placed yet is absent.
   */
  place?(environment: AgentEnvironment, facts: readonly Fact[], readFacts: (sessionId: string) => readonly Fact[]): ReadonlyMap<string, string>;
  /** All facts of this one session (and of those children only that have no source of their own). Never throws; a file that vanished gives no facts and no problem. */
  read(source: HistorySource, options?: HistoryReadOptions): HistoryReading;
}

/** What the rest of the house must know of an agent's habits. */
export interface AgentTraits {
  /** Hook payloads carry the agent's own tool-call id. */
  hooksKnowCallId: boolean;
  /** Hook payloads and history carry the agent's own turn id (`Fact.turnKey`): turns are joined by it. */
  hooksKnowTurnKey?: boolean;
  /**
   * Hooks tell prompts in other words than the history, or not at all, but nothing is final before the history has the turn: its identity is
   * the prompt's own id, and a subagent's is its place in its session.
   */
  turnsSeededByHistory?: boolean;
  /** Each call that starts subagents names them, at the latest with its result: until the turn is over, a place found without that may still change. */
  callsNameSubagents?: boolean;
  /** The history is written later than the hooks tell: how long to wait for it after a turn ended before spans are final. */
  historyWaitMillis: number;
  /** `gen_ai.provider.name` where no fact says better. */
  provider: string;
  /** What requests to that provider are charged in where no fact says better: by the agent's ways, or the user's word. Absent: unknown. */
  billing?: Billing;
  /** Whoever made a model, its use is charged by the agent's maker: `billing` is about all of them. */
  sellsAllModels?: boolean;
  /** Hooks tell what a subagent's tools do in the name of the session at the top of the family: its history tells whose calls they were. */
  subagentHooksNameParent?: boolean;
}

/** For which session a config is asked for. */
export interface ConfigRequest {
  environment: AgentEnvironment;
  /** The folder it runs in, then those above it, up to the top of its repository; only that folder where there is none. */
  folders: readonly string[];
}

/** A place in which some of what an agent works with may stand. Whether anything is there is not said; nothing is read here. */
export interface ConfigPlace {
  kind: Exclude<ConfigKind, 'model'>;
  /** Absolute. */
  path: string;
  /** Links are followed as long as they lead to something in this folder. */
  within: string;
  /** The file's name as a person says it: `~/.claude/CLAUDE.md`, `AGENTS.md`. In front of the names of `values`. */
  name: string;
  /**
   * file: the file is one part · files: a folder; each file in it is one · folders: a folder; each folder in it that holds a `SKILL.md` is one, of all
   * that stands in it · values: a file of JSON (comments allowed) or TOML; what stands under `key` is one · entries: the same, each of its entries is one
   */
  form: 'file' | 'files' | 'folders' | 'values' | 'entries';
  /** Of `files`: how their names end. */
  ending?: string;
  /** Of `values` and `entries`: from the outside to the inside. */
  key?: readonly string[];
}

/** One change to one file. `before`/`after` are whole contents; undefined: the file does not exist. */
export interface FileEdit {
  path: string;
  before?: Buffer;
  after?: Buffer;
}

/** What an installer would do, or why it refuses. Nothing is written until the user agreed. */
export interface InstallPlan {
  edits: FileEdit[];
  /** Sentences for the user: what this gives, what to do next. */
  notes: string[];
  /** Goes into the record's `notes`, over what stands there under the same names. */
  remember?: Record<string, string>;
  /** A sentence why nothing can be done; then `edits` is empty. */
  refusal?: string;
}

export interface InstallRequest {
  environment: AgentEnvironment;
  /** The shell text that the agent is to run on an event. */
  hookCommand: string;
  /** Options after the agent's name on the command line, e.g. kiro's `agent` and `setDefault`. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  /** Runs a program and gives its stdout; undefined when it is not there or failed. For plans that ask the agent's CLI. */
  run(argv: string[]): string | undefined;
}

/** What a program said, and how it ended (`undefined`: it was ended because it took too long). */
export interface ProgramAnswer {
  exitCode: number | undefined;
  /** Its stdout and stderr, the beginning of them. */
  words: string;
}

export interface DiagnoseRequest {
  environment: AgentEnvironment;
  /** The shell text that the agent should run on an event. */
  hookCommand: string;
  /** What a person types to have this agent's hooks put in as they were: options may follow. */
  installCommand: string;
  /** Runs a program without input, for a few seconds at most; undefined: it is not there. */
  ask(argv: readonly string[]): ProgramAnswer | undefined;
}

/** A command of ours in a file of the agent's. */
export interface InstalledCommand {
  path: string;
  command: string;
}

export interface Installer {
  /** Whether this agent is on this machine (its CLI or its folder). */
  isPresent(environment: AgentEnvironment): boolean;
  plan(request: InstallRequest): InstallPlan;
  /** `options.scope: 'project'` puts the hooks into the project at `options.folder`, and they count for that alone. */
  hasProjectScope?: boolean;
  /** `record` is what install remembered of its own edits. Takes out only ours. */
  planUninstall(request: InstallRequest, record: InstallRecord): InstallPlan;
  /** `options.native` (the receiver's base address) has the agent's own telemetry sent there. Absent: that would add nothing, or is not ours to set. */
  hasNative?: boolean;
  /** Why there is nothing to set, where a person who asks for it should know. */
  nativeNote?: string;
  /** The address that our settings have its telemetry sent to; undefined: they do not. Never throws. */
  nativeAddress?(environment: AgentEnvironment): string | undefined;
  /** Where our hooks stand now, for `status` and `doctor`. */
  installedIn(environment: AgentEnvironment, hookCommand: string): string[];
  /** Our commands as they stand in the agent's files, each once a file: what the agent really runs. Absent: `hookCommand` is taken for it. */
  readCommands?(environment: AgentEnvironment, hookCommand: string): InstalledCommand[];
  /** What `doctor` is to know of the agent's files: are all our hooks in them, and will the agent run them. Looks only; never throws. */
  diagnose?(request: DiagnoseRequest): Finding[];
}

/** Remembered in `<SPOOR_HOME>/backups/`: enough to restore byte for byte what nobody edited since. */
export interface InstallRecord {
  agent: AgentId;
  installedAt: string;
  version: string;
  files: { path: string; created: boolean; beforeBase64?: string; afterSha256: string }[];
  /** Folders that did not exist before, outermost first; they go with the files in them if nothing else was put there. */
  createdFolders?: string[];
  /** Free values an installer wants back at uninstall (kiro: the previous default agent). */
  notes: Record<string, string>;
}

/** A hook call that opens no turn, for a session that is none: how `doctor` tries the chain. */
export interface Probe {
  payload: string;
  /** Set in the hook's environment, over what stands there. */
  env: Readonly<Record<string, string>>;
}

/** The hooks of ours that run in a turn of one session. */
export interface ExpectedHooks {
  prompt: boolean;
  toolStart: boolean;
  /** unless-failed: not after a call that failed, was denied or cancelled. */
  toolEnd: 'always' | 'unless-failed';
  /** always: also after a turn that failed or was cancelled. */
  stop: 'always' | 'unless-cut';
}

/** What a turn may be without. */
export type CoveredNumber = 'model' | 'tokens' | 'cost' | 'times';

/** A turn that lacks a number. */
export interface MissingFrom {
  sessionId: string;
  outcome: Outcome;
  /** The history told how it ended. */
  hasEnd: boolean;
}

export interface Agent {
  id: AgentId;
  /** As the vendor writes it: `Kiro`. */
  title: string;
  /** The command that a person starts it with, which is its `service.name` where a shell describes the destination and names none. */
  program: string;
  traits: AgentTraits;
  /** The environment variables by which it finds its own folders, and by which it tells hooks of the session: hooks carry them to us. */
  variables: readonly string[];
  /** What its hooks print so that it goes on as if there were none: its installer puts that into the command. Absent: nothing, as most agents want it. */
  hookAnswer?: string;
  /** One hook call → facts. Never throws. */
  parsePayload(event: HookEvent): Parsed<Fact[]>;
  /** Whether this session id is one that `parsePayload` made up, because the hook told none: `history.place` finds the real one. */
  isProvisional?(sessionId: string): boolean;
  /** Absent: what hooks tell of this agent cannot be tried without a session. */
  toProbe?(sessionId: string, cwd: string): Probe;
  /** Which hooks run in the turns of this session. Absent: nobody knows. */
  expectedHooks?(sessionId: string): ExpectedHooks;
  /** Why this agent does not tell a number of such a turn, in a sentence without its period; undefined: it usually does. */
  whyMissing?(number: CoveredNumber, turn: MissingFrom): string | undefined;
  /**
   * Whether nobody sat before the agent when this hook ran. `processes`: the words that its parent was started with, then those of the
   * processes above; empty when it is gone.
   */
  isHeadless?(event: HookEvent, processes: readonly (readonly string[])[]): boolean;
  /** Where its skills, instructions, MCP servers, hooks and profiles stand for a session; the collector takes their hashes when one begins. */
  config?(request: ConfigRequest): ConfigPlace[];
  history?: History;
  installer?: Installer;
  /** Absent: it has none, or none that comes to a receiver on this machine. */
  telemetry?: Telemetry;
}
