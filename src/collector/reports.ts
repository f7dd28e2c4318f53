/** What the collector's actions answer. Plain data: the command line prints it, `--json` gives it as it is. */
import type { AgentId } from '../core/agent-id.ts';
import type { Problem } from '../core/problem.ts';

/** Problems of one kind, counted; `detail` is one example. */
export interface ProblemCount {
  agent: AgentId;
  code: string;
  detail: string;
  count: number;
}

export interface CollectReport {
  /** False: another collector holds the lock and does the work. */
  ran: boolean;
  /** Hook calls taken from the spool. */
  events: number;
  sessions: number;
  /** Spans that are new or changed. */
  spansWritten: number;
  delivered: number;
  /** Deliveries that wait for their destination. */
  waiting: number;
  problems: ProblemCount[];
}

export interface ImportProgress {
  /** Of the session that is through now. */
  agent: AgentId;
  /** All spans are there: now long texts are added. */
  isText: boolean;
  /** Sessions whose spans are stored, or whose files did not change; of all agents. */
  sessions: number;
  sessionsTotal: number;
  /** History that was read and stored, of what is new. */
  bytes: number;
  bytesTotal: number;
}

export interface AgentImport {
  agent: AgentId;
  /** Folders and files that were looked in. */
  roots: string[];
  /** Sessions in the agent's history (after `since`). */
  found: number;
  /** Of them: read, because new or changed since the last import. */
  read: number;
  bytes: number;
  turns: number;
  spansWritten: number;
}

export interface ImportReport {
  agents: AgentImport[];
  problems: ProblemCount[];
}

export interface Status {
  home: string;
  version: string;
  collector: { running: boolean; pid?: number; version?: string; startedMillis?: number };
  /** Hook calls not yet collected; `setAside`: those that could not be read. */
  spool: { waiting: number; bytes: number; oldestMillis?: number; setAside: number };
  /** `bytes` undefined: there is no store yet. */
  store: { bytes?: number; sessions: number; pending: number; newestMillis?: number };
  agents: {
    agent: AgentId;
    title: string;
    /** The agent is on this machine. */
    present: boolean;
    /** Files in which our hooks stand. */
    installedIn: string[];
    /** They act only where a shell names an OTLP endpoint. */
    envOnly?: true;
    /** Our settings have its own telemetry sent there. */
    nativeTo?: string;
    sessions: number;
    newestMillis?: number;
  }[];
  destinations: DestinationReport[];
  /** What is wrong with the configuration as it stands now, with file and line. */
  configProblems: Problem[];
  /** What went wrong at destinations, counted since the store began. */
  deliveryProblems: Omit<ProblemCount, 'agent'>[];
  /** What of agents' data was not understood, counted since the store began. */
  problems: ProblemCount[];
  /** The newest error in any of the logs, with the log's name. */
  lastError?: { atMillis: number; log: string; message: string };
}

export interface DestinationReport {
  name: string;
  /** False: it stands in config.yaml no more; what was put in for it is kept. */
  configured: boolean;
  /** A shell described it: its address without secrets. */
  shellAddress?: string;
  /** Secrets it refers to that are not there for this process: names of variables, paths of files. */
  missingSecrets: string[];
  waiting: number;
  /** Delivered so far. */
  sent: number;
  setAside: number;
  /** Its queue is full: spans that stay in the store until there is room, and since when. */
  held?: { spans: number; sinceMillis: number };
  /** Spans of sessions that are not in its sample. */
  sampledOut?: number;
  lastError?: string;
  lastDeliveredMillis?: number;
}
