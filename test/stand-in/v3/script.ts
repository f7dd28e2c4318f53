/** The words in which a session of Kiro's V3 engine is written down. */

export interface V3Session {
  /** Every id grows from it. */
  seed: string;
  /** As session.json says it. */
  model?: string;
  steps: (V3Turn | { step: 'compact' })[];
}

export interface V3Turn {
  step: 'turn';
  prompt: string;
  answers: V3Answer[];
  /** `cancelled`: while the last answer's tools run, or behind its words. `killed`: nothing more is written. */
  ends?: 'cancelled' | 'killed';
  /** Whole-turn credits. */
  credits?: number;
}

export interface V3Answer {
  text?: string;
  /** The body; absent: the service keeps it to itself. */
  reasoning?: string;
  tools?: V3Tool[];
  /** Words of the person while this answer's tools run. */
  steer?: string;
  /** The model broke off: no measure comes. */
  isBrokenOff?: boolean;
}

export interface V3Tool {
  /** As the history writes it; `hookName` where hooks differ. */
  name: string;
  hookName?: string;
  input: Record<string, unknown>;
  output?: string;
  fails?: boolean;
  durationMillis?: number;
  /** A person is asked: for this call, or in a review of the turn's changes. */
  approval?: { option: 'accept' | 'always-accept' | 'reject' | 'always-reject'; isReview?: boolean };
  /** A subagent: how its file begins, and where it stands. */
  child?: { turns: V3Turn[]; place: 'sub-executions' | 'beside' };
}

export interface V3Scenario {
  name: string;
  shows: string;
  sessions: V3Session[];
}

/** A turn that ends well. */
export function turn(prompt: string, answers: V3Answer[], more: Partial<Pick<V3Turn, 'ends' | 'credits'>> = {}): V3Turn {
  return { step: 'turn', prompt, answers, ...more };
}

/** A shell command: hooks and history call it differently. */
export function shell(command: string, output: string, more: Partial<V3Tool> & { exitCode?: number } = {}): V3Tool {
  const { exitCode = 0, ...rest } = more;
  return { name: 'execute_bash', hookName: 'shell', input: { command, run_in_background: false }, output: `Output:\n${output}\n\nExit Code: ${exitCode}`, ...rest };
}

/** Reading a file. */
export function read(path: string, more: Partial<V3Tool> = {}): V3Tool {
  return { name: 'read_file', input: { path, offset: null, limit: null }, output: `<file name="${path}"></file>`, ...more };
}
