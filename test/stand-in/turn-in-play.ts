/** A turn while it is played. */
import type { LiveSession } from './live-session.ts';
import type { PlayedTurn } from './played.ts';
import type { Block, HistoryRecord } from './records.ts';
import type { TurnScript } from './script.ts';

/** One model request, as the turn's metadata counts it. */
export interface RequestDone {
  userId: string;
  assistantId: string | null;
  content: Block[];
  hasTools: boolean;
  builtInTools: number;
  credits?: number;
}

/** A turn under way. */
export interface TurnInPlay {
  session: LiveSession;
  script: TurnScript;
  index: number;
  played: PlayedTurn;
  startMillis: number;
  requests: RequestDone[];
  /** The user's side of the next request: it is written only once that is answered. */
  pending: { id: string; record: HistoryRecord };
}
