/** What the probe and the checks are given. */
import type { Agent, AgentEnvironment, Installer, ProgramAnswer } from '../agents/agent.ts';
import type { Status } from '../collector/reports.ts';
import type { Config } from '../config/config.ts';
import type { Home } from '../config/home.ts';
import type { Problem } from '../core/problem.ts';
import type { SpanReader } from '../store/store.ts';

export interface DoctorOptions {
  home: Home;
  environment: AgentEnvironment;
  agents: readonly Agent[];
  /** Aborted: clean up and come to an end soon. */
  signal: AbortSignal;
}

export interface DoctorContext extends DoctorOptions {
  nowMillis: number;
  config: { value: Config; problems: readonly Problem[] };
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
