/** What stands in a file of `spoor export --format html`: one session with its spans, cut as it was asked for. Types only. */
import type { SessionAnswer, SpanAnswer } from './session.ts';

export interface ShareJson {
  /** Of spoor, that wrote it. */
  version: string;
  /** Unix ms. What is open was open then. */
  exportedMillis: number;
  /** How much of its texts went along, for people: `preview`, `prompt full, answer none`. */
  content: string;
  session: SessionAnswer;
  /** By span id. Each text is all that there is of it. */
  spans: Record<string, SpanAnswer>;
}
