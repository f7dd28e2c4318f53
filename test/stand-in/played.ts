/** What a session that was played came to: the truth that a trace of it is measured against. */
import type { HookRun } from './hook-runner.ts';

export interface PlayedCall {
  callId: string;
  /** As hooks spell it. */
  hookName: string;
  /** As the history spells it. */
  historyName: string;
  /** `blocked`: a hook forbade it. `unrun`: a sibling was denied or blocked, so it never ran and the history says nothing of it. */
  outcome: 'ok' | 'error' | 'denied' | 'cancelled' | 'blocked' | 'unrun';
  /** Sessions that it started. */
  childSessionIds: string[];
}

export interface PlayedTurn {
  prompt: string;
  promptId: string;
  /** Ids of the answers that stand in the history, the synthetic ones after a cancel or an error included. */
  answerIds: string[];
  calls: PlayedCall[];
  /** One a metered request, in order. */
  credits: number[];
  endReason: string;
}

export interface PlayedSession {
  sessionId: string;
  parentSessionId?: string;
  relation: 'root' | 'subagent' | 'rewind' | 'new-chat';
  jsonl: string;
  sidecar: string;
  /** Its own turns: not those that a rewound session repeats. */
  turns: PlayedTurn[];
}

export interface Played {
  /** In the order in which they began. */
  sessions: PlayedSession[];
  /** In the order in which they ended. */
  hookRuns: HookRun[];
}
