/**
 * Facts: what a source told, in our words. Hook payloads, history records and native telemetry all become facts; assembly
 * makes spans of them. A fact is immutable and has a key: two facts with one key are the same fact, told twice.
 */
import type { AgentId } from './agent-id.ts';
import type { Attributes } from './attributes.ts';
import type { Billing, Cost } from './cost.ts';
import type { Metered } from './credits.ts';
import type { SessionParent } from './session.ts';
import type { Repository } from './repository.ts';
import type { FileTouch, Outcome, SpanLink, SpanValues } from './span.ts';
import type { Instant } from './time.ts';
import type { Usage } from './usage.ts';

export type FactSource = 'hook' | 'history' | 'native';

interface FactBase {
  agent: AgentId;
  /** Native session id. */
  sessionId: string;
  source: FactSource;
  /** Unique in (agent, source). Hook: made from the spool file. History: the record's own id, else its place in the file. */
  key: string;
  /** When it happened, if the source says so. */
  at?: Instant;
  /** Place in its own source where that has an order of its own (line number); hooks are ordered by time. */
  order: number;
  /** Native turn id, if the agent has one and this source tells it. */
  turnKey?: string;
  /** Which of our registrations told it, where an agent may run more than one for the same event: the others are echoes. */
  channel?: string;
  /** The shell that its agent ran in, by its key, where that said anything: see `ShellSettings`. */
  shell?: string;
}

/** A tool call as it was asked for. */
export interface ToolRequest {
  /** Native call id, where this source knows it: unique in its agent. */
  callId?: string;
  /** The agent's own call id, where that is unique in its turn alone and `callId` was made of it; null where this source tells none and `callId` is a place. */
  nativeCallId?: string | null;
  /** The name as the agent writes it in its history and UI (exported as gen_ai.tool.name). */
  name: string;
  /** Alias-free name: equal for every spelling of the same tool; the sources are paired by it. */
  canonicalName: string;
  input: unknown;
  purpose?: string;
  mcpServer?: string;
  mcpTool?: string;
  skillName?: string;
  skillPath?: string;
  files?: FileTouch[];
  shellCommand?: string;
  /** The call starts agents of its own: what each was told, to find its session. */
  spawns?: SpawnedAgent[];
}

/** A subagent as its parent asked for it. */
export interface SpawnedAgent {
  name?: string;
  prompt?: string;
  /** Its session, where the history tells it beside the call. */
  sessionId?: string;
}

export interface ToolResult {
  outcome: Outcome;
  /** Text for people and for content export. */
  output?: string;
  exitCode?: number;
  errorType?: string;
  errorMessage?: string;
  /** The tool's own measure, where the agent gives one. 0: it says that the call took no time that it can tell. */
  durationNano?: bigint;
  /** What the call started, by the agent's own ids: sessions of subagents, runs of several. */
  started?: string[];
  /** Where only the result tells that the tool is one of an MCP server. */
  mcpServer?: string;
  mcpTool?: string;
}

export type ContextChange = 'compaction' | 'cleared' | 'rewind' | 'prompt-cancelled' | 'steering' | 'api-retry';

