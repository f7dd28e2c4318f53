/** What a person said in the shell that they started an agent in: it counts for what ran there, and for nothing else. */

import type { ShellSharing } from './sharing.ts';

/** A span of somebody else's trace (W3C Trace Context): the run was started on its behalf. */
export interface RemoteParent {
  traceId: string;
  spanId: string;
  /** W3C tracestate. */
  traceState?: string;
  /** Nobody sits before it: the run is a child of that span. Else, or where nothing tells, it only links to it. */
  isHeadless: boolean;
}

/** Absent: the shell does not say. Secrets never stand here. */
export interface ShellSettings {
  /** Kept in the store, delivered nowhere. */
  isDryRun?: true;
  /** OTEL_TRACES_EXPORTER says that nothing of this shell is exported. */
  exportsNothing?: true;
  /** Routine lines go to the agent's log. */
  isVerbose?: true;
  userId?: string;
  project?: string;
  /** The name of the destination that the shell's variables describe; what it is stands in a file of its own, with its secrets. */
  destination?: string;
  remoteParent?: RemoteParent;
  /** How much of what runs there may leave. */
  sharing?: ShellSharing;
}
