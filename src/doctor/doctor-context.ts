/** What the probe and the checks are given. */
import type { Agent, AgentEnvironment, Installer, ProgramAnswer } from '../agents/agent.ts';
import type { Status } from '../collector/reports.ts';
import type { Config } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import type { Problem } from '../core/problem.ts';
import type { ShellSettings } from '../core/shell.ts';
import type { Destination } from '../exporters/exporter.ts';
import type { SpanReader } from '../store/store.ts';

/** The destination that this shell's variables describe has a hash for a name: people know it by this. */
export const SHELL_NAME = 'this-shell';

export interface DoctorOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Where this home is served now: there its agents' own telemetry is taken in. Absent: nowhere. */
  servedAt?: string;
  /** Aborted: clean up and come to an end soon. */
  signal: AbortSignal;
}

export interface DoctorContext extends DoctorOptions {
  nowMillis: number;
  /** What config.yaml says, without this shell. */
  config: { value: Config; problems: readonly Problem[] };
  /** What this shell says, which counts for sessions that are started in it. `destination`: its own, with secrets. */
  shell: { settings: ShellSettings; destination?: Destination; problems: readonly Problem[] };
  /** Absent: the store cannot be opened; `storeError` says why. */
  status?: Status;
  storeError?: string;
  /** Absent: there is none yet, or it cannot be opened. */
  store?: SpanReader;
  ask(argv: readonly string[]): ProgramAnswer | undefined;
}

/** An agent that hooks can be put into. */
export type HookedAgent = Agent & { installer: Installer };

export function toHookedAgents(agents: readonly Agent[]): HookedAgent[] {
  return agents.filter((agent): agent is HookedAgent => agent.installer !== undefined);
}
