/**
 * The neutral span: what the store keeps and every dialect is rendered from. Values are typed and in fixed units; nothing
 * here is an attribute name of any convention. Absent means not known: never 0, never invented.
 */
import type { AgentId } from './agent-id.ts';
import type { Attributes } from './attributes.ts';
import type { Billing, Cost, CostSum, UnpricedReason } from './cost.ts';
import type { Metered } from './credits.ts';
import type { Repository } from './repository.ts';
import type { TimeSource } from './time.ts';
import type { Provenance, Usage } from './usage.ts';

/**
 * agent: a turn, or a subagent's run · chat: one model request · tool: one tool call · permission: waiting for a person. For some
 * destinations only: session: the envelope of a session's turns · mcp: the request to an MCP server inside a tool call
 */
export type SpanKind = 'agent' | 'chat' | 'tool' | 'permission' | 'session' | 'mcp';

/** denied and cancelled are no errors: their span status stays UNSET, so that error rates are honest. */
export type Outcome = 'ok' | 'error' | 'denied' | 'cancelled' | 'timeout' | 'unknown';

/** The kinds of text a span can carry; what leaves the machine is decided per kind and destination. */
export type ContentKind = 'prompt' | 'answer' | 'reasoning' | 'toolArguments' | 'toolResult';

/** One file a tool touched, by the tool's own words. */
export interface FileTouch {
  path: string;
  /** read | create | edit | delete | list | search, or the tool's own word in lower case. */
  operation: string;
}

/** Something that happened at a moment inside a span: `compaction`, `context-cleared`, `rewind`, `error`, … */
export interface SpanEvent {
  name: string;
  unixNano: bigint;
  attributes: Attributes;
}

/** A pointer to a span of another trace (a TRACEPARENT of an interactive session, a fork's origin). */
export interface SpanLink {
  traceId: string;
  spanId: string;
  /** W3C tracestate. */
  traceState?: string;
  attributes?: Attributes;
}

export interface SpanValues {
  /** The agent's own name of the agent profile or subagent that ran. */
  agentName?: string;
  provider?: string;
  /** agent spans: the tree under version control that the turn worked in. Stands on the resource of all its spans. */
  repository?: Repository;
  requestModel?: string;
  responseModel?: string;
  /** The agent's own id of the model's answer. */
  responseId?: string;
  finishReasons?: string[];
  usage?: Usage;
  /** agent spans: how many chats stand below it; those of subagents are not counted. 0: nobody told of one, and `usage` may stand on the span itself. */
  chatCount?: number;
  /** agent spans: sums over its chats, for dialects that have no chats: never added to `usage`. */
  turnUsage?: Usage;
  /** Credits of exactly this span. A roll-up of spans below never stands here. */
  credits?: number;
  /** Sum over the turn, for people and for dialects that want it on the turn: never added to `credits`. */
  turnCredits?: number;
  /** The agent's own figures behind them, as it wrote them down. */
  metered?: Metered[];
  /** What the person is charged in. Absent: nobody tells. */
  billing?: Billing;
  /** US dollars of exactly this request, at the API's prices unless the agent told them. Never under a subscription. */
  cost?: Cost;
  /** What a request would have cost that is not charged by the token: under a subscription, or where the agent says 0 of a model that has a price. */
  equivalentCost?: Cost;
  /** Why there is neither. */
  unpriced?: UnpricedReason;
  /** Sums over the chats of the turn: never added to `cost`. */
  turnCost?: CostSum;
  /** What this request counted as, where the agent is charged so. 0: it was told to be free. */
  premiumRequests?: number;
  /** Sum over the turn: never added to `premiumRequests`. */
  turnPremiumRequests?: number;
  /** Other than the standard one: such have prices of their own. */
  serviceTier?: string;
  contextUsagePercent?: number;
  contextWindowTokens?: number;
  /** Model requests the agent itself counted in this turn. */
  requestCount?: number;
  /** From a request to the first piece of its answer. */
  timeToFirstChunkNano?: bigint;
  /** The agent's own measure of how long it took, where it gives one. */
  ownDurationNano?: bigint;
  toolName?: string;
  /** The agent's own call id. */
  toolCallId?: string;
  /** Why the model said it calls the tool. Content: goes only where tool arguments may go. */
  toolPurpose?: string;
  mcpServer?: string;
  mcpTool?: string;
  skillName?: string;
  skillPath?: string;
  files?: FileTouch[];
  shellCommand?: string;
  /** The program that the command is about: `npm`. */
  shellFamily?: string;
  exitCode?: number;
  /** How many calls the model asked for at once; their hooks fire together, so their ends do not tell them apart. */
  batchSize?: number;
  /** permission spans: what the person decided. */
  decision?: 'approved' | 'denied' | 'cancelled';
  errorType?: string;
  errorMessage?: string;
  /** agent spans on their way: how long the answer is in UTF-8, whatever of it may leave. Never in the store. */
  answerBytes?: number;
}

/** Up to this length (UTF-16 units) a text of a span counts as short: it is part of what outlines the span. */
export const SHORT_TEXT_LENGTH = 256;

export interface Span {
  spanId: string;
  traceId: string;
  parentSpanId?: string;
  /** W3C tracestate, of a span on its way that is part of somebody else's trace. Never in the store. */
  traceState?: string;
  /** Of a turn on its way: its calls stand beside it, below the envelope of its session. Never in the store. */
  isFlat?: true;
  kind: SpanKind;
  agent: AgentId;
  /** The native session this span belongs to; a subagent's spans carry the subagent's own. */
  sessionId: string;
  /** Zero-based position of the turn in its session. */
  turnIndex: number;
  startUnixNano: bigint;
  /** Absent while the span is open (a pending span). */
  endUnixNano?: bigint;
  outcome: Outcome;
  values: SpanValues;
  content: Partial<Record<ContentKind, string>>;
  events: SpanEvent[];
  links: SpanLink[];
  /** `times` for the clock; `usage`, `cost`, `model`, `credits` for the numbers. */
  provenance: { times: TimeSource; model?: Provenance | 'session'; usage?: Provenance; cost?: Provenance; credits?: Provenance };
  /** What only this agent has, under its own prefix (`kiro.…`). */
  extra: Attributes;
  /** Every native key that means this span; the store maps each to `spanId`. */
  keys: string[];
  /** No known source can still add to it: it may be delivered, and never changes after. */
  final: boolean;
  /** Some source that should have told of it never came before its deadline. */
  incomplete?: boolean;
}
