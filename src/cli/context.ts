/**
 * All that a command may touch of the world. `create-context.ts` makes the real one; tests make their own.
 */
import type { AgentEnvironment } from '../agents/agent.ts';
import type { FoundSource } from '../collector/import-history.ts';
import type { CollectReport, ImportProgress, ImportReport, Status } from '../collector/reports.ts';
import type { ReplayProgress, ReplayReport, ReplayRequest } from '../collector/replay/replay-report.ts';
import type { Home } from '../config/home.ts';
import type { AgentId } from '../core/agent-id.ts';
import type { Store } from '../store/store.ts';

/** OTLP/HTTP's own port, since receivers of spans are looked for there: https://opentelemetry.io/docs/specs/otlp/#otlphttp-default-port */
export const DEFAULT_PORT = 4318;

/** One of the two streams that people and programs read. */
export interface Output {
  /** Resolves when the reader can take more. After the reader has gone (EPIPE) it does nothing. */
  write(data: string | Uint8Array): Promise<void>;
  isTerminal: boolean;
  /** Width in cells; a sensible one where it is no terminal. */
  columns: number;
  color: boolean;
  /** The reader has gone: there is no point in going on. */
  isClosed(): boolean;
}

/** A terminal that is drawn on as a whole. */
export interface TerminalScreen {
  /** In cells, as it is now. */
  size(): { columns: number; rows: number };
  /** One text a line, from the top; what does not fit below is left out. */
  draw(lines: readonly string[]): void;
  /** `key`: what was pressed, as the terminal sends it. */
  onKey(listener: (key: string) => void): void;
  onResize(listener: () => void): void;
  /** Idempotent; also done when the process ends in any way that it notices. */
  close(): void;
}

export interface CliContext {
  environment: AgentEnvironment;
  home: Home;
  /** The folder that it was started in, absolute. */
  folder: string;
  /** The folder that holds `samples/` and `package.json`. */
  packageRoot: string;
  /** Data. */
  stdout: Output;
  /** Talk and progress. */
  stderr: Output;
  nowMillis(): number;
  /** Whether a person can be asked: stdin and stderr are terminals. */
  canAsk: boolean;
  /** Asks for a line on stderr; undefined where nobody can answer, or did (Ctrl-C, Ctrl-D). */
  ask(question: string, options?: { /** What is typed is not shown. */ isHidden?: boolean }): Promise<string | undefined>;
  /** Asks a yes/no question on stderr; undefined where nobody can answer. Ctrl-C and Ctrl-D are a no. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Takes the whole terminal, to draw on and for its keys; absent or undefined where stdin and stdout are none. Closing gives it back. */
  openScreen?(): TerminalScreen | undefined;
  /** Opens an address in the user's browser; quietly nothing where there is none. */
  openBrowser(url: string): void;
  /** Opens the store of this home. `create: false`: undefined when there is none yet. The caller closes it. */
  openStore(home: Home, options: { create: boolean }): Promise<Store | undefined>;
  collector: CollectorActions;
}

export interface CollectorActions {
  /** Drains the spool, reconciles, delivers what can be delivered, and returns. Waits for a collector that runs. */
  collectOnce(): Promise<CollectReport>;
  /** Collects until there is nothing left to wait for, or until `signal`. `ran: false`: another one is at it. */
  runCollector(signal: AbortSignal): Promise<CollectReport>;
  /** Serves over HTTP and collects until `signal`, in place of a collector that runs. */
  serve(request: { port: number; signal: AbortSignal; /** Imports the past beside. */ imports: boolean; onListening(url: string): Promise<void> }): Promise<CollectReport>;
  importHistory(request: ImportRequest): Promise<ImportReport>;
  readStatus(): Promise<Status>;
  /** Sends the past again; see `ReplayReport`. Ends early when `signal` says so. */
  sendPast(request: ReplayRequest, options: { signal: AbortSignal; onProgress(progress: ReplayProgress): void }): Promise<ReplayReport>;
}

export interface ImportRequest {
  /** Whose store is written: the user's own, or a throw-away one for samples. */
  home: Home;
  environment: AgentEnvironment;
  /** Agent ids; empty: all that have a history. */
  agents: readonly AgentId[];
  sinceMillis?: number;
  /** Replaces the agent's usual folders. */
  from?: string;
  onProgress?(progress: ImportProgress): void;
  /** Called once with every session that was found, before any is read. */
  onFound?(sources: readonly FoundSource[]): void;
}
