/** `GET /api/tools`, `/api/tools/calls`, `/api/skills`: what was called, how long it took, how it ended. Types only. */
import type { CostFigures, Filter, Page, Series, Spread, Timed } from './figures.ts';
import type { Outcome } from '../../core/span.ts';

/** tool: by its name · mcp: by MCP server · command: shell commands by their family · agent: by coding agent */
export type ToolGrouping = 'tool' | 'mcp' | 'command' | 'agent';

export interface ToolsQuery extends Filter {
  by?: ToolGrouping;
}

export interface ToolRow {
  name: string;
  calls: number;
  /** Sessions with a call of it. */
  sessions: number;
  callsPerSession: number;
  callsPerTurn: number;
  errors: number;
  /** (error + timeout) ÷ (ok + error + timeout); absent over nothing. */
  errorRate?: number;
  denied: number;
  cancelled: number;
  /** Run time alone. */
  run: Spread;
  /** Waiting for a person: of those calls that waited. */
  wait: Spread;
  /** p95 of the run time by bucket of time. */
  trend: Series;
  /** Against the window of the same length before: relative change (0.1: 10 % more); absent where there was nothing. */
  change: { calls?: number; p95?: number; errorRate?: number };
}

export interface Histogram {
  /** Borders of the buckets in the unit of the thing, one more than `counts`. */
  borders: number[];
  counts: number[];
}

export interface ToolsAnswer extends Timed {
  rows: ToolRow[];
  totals: { calls: number; sessions: number; turns: number; errors: number; errorRate?: number; denied: number };
  sessionDuration: Histogram;
  callsPerSession: Histogram;
  callsPerTurn: Histogram;
}

export interface CallRow {
  spanId: string;
  agent: string;
  /** The session at the top of the family. */
  sessionId: string;
  sessionTitle?: string;
  tool: string;
  summary?: string;
  startMillis: number;
  runMillis?: number;
  waitMillis?: number;
  outcome: Outcome;
  errorType?: string;
  errorMessage?: string;
  isSubagent: boolean;
}

export interface CallsQuery extends ToolsQuery {
  /** Row of the table above. */
  name?: string;
  which: 'slowest' | 'failed' | 'denied' | 'newest';
  limit?: number;
  /** `next` of the page before. */
  after?: string;
}

export type CallsAnswer = Page<CallRow> & Timed;

export interface SkillRow {
  name: string;
  agents: string[];
  activations: number;
  sessions: number;
  /** Of all sessions in the window. */
  shareOfSessions: number;
  lastMillis?: number;
  trigger: { user: number; model: number; subagent: number };
  /** From its load to the next load or the turn's end. */
  duration: Spread;
  tools: number;
  /** Failed calls inside its scope. */
  errors: number;
  errorRate?: number;
  /** Of the requests inside its scope. Empty under a filter by model: which model they asked is not known of a load. */
  cost: CostFigures;
  /** Dollars, charged or else equivalent, of one load: the mean of those that told it. */
  costPerActivation?: number;
  /** Hashes of its texts as sessions of the window were offered it (with its name: `Filter.skillVersion`), the oldest first. Nothing is known of imported sessions. */
  versions: string[];
  activationsByDay: Series;
  /** loaded-unused: loaded, and no tool was called in its scope · never: offered to sessions of the window, never loaded */
  status: 'used' | 'loaded-unused' | 'never';
}

export interface SkillsAnswer extends Timed {
  rows: SkillRow[];
  sessions: number;
}