export type Fact = FactBase &
  (
    | {
        type: 'session.seen';
        title?: string;
        cwd?: string;
        /** The tree that it worked in at that moment. */
        repository?: Repository;
        parent?: SessionParent;
        agentName?: string;
        agentVersion?: string;
        model?: string;
        contextWindowTokens?: number;
        startedAt?: bigint;
        /** When the history's records were last written: what hooks tell of later cannot stand in them. */
        writtenAt?: bigint;
        /** The variables by which the agent's process found its own folders: its history is looked for with the same. */
        agentEnvironment?: Record<string, string>;
        /** The process that ran the hook: the agent, where nothing stands between. */
        agentPid?: number;
        /** A process of the agent took the session up, or left it, at that moment. Says nothing of when the session began or ended. */
        process?: { change: 'began' | 'ended'; unixNano: bigint };
        extra?: Attributes;
      }
    /** A person's (or a parent agent's) prompt: opens a turn. */
    | {
        type: 'turn.started';
        messageId?: string;
        prompt?: string;
        /** This source will tell when the turn is over: until then no answer is taken for the last one. */
        isEndTold?: boolean;
        /** The agent's run that the prompt came into: one with the key of the running turn's own steers that turn. No id of a turn: later turns may repeat it. */
        runKey?: string;
        /** The tree that it worked in when the prompt came. */
        repository?: Repository;
        /** The agent's own trace of this prompt. */
        links?: SpanLink[];
        extra?: Attributes;
      }
    /** One answer of a model: one chat span. `callIds`: the tool calls it asked for, in order. */
    | {
        type: 'model.answered';
        messageId: string;
        /** The agent's own id of the answer, where `messageId` is not it: null where it has none. */
        responseId?: string | null;
        /** ok, cancelled when the person interrupted it, or error when the request failed. */
        outcome: Outcome;
        errorType?: string;
        /** The agent wrote this answer itself (a note on an interruption): no model was asked, nothing was charged. */
        isSynthetic?: boolean;
        callIds: string[];
        text?: string;
        reasoning?: string;
        requestModel?: string;
        responseModel?: string;
        provider?: string;
        usage?: Usage;
        /** What all requests of the turn used so far, where the agent tells no single request's: this one's if there was no other. */
        turnUsage?: Usage;
        /** Only the reasoning of an answer: its words, if there are any, come in a fact of their own behind it. */
        isReasoningAlone?: boolean;
        credits?: number;
        /** In dollars as the agent tells them. 0 may mean free, or that it does not know. */
        cost?: Cost;
        /** The agent has the cost from the provider, and did not work it out. */
        isProvidersCost?: boolean;
        /** Where this request tells it; else `AgentTraits.billing` counts. */
        billing?: Billing;
        premiumRequests?: number;
        /** Other than the standard one. */
        serviceTier?: string;
        finishReasons?: string[];
        /** How full the context was when it came. */
        contextUsagePercent?: number;
        startedAt?: bigint;
        endedAt?: bigint;
        timeToFirstChunkNano?: bigint;
        /** The agent's own id of the request, where its telemetry knows the answer by that. */
        requestId?: string;
        /** How often it was sent until this answer came, where that was more than once. */
        attempts?: number;
        /** What of this the agent's own telemetry told, and not this source. */
        told?: { times?: 'native'; usage?: 'native'; cost?: 'native' };
        extra?: Attributes;
      }
    /** A request to a model was sent (telemetry that tells of its answer apart): at which moment, and which try it was. */
    | { type: 'model.asked'; attempt?: number }
    /** The model asked for a tool (history). `messageId`: the answer it stands in. */
    | { type: 'tool.called'; tool: ToolRequest; messageId?: string }
    /** A tool is about to run or to be asked for (hook before). */
    | { type: 'tool.started'; tool: ToolRequest }
    /** A tool's verdict: from a hook after it, or from history. */
    | { type: 'tool.ended'; tool?: ToolRequest; callId?: string; result: ToolResult; extra?: Attributes }
    /** A person is asked whether these calls may run. `tool`: the call, where this source does not tell its id, nor what was answered. */
    | { type: 'permission.asked'; askId: string; callIds: string[]; tool?: ToolRequest }
    | { type: 'permission.answered'; askId: string; decision: NonNullable<SpanValues['decision']> }
    /** Who decided whether this call may run, and when (telemetry). No `decision`: no person was asked. */
    | { type: 'tool.decided'; callId: string; decision?: NonNullable<SpanValues['decision']>; extra?: Attributes }
    /** A skill was loaded, and who wanted it (telemetry). */
    | { type: 'skill.activated'; skillName: string; extra: Attributes }
    /** The turn is over. `messageIds` says which turn, where the source knows. */
    | {
        type: 'turn.ended';
        reason: Outcome;
        answer?: string;
        messageIds?: string[];
        startedAt?: bigint;
        endedAt?: bigint;
        durationNano?: bigint;
        /** One entry a model request, in order. */
        requestCredits?: number[];
        /** The whole turn's, where the agent meters no single request. */
        turnCredits?: number;
        /** What these were read from, figure by figure. */
        metered?: Metered[];
        /** The same of tokens: its one request's, where it had no other. */
        turnUsage?: Usage;
        /** The whole turn's, where no request of it tells its own. */
        turnPremiumRequests?: number;
        requestCount?: number;
        contextUsagePercent?: number;
        agentName?: string;
        errorType?: string;
        errorMessage?: string;
        /** The source is written before the stop hooks run: a turn of the hooks waits for its own. */
        stopMayFollow?: boolean;
        /** The source says of no turn that it is over, and nothing followed so far: it is if its hooks say so, or the call it is a subagent's. */
        isTentative?: boolean;
        /** The session ended, and with it the turn that ran. If none ran, this tells of no turn. */
        isSessionEnd?: boolean;
        extra?: Attributes;
      }
    /** What the requests of the turn that holds this message cost, seen while it was the newest turn. Kept: later the source forgets. */
    | { type: 'turn.metered'; messageId: string; requestCredits: number[] }
    /** Which model answered the turn that holds this message, seen while it was the newest turn. Kept: later the source forgets. */
    | { type: 'model.seen'; messageId: string; model: string; contextWindowTokens?: number }
    /**
     * The conversation was compacted, cleared, rewound, its prompt cancelled, steered by a word of the person in the middle of a turn, or
     * a request to the model failed and was tried again. `recordId`: the record's own id, which a fork's copy of it repeats.
     */
    | { type: 'context.changed'; change: ContextChange; recordId?: string; attributes?: Attributes; text?: string }
  );

export type FactType = Fact['type'];
export type FactOf<T extends FactType> = Extract<Fact, { type: T }>;
