/** `GET /api/sessions/:agent/:id` and `/api/spans/:id`: one session as a tree of spans, light; and one span, whole. Types only. */
import type { Attributes } from '../../core/attributes.ts';
import type { FileTouch, Outcome } from '../../core/span.ts';
import type { CostFigures, Timed, TokenFigures } from './figures.ts';
import type { SessionRow, TimeShares } from './sessions.ts';

/** As columns, each as long as the others and in the order of the tree (a parent before its children, siblings by start): 100,000 spans are few bytes and no objects. */
export interface SpanColumnsJson {
  id: string[];
  /** Row of the parent in these columns; -1: a turn of the session itself. */
  parent: number[];
  /** agent · chat · tool · permission · policy */
  kind: string[];
  /** The tool, the model, the agent, or what was asked. */
  name: string[];
  /** ms after the session's `startMillis`. */
  start: number[];
  /** ms; -1: open. */
  duration: number[];
  outcome: Outcome[];
  /** Row in `turns`. */
  turn: number[];
}

/** What few spans have, by row: sparse, so that it costs nothing where there is none. */
export interface SpanDetails {
  /** ms of waiting for a person inside it, in `waits` as [start, end] after the session's start. */
  waits?: [number, number][];
  skill?: string;
  mcpServer?: string;
  shellFamily?: string;
  /** One line for people: the command, the file, the query. */
  summary?: string;
  errorType?: string;
  tokens?: TokenFigures;
  cost?: CostFigures;
  contextPercent?: number;
  contextWindowTokens?: number;
  /** `at`: ms after the session's start, as `waits`. */
  events?: { name: string; at: number; label?: string }[];
  /** Times are estimated: a place to draw it, and no run time but `own`. */
  estimated?: boolean;
  /** The agent's own measure of its run time (ms), where it tells one. Else that is `duration` without the waits. */
  own?: number;
  changed?: boolean;
  /** The subagent's own session. */
  sessionId?: string;
  batchSize?: number;
}

export interface TurnRow {
  spanId: string;
  index: number;
  prompt?: string;
  startMillis: number;
  /** Absent: open. */
  endMillis?: number;
  /** The agent's own measure, else from start to end. Absent: its end is not told, or only estimated. */
  activeMillis?: number;
  /** Of an open one: when something last happened in it, or in a subagent of it. */
  lastMillis?: number;
  outcome: Outcome;
  toolCalls: number;
  modelCalls: number;
  errors: number;
  denied: number;
  tokens: TokenFigures;
  cost: CostFigures;
  shares: TimeShares;
  model?: string;
}

/** What a light answer left out. Its rows are those of a whole answer with the same revision. */
export interface DetailsAnswer extends Timed {
  details: Record<number, SpanDetails>;
  revision: number;
}

export interface CoverageAnswer extends Timed {
  coverage: CoverageRow[];
}

/** What hooks and history told of the session, what is missing and why. */
export interface CoverageRow {
  what: string;
  seen: number;
  expected?: number;
  /** Why something is missing, and what to do about it. */
  note?: string;
}

export interface ConfigPart {
  /** skill · instructions · mcp · hooks · model · agent */
  kind: string;
  name: string;
  hash: string;
}

/** `after`: the revision of an answer that is there already. */
export interface SessionQuery {
  agent: string;
  sessionId: string;
  after?: number;
  /** Where spans were sent to, for links: the server adds them. */
  destinations?: LinkedDestination[];
}

/** A destination that has a page for a trace. */
export interface LinkedDestination {
  name: string;
  /** Of its preset; see `exporters/presets/preset.ts`. */
  traceUrl: string;
  url: string;
  region?: string;
  trace?: 'turn' | 'session';
}

export interface SessionAnswer extends Timed {
  /** Only turns that changed since `after`, with all their spans: they take the place of those with the same `spanId`. Rows count within this answer. */
  isPartial?: boolean;
  /** Span ids of turns that went since `after`. */
  removed?: string[];
  session: SessionRow;
  startMillis: number;
  endMillis: number;
  turns: TurnRow[];
  spans: SpanColumnsJson;
  /** Row → details. */
  details: Record<number, SpanDetails>;
  /** A very long session: calls and requests have no details yet. `details` is a question of its own, and for the same rows. */
  isLight?: boolean;
  /** Absent in a long session: `coverage` is a question of its own. */
  coverage?: CoverageRow[];
  config?: { fingerprint: string; parts: ConfigPart[]; previous?: { fingerprint: string; parts: ConfigPart[] } };
  /** Where its trace can be seen at destinations that have a page for it. */
  links: { destination: string; url: string }[];
  /** Changes with each write to it: what a live page asks with, to be told what is new. */
  revision: number;
}

/** One text of a span, whole: prompt · answer · reasoning · toolArguments · toolResult. */
export interface ContentQuery {
  spanId: string;
  kind: string;
}

export interface ContentAnswer extends Timed {
  text: string;
}

/** A session with its subagents, or one span, as one OTLP request in JSON. */
export type OtlpQuery = { agent: string; sessionId: string } | { spanId: string };

export interface OtlpAnswer extends Timed {
  otlp: string;
}

/** Everything of one span. */
export interface SpanAnswer extends Timed {
  spanId: string;
  traceId: string;
  parentSpanId?: string;
  kind: string;
  name: string;
  agent: string;
  sessionId: string;
  turnIndex: number;
  startMillis: number;
  endMillis?: number;
  /** The agent's own measure, else from start to end without the waits. Absent: open, or only estimated. */
  runMillis?: number;
  /** Times are estimated. */
  isEstimated?: boolean;
  outcome: Outcome;
  errorType?: string;
  errorMessage?: string;
  toolName?: string;
  toolCallId?: string;
  purpose?: string;
  shellCommand?: string;
  exitCode?: number;
  mcpServer?: string;
  mcpTool?: string;
  skillName?: string;
  files: FileTouch[];
  model?: string;
  provider?: string;
  finishReasons?: string[];
  tokens: TokenFigures;
  cost: CostFigures;
  /** Prompt, answer, reasoning, toolArguments (JSON text), toolResult: what the store has. */
  content: Partial<Record<'prompt' | 'answer' | 'reasoning' | 'toolArguments' | 'toolResult', string>>;
  /** Of a text that was cut for the page: its whole length in characters; `/api/spans/:id/content/:kind` has all of it. */
  cut: Record<string, number>;
  events: { name: string; atMillis: number; attributes: Record<string, unknown> }[];
  /** As a destination would get them, in the gen-ai dialect. */
  attributes: Attributes;
  provenance: Record<string, string>;
  keys: string[];
  isFinal: boolean;
  isChanged: boolean;
}
