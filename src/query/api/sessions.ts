/** `GET /api/sessions`: the list, and what a row of it shows. Types only. */
import type { CostFigures, Filter, Page, Timed, TokenFigures } from './figures.ts';

/**
 * running: a turn is open and its agent works · waiting: a person is waited for · idle: open, nothing happens · done: its last turn ended well ·
 * failed: its last turn ended in an error · unknown: nobody told how its last turn ended
 */
export type SessionState = 'running' | 'waiting' | 'idle' | 'done' | 'failed' | 'unknown';

/** Where time went, in ms; the parts add up to the session's wall time. Of spans whose times are told: what only estimates cover is `other`. */
export interface TimeShares {
  /** The model answered, and no tool ran. */
  model: number;
  tool: number;
  /** A person was waited for inside a turn. Absent: nothing that is known of it could tell. */
  wait?: number;
  /** The gate decided. Absent: nothing tells of one. */
  gate?: number;
  /** Between turns. */
  idle: number;
  /** Inside turns, and nobody tells what. */
  other: number;
}

export interface SessionRow {
  agent: string;
  sessionId: string;
  state: SessionState;
  /** The agent's title, else the first prompt. */
  title?: string;
  /** The repository's name, else the folder's. */
  project?: string;
  cwd?: string;
  branch?: string;
  models: string[];
  agentVersion?: string;
  startMillis: number;
  /** When something last happened in it. */
  lastMillis: number;
  /** Of an open turn until something last happened in it. Absent: of no turn is it known. */
  activeMillis?: number;
  /** From the first to the last moment of it and of its subagents: what `shares` add up to. */
  wallMillis: number;
  shares: TimeShares;
  turns: number;
  toolCalls: number;
  modelCalls: number;
  errors: number;
  denied: number;
  subagents: number;
  tokens: TokenFigures;
  cost: CostFigures;
  skills: string[];
  /** Highest fill of the context window that was told, in per cent. */
  contextPercent?: number;
  configFingerprint?: string;
  /** Where full text was searched: a piece of what was found, matches between U+0002 and U+0003. */
  snippet?: string;
  /** The span that the snippet is of. */
  snippetSpanId?: string;
}

export type SessionOrder = 'last' | 'start' | 'active' | 'cost' | 'toolCalls' | 'errors' | 'tokens';

export interface SessionsQuery extends Filter {
  /** Full text: prompts, answers, commands, files, tool arguments and output. */
  text?: string;
  state?: SessionState[];
  /** Only those with a failed call. */
  hasErrors?: boolean;
  hasDenied?: boolean;
  /** Default: last. Always descending, but `start` may be ascending. */
  order?: SessionOrder;
  ascending?: boolean;
  limit?: number;
  after?: string;
}

export type SessionsAnswer = Page<SessionRow> &
  Timed & {
    /** Of this page, or of all that the filter leaves where that is known. */
    longestActiveMillis: number;
    /**
     * Looking through the sessions one by one took too long: `next` goes on where it stopped, even where nothing was found so far. Without
     * `next`: the text stands in more than a million spans, and the oldest were not looked at.
     */
    isCut?: boolean;
  };
