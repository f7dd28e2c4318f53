/** `GET /api/overview`, `/api/models`, `/api/health`: what is going on, what it costs, how the tracing itself is. Types only. */
import type { CostFigures, Filter, Spread, Timed, TokenFigures } from './figures.ts';
import type { SessionRow } from './sessions.ts';

export interface GroupFigures {
  /** By model '': turns and requests of which nobody tells the model, so that the rows add up to the totals. */
  name: string;
  sessions: number;
  turns: number;
  toolCalls: number;
  errors: number;
  errorRate?: number;
  denied: number;
  tokens: TokenFigures;
  cost: CostFigures;
  /** Absent: of no turn is it known. */
  activeMillis?: number;
}

/** A session in which a person is waited for. */
export interface WaitingRow {
  session: SessionRow;
  /** permission: a call is to be allowed · answer: its turn is over, and it has not been looked at · error: its last turn failed */
  why: 'permission' | 'answer' | 'error';
  /** What is asked: the tool and its summary. */
  what?: string;
  spanId?: string;
  sinceMillis: number;
}

export interface OverviewAnswer extends Timed {
  nowMillis: number;
  /** Anything was ever traced or imported. */
  hasSessions: boolean;
  running: SessionRow[];
  waiting: WaitingRow[];
  today: GroupFigures;
  week: GroupFigures;
  byAgent: GroupFigures[];
  byProject: GroupFigures[];
  byModel: GroupFigures[];
  /** Of the window that was asked for, by day: sessions, calls, errors, dollars. */
  days: { starts: number[]; sessions: number[]; toolCalls: number[]; errors: number[]; usd: (number | null)[] };
  /** Under a filter by model their tokens and cost are those of its requests alone. */
  mostExpensive: SessionRow[];
  /** By p95 of the run time, however few calls there were: of one or two it is near the longest. */
  slowestTools: { name: string; calls: number; run: Spread }[];
  health: HealthSummary;
}

export interface HealthSummary {
  state: 'good' | 'attention' | 'bad';
  /** Sentences, the worst first. */
  notes: string[];
  agents: { agent: string; title: string; installed: boolean; hooksSeen: number; lastHookMillis?: number; hook: Spread }[];
  spool: { waiting: number };
  destinations: DestinationHealth[];
  lastError?: { atMillis: number; text: string };
  importing?: ImportProgress;
  indexing?: { done: number; total: number };
}

export interface ImportProgress {
  /** Sessions whose spans are there, subagents' included. */
  done: number;
  total: number;
  /** All spans are there: now long texts are added. */
  isText?: true;
  /** History that was taken in, a second. Absent, as what is left, until enough of it is through to tell. */
  bytesPerSecond?: number;
  leftMillis?: number;
}

export interface DestinationHealth {
  name: string;
  type: string;
  endpoint?: string;
  sent: number;
  waiting: number;
  setAside: number;
  held: number;
  oldestWaitingMillis?: number;
  lastError?: string;
  acceptedAtMillis?: number;
  nextAttemptMillis?: number;
}

export interface HealthAnswer extends Timed, HealthSummary {
  version: string;
  problems: { agent: string; code: string; detail: string; count: number; advice?: string }[];
  receiver: { signal: 'traces' | 'logs' | 'metrics'; service: string; records: number; merged: number; kept: number; lastMillis: number }[];
}

/** By model one for each pair of model and provider. */
export interface ModelRow {
  model: string;
  /** By model alone: elsewhere several may be asked. */
  provider?: string;
  requests: number;
  sessions: number;
  tokens: TokenFigures;
  /** cacheRead ÷ input; absent where neither is told. */
  cacheHitRate?: number;
  cost: CostFigures;
  /** Of its requests. */
  duration: Spread;
  timeToFirstChunk: Spread;
  /** Of its requests, those that ended in error or timeout: no calls. */
  errors: number;
}

export interface ModelsAnswer extends Timed {
  rows: ModelRow[];
  totals: { tokens: TokenFigures; cost: CostFigures; cacheHitRate?: number };
  /** Tokens by kind and dollars by bucket of time. `input` is what was neither read from a cache nor written to one. */
  series: { starts: number[]; input: number[]; cacheRead: number[]; cacheCreation: number[]; output: number[]; reasoning: number[]; usd: (number | null)[]; credits: (number | null)[] };
}

export interface ModelsQuery extends Filter {
  by?: 'model' | 'project' | 'agent' | 'branch';
}
